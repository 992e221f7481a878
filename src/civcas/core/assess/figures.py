"""Who gave which figure: the harm of an incident's accounts, voice by voice, with what has been overtaken left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from civcas.core.codebook import Codebook, numberless
from civcas.core.match.origins import parties_of, source_name
from civcas.core.project import Project
from civcas.core.records import Account, Claim, Figure, Group, HarmKind, Record
from civcas.core.values import Count

WHOLE: tuple[Group, ...] = ("civilians", "people")


class Said(Record, frozen=True, kw_only=True):
    """One figure as one voice gives it."""

    kind: HarmKind
    group: Group
    count: Count
    voice: str  # who says it: a speaker, else the publisher, else the document
    own: bool  # the report's own words, no speaker named
    parties: tuple[str, ...] = ()  # belligerents that the voice speaks for
    account: str
    order: tuple[str, str, int]  # when the report came out, the report, where in it
    part: bool = False
    rises: bool = False
    early: bool = False
    vague: bool = False  # its words give no number
    summed: bool = False  # of people counted group by group ("two civilians and three children")
    raised: bool = False  # to the sum of the parts the same voice counts
    claims: tuple[str, ...] = ()

    @property
    def low(self) -> int | None:
        return self.count.min

    @property
    def top(self) -> int | None:
        """The highest number it names: its maximum, or its minimum where the end is open."""
        return self.count.max if self.count.max is not None else self.count.min


def figures(accounts: Iterable[Account], project: Project, codebook: Codebook) -> list[Said]:
    """Every figure about this incident, in the order told; denied ones, totals, background and figures that count
    killed and injured together are left out (domain 3.2.1)."""
    return sorted((s for account in accounts for s in _of_account(account, project, codebook)), key=lambda s: s.order)


def _of_account(account: Account, project: Project, codebook: Codebook) -> Iterator[Said]:
    claims = {c.id: c for c in account.claims}
    own = source_name(account.publisher, project) if account.publisher else f"report {account.document}"
    for harm in account.harm:
        backing = [claims[i] for i in harm.claims if i in claims]
        if not harm.count.known or (backing and all(c.negated or c.scope != "incident" for c in backing)):
            continue
        yield Said(
            kind=harm.kind,
            group=harm.group,
            count=harm.count,
            voice=source_name(harm.speaker, project) if harm.speaker else own,
            own=harm.speaker is None,
            parties=parties_of(harm.speaker or account.publisher, project),
            account=account.id,
            order=(account.published or account.captured or "", account.document, _at(backing)),
            part=harm.part,
            rises=harm.rises,
            early=harm.early,
            vague=bool(backing) and all(_vague(c, codebook) for c in backing),
            summed=any(isinstance(c.value, Figure) and len(c.value.addends) > 1 for c in backing),
            claims=harm.claims,
        )


def _at(claims: Sequence[Claim]) -> int:
    return min((c.span.start for c in claims), default=0)


def _vague(claim: Claim, codebook: Codebook) -> bool:
    return isinstance(claim.value, Figure) and numberless(claim.value, codebook)


class Voice(Record, frozen=True, kw_only=True):
    """One voice in one account: all it says of one kind of harm."""

    name: str
    account: str
    own: bool
    parties: tuple[str, ...]
    said: tuple[Said, ...]

    def of(self, *groups: Group, part: bool | None = None) -> list[Said]:
        return [s for s in self.said if s.group in groups and (part is None or s.part == part)]


def voices(said: Sequence[Said], kind: HarmKind) -> list[Voice]:
    """The voices that speak of a kind of harm, in the order they are heard."""
    found: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for one in said:
        if one.kind == kind:
            found[one.account, one.voice].append(one)
    return [
        Voice(name=name, account=account, own=all(s.own for s in given), parties=given[0].parties, said=tuple(given))
        for (account, name), given in found.items()
    ]


def telling(said: Sequence[Said]) -> Said | None:
    """The figure that a voice stands by among several of one group: one that says the toll rose, the last of them;
    else the first with a number, a minimum rather than a mere maximum. A report leads with its toll and goes on to
    its parts and to how it came about: what "rose to" less than the lead is history."""
    said = [s for s in said if s.top != 0] or said  # "no casualties" of one village is not the toll of another
    numbered = [s for s in said if not s.vague] or said
    lead = next((s for s in numbered if s.low is not None), numbered[0] if numbered else None)
    rising = [s for s in said if s.rises and (lead is None or (s.top or 0) >= _weighed(lead))]
    return rising[-1] if rising else lead


def _weighed(lead: Said) -> int:
    """What a toll must rise to for overtaking the lead: a lead that gives a range has weighed what it rose to."""
    low, high = lead.low or 0, lead.count.max
    return high + 1 if high is not None and high > low else low


def standing(tolls: Sequence[Said]) -> list[Said]:
    """The tolls not overtaken (domain 3.2.8): a later and higher one of the same voice in another report overtakes,
    and so does one that says itself that the toll rose. A first count, or one that was still rising, yields to any
    higher one of another report."""
    risen = [s for s in tolls if s.rises and s.low is not None]
    return [s for s in tolls if not any(_overtakes(later, s) for later in (*tolls, *risen))]


def _overtakes(later: Said, earlier: Said) -> bool:
    if later is earlier or later.low is None or later.low <= (earlier.top or 0):
        return False
    if (earlier.early or earlier.rises) and later.account != earlier.account:
        return True
    if later.order <= earlier.order:
        return False
    same_voice = later.voice == earlier.voice and later.account != earlier.account
    return same_voice or later.rises


def plausible(tops: Sequence[Said], times: int) -> list[Said]:
    """The figures that can be the highest: not one that a single report gives and that is so many times what any
    other report gives, which is a wider total however its words hide it (domain 3.2.1)."""
    left = [t for t in tops if t.top is not None]
    while left and times:
        most = max(t.top or 0 for t in left)
        saying = {t.account for t in left if t.top == most}
        others = [t for t in left if t.top != most]
        if len(saying) > 1 or not any(t.account not in saying for t in others):
            break
        if most < times * max(t.top or 0 for t in others):
            break
        left = others
    return left
