"""How many independent origins reports have: copies, syndication and one speaker quoted by many are one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from civcas.core.extract.text import fold_words
from civcas.core.match.columns import shingles
from civcas.core.match.likeness import in_common
from civcas.core.match.worth import stem
from civcas.core.project import Outlet, Project
from civcas.core.records import Account, Record

UNNAMED = "report "  # before the id of a document, where nothing else is known of who tells it
QUOTE_AT_LEAST = 40  # characters of a quoted statement that two reports do not share by chance


class Origin(Record, frozen=True, kw_only=True):
    """Reports that go back to one source: their accounts and what that source is."""

    name: str  # the speaker or publisher, else the document
    accounts: tuple[str, ...]
    parties: tuple[str, ...] = ()  # belligerents it speaks for
    credible: bool = True
    named: bool = True  # False where nothing but the document is known of it


def origins(accounts: Sequence[Account], project: Project, *, copied_words: float = 0.8) -> tuple[Origin, ...]:
    """The independent origins of the accounts, by name.

    An account goes back to the speakers whom it quotes for its figures, else to its publisher, else to itself.
    Accounts whose texts are near copies, or that quote the same long statement, go back to what the first of them does.
    """
    ordered = sorted(accounts, key=lambda a: (a.published or a.captured or "9999", a.id))
    sources = {a.id: _sources(a, project) for a in ordered}
    for first, second in _copies(ordered, copied_words):
        sources[second] = sources[first]
    by_name: dict[str, list[str]] = {}
    for account, names in sources.items():
        for name in names:
            by_name.setdefault(name, []).append(account)
    return tuple(_origin(name, by_name[name], project) for name in sorted(by_name))


def reported_apart(told: Sequence[Origin], accounts: Sequence[Account]) -> int:
    """How many origins the reports amount to, never more than there are reports: the most origins of which each can
    be given a report of its own. Voices that only one report quotes count once here, though a grade may rest on each
    of them (domain 3.5)."""
    document = {a.id: a.document for a in accounts}
    reports = {o.name: sorted({document[a] for a in o.accounts if a in document}) for o in told}
    given: dict[str, str] = {}  # document: the origin it is given to
    return sum(_give(name, reports, given, set()) for name in reports)


def _give(name: str, reports: Mapping[str, Sequence[str]], given: dict[str, str], tried: set[str]) -> bool:
    """Whether the origin gets a report of its own, if need be by giving another origin another of its reports."""
    for report in reports[name]:
        if report in tried:
            continue
        tried.add(report)
        if report not in given or _give(given[report], reports, given, tried):
            given[report] = name
            return True
    return False


def _origin(name: str, accounts: Sequence[str], project: Project) -> Origin:
    outlet, parties = project.outlet(name), parties_of(name, project)
    credible = not parties and (outlet is None or outlet.credible)
    named = not name.startswith(UNNAMED)
    return Origin(name=name, accounts=tuple(sorted(accounts)), parties=parties, credible=credible, named=named)


def _sources(account: Account, project: Project) -> tuple[str, ...]:
    """The names of those an account goes back to: whoever it quotes on what happened, else its publisher. Words for
    several unnamed sources ("local sources") stand for two."""
    speakers = {h.speaker for h in account.harm if h.speaker} | {
        c.speaker for c in account.claims if c.speaker and c.kind != "statement" and c.scope == "incident"
    }
    said = {source_name(s, project) for s in speakers}
    own = source_name(account.publisher, project) if account.publisher else f"{UNNAMED}{account.document}"
    if _several(own, project) or all(parties_of(s, project) for s in said):
        said.add(own)
    return tuple(sorted(said | {f"{s} (others)" for s in said if _several(s, project)}))


def _several(name: str, project: Project) -> bool:
    outlet = project.outlet(name)
    return outlet is not None and outlet.several


def source_name(name: str, project: Project) -> str:
    """The party's or outlet's name where the project knows it, in whatever spelling; else the name in search form."""
    known = project.source(name)
    return known.name if known else " ".join(fold_words(name).split())


def parties_of(name: str | None, project: Project) -> tuple[str, ...]:
    """The belligerents that a speaker or outlet speaks for: itself, or those that its outlet belongs to."""
    known = project.source(name)
    if isinstance(known, Outlet):
        return tuple(n for n in known.belongs_to if project.party(n))
    return (known.name,) if known else ()


def _copies(ordered: Sequence[Account], copied_words: float) -> list[tuple[str, str]]:
    """(earlier, later) for each account and the first one that it copies or shares a long quote with."""
    if len({a.document for a in ordered}) < 2:
        return []
    rows = {a.id: shingles(tuple(map(stem, a.words))) for a in ordered}
    quotes = {a.id: _quotes(a) for a in ordered}
    found: dict[str, str] = {}
    for first, second in combinations(ordered, 2):
        if second.id in found or first.document == second.document:
            continue
        if in_common(rows[first.id], rows[second.id]) >= copied_words or quotes[first.id] & quotes[second.id]:
            found[second.id] = found.get(first.id, first.id)
    return [(first, second) for second, first in found.items()]


def _quotes(account: Account) -> set[str]:
    folded = (" ".join(fold_words(s.quote).split()) for s in account.statements)
    return {q for q in folded if len(q) >= QUOTE_AT_LEAST}
