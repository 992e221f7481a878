"""Brings the catalogue's file up to the store: what is published goes in, what is withdrawn goes out."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from civcas.catalogue.about import About
from civcas.catalogue.file import NAME, File, Line, Row
from civcas.core.codebook import Codebook
from civcas.core.entries import Entry, Held, entry_of
from civcas.core.extract.text import fold_words
from civcas.core.project import Project
from civcas.core.records import Assessment, Decision, Range, digest
from civcas.gazetteer.sources import credits
from civcas.store import Store

MANNER = 2  # how entries are made; another number makes all of them anew
_CHANGING = frozenset({"publish", "withdraw", "override", "correct", "exclude"})
_encode = msgspec.json.Encoder(order="deterministic").encode


def refresh(store: Store, codebook: Codebook, *, places: Sequence[Path] = (), path: Path | None = None) -> int:
    """How many entries came, changed or went. Nothing is written where the record is as it was.

    `places` are the indexes of the place lists in use, whose sources are to be credited.
    """
    file = File(path or store.workspace / NAME, write=True)
    try:
        held = file.digests()
        public = store.published()
        project = store.project()
        decisions = store.decisions()
        rules = digest(MANNER, project, codebook)
        rows: list[Row] = []
        seen: set[str] = set()
        backlog = 0
        for assessment in store.assessments():
            if assessment.code not in public:
                backlog += 1
                continue
            seen.add(assessment.code)
            own = _decisions_about(assessment, decisions)
            mark = digest(rules, assessment, own)
            if held.get(assessment.code) != mark:
                entry = _entry(store, assessment, own, project, codebook)
                rows.append(_row(entry, mark, project))
        rows += [Row(code=code) for code in sorted(held.keys() - seen)]
        leads = list(_leads(store, seen))
        about = _encode(about_of(codebook, project, places=places, backlog=backlog))
        if not rows and file.leads() == leads and file.about() == about:
            return 0
        return file.write(rows, leads=leads, about=about)
    finally:
        file.close()


def about_of(codebook: Codebook, project: Project, *, places: Sequence[Path], backlog: int) -> About:
    """What is said of the record as a whole."""
    return About(
        project=project,
        codebook=codebook,
        credits=tuple(source.line for source in credits(places)),
        backlog=backlog,
    )


def _leads(store: Store, public: set[str]) -> Iterator[tuple[str, str]]:
    """Codes that were merged away and lead to a published incident."""
    for old in sorted(store.used_codes() - public):
        new = store.current_code(old)
        if new in public and new is not None:
            yield old, new


def _decisions_about(assessment: Assessment, decisions: Sequence[Decision]) -> list[Decision]:
    documents = frozenset(assessment.documents)
    return [
        d
        for d in decisions
        if any(s.code == assessment.code or (s.code is None and s.document in documents) for s in d.subjects)
    ]


def _entry(
    store: Store, assessment: Assessment, decisions: Sequence[Decision], project: Project, codebook: Codebook
) -> Entry:
    incident = store.incident(assessment.code)
    assert incident is not None  # it has an assessment
    documents = {d.id: d for d in store.documents(incident.documents)}
    captured: dict[str, datetime.datetime] = {}
    for id_ in documents:
        moments = [c.at for c in store.captures(id_) if c.at is not None]
        if moments:
            captured[id_] = min(moments)
    held = Held(
        incident=incident, assessment=assessment, documents=documents, captured=captured, decisions=tuple(decisions)
    )
    return entry_of(held, project, codebook)


def _row(entry: Entry, mark: str, project: Project) -> Row:
    return Row(
        code=entry.code,
        digest=mark,
        body=_encode(entry),
        line=_encode(line_of(entry)),
        words=fold_words(" \n".join(_words(entry, project))),
    )


def line_of(entry: Entry) -> Line:
    """What lists, counts and the map need of the entry."""
    killed, injured = civilians(entry.killed), civilians(entry.injured)
    where = entry.where
    return Line(
        code=entry.code,
        start=entry.when.start.isoformat() if entry.when else None,
        end=entry.when.end.isoformat() if entry.when else None,
        grade=entry.grade,
        status=entry.strike_status,
        country=where.country if where else None,
        lat=where.lat if where else None,
        lon=where.lon if where else None,
        radius=where.radius_km if where else None,
        fineness=where.precision if where else None,
        killed_min=killed.min,
        killed_max=killed.max,
        injured_min=injured.min,
        injured_max=injured.max,
        parties=tuple(dict.fromkeys(b.name for b in entry.belligerents)),
        positions=tuple(dict.fromkeys(b.position for b in entry.belligerents if b.position)),
        strike_type=entry.strike_type,
        infrastructure=entry.infrastructure,
        name=where.name if where else None,
        admin1=where.admin1 if where else None,
        changed=max((c.at.isoformat() for c in entry.changes if c.verb in _CHANGING), default=None),
        children=_pair(entry.killed, "children"),
        women=_pair(entry.killed, "women"),
        named=entry.named,
    )


def civilians(harm: Mapping[str, Range]) -> Range:
    """The headline range (domain 2.6)."""
    return harm.get("civilians", Range())


def _pair(harm: Mapping[str, Range], group: str) -> tuple[int | None, int | None]:
    found = harm.get(group, Range())
    return found.min, found.max


def _words(entry: Entry, project: Project) -> Iterator[str]:
    """Everything by which somebody may look for the incident, and nothing that its page does not show."""
    yield entry.code
    if entry.where:
        yield from filter(None, (entry.where.name, entry.where.admin1, entry.where.country))
    for party in entry.belligerents:
        yield party.name
        known = project.party(party.name)
        if known:
            yield from (form for forms in known.aliases.values() for form in forms)
    yield from (slug.replace("_", " ") for slug in (*entry.strike_type, *entry.infrastructure, *entry.munitions))
    yield from (victim.name for victim in entry.victims)
    yield from (source.name for source in entry.sources if source.name)
    yield from (f"{quote.before} {quote.quote} {quote.after}" for quote in entry.quotes)
    yield from (said.quote for said in entry.said if said.quote)
