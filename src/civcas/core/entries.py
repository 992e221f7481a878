"""What the public sees of a published incident: one record, built once, with nothing in it that is not public.

Pages, search, downloads and API are drawn from entries alone. What must not be seen (full texts, names of victims that
nobody released, handles of private persons, who at the desk decided) is never in one, so that no page can leak it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from civcas.core.assess.shield import Shield
from civcas.core.codebook import Codebook, range_of
from civcas.core.match.origins import origins
from civcas.core.project import Project
from civcas.core.records import (
    Assessment,
    Belligerent,
    Claim,
    Decision,
    Document,
    Figure,
    Incident,
    Person,
    Range,
    Reason,
    Record,
    Victim,
    When,
    Where,
)

CONTEXT = 300  # characters around a quote, both sides together: what the public is shown of a report
PLATFORMS = frozenset(
    {"facebook.com", "fb.com", "instagram.com", "t.me", "telegram.me", "telegram.org", "threads.net", "tiktok.com"}
    | {"twitter.com", "vk.com", "wa.me", "x.com", "youtu.be", "youtube.com"}
)
"""Where anybody may write: there a publisher whom project.toml does not list is a private person."""
_ADDRESS = re.compile(r"https?://(?:[^/?#@\s]*@)?(?P<host>[\w.-]+)", re.IGNORECASE)
_PUBLIC_VERBS = ("publish", "withdraw", "override", "correct", "exclude", "merge", "split", "same", "not_same")


class Source(Record, frozen=True, kw_only=True):
    """A report that the incident rests on: what identifies it, and which of the independent origins it goes back to."""

    number: int
    name: str | None = None  # None: a private person's account, not named
    private: bool = False
    url: str | None = None
    published: str | None = None
    captured: str | None = None
    sha256: str | None = None
    language: str | None = None
    groups: tuple[int, ...] = ()


class Quote(Record, frozen=True, kw_only=True):
    """Quoted words in a little of what stands around them."""

    source: int
    kind: str
    before: str
    quote: str
    after: str
    language: str | None = None
    speaker: str | None = None
    reads: Range | None = None  # what the words of a figure come to
    group: str | None = None
    origin: str = "rules"


class Ground(Record, frozen=True, kw_only=True):
    """Why a field has its value: the rule, its words, and the numbers of the quotes."""

    field: str
    rule: str | None
    text: str
    quotes: tuple[int, ...] = ()


class Said(Record, frozen=True, kw_only=True):
    """One answer of a party: "denied, then opened an investigation" are two."""

    party: str
    position: str
    quote: str | None = None
    source: int | None = None
    on: str | None = None
    conceded: Range | None = None  # civilians it says it killed
    language: str | None = None


class Change(Record, frozen=True, kw_only=True):
    """A decision that moved the entry: what was done, when, and why; not by whom."""

    verb: str
    at: datetime.datetime
    reason: str | None = None  # None: why something was withdrawn is between the desk and whoever asked


class Entry(Record, frozen=True, kw_only=True):
    """A published incident as anybody may see it."""

    code: str
    when: When | None = None
    where: Where | None = None
    killed: dict[str, Range] = {}
    injured: dict[str, Range] = {}
    missing: dict[str, Range] = {}
    detained: dict[str, Range] = {}
    belligerents: tuple[Belligerent, ...] = ()
    strike_type: tuple[str, ...] = ()
    strike_status: str | None = None
    grade: str | None = None
    infrastructure: tuple[str, ...] = ()
    munitions: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    victims: tuple[Victim, ...] = ()  # those released
    named: int = 0  # victims whom reports name, released or not
    said: tuple[Said, ...] = ()
    sources: tuple[Source, ...] = ()
    origins: int = 0
    quotes: tuple[Quote, ...] = ()
    grounds: tuple[Ground, ...] = ()
    changes: tuple[Change, ...] = ()


class Held(Record, frozen=True, kw_only=True):
    """Everything about one incident that an entry is built from."""

    incident: Incident
    assessment: Assessment
    documents: Mapping[str, Document]
    captured: Mapping[str, datetime.datetime] = {}  # the first capture of each document
    decisions: Sequence[Decision] = ()  # in force


def entry_of(held: Held, project: Project, codebook: Codebook) -> Entry:
    """The public entry of the incident."""
    return _Building(held, project, codebook).entry()


class _Building:
    """One entry in the making: reports and claims get their numbers in the order of publication."""

    def __init__(self, held: Held, project: Project, codebook: Codebook) -> None:
        self.held, self.project, self.codebook = held, project, codebook
        members = held.incident.members
        self.documents = sorted(
            (held.documents[d] for d in {a.document for a in members} if d in held.documents),
            key=lambda d: (d.published or d.captured or "9999", d.id),
        )
        self.number = {d.id: n for n, d in enumerate(self.documents, 1)}
        self.claims = {c.id: c for a in members for c in a.claims if c.document in self.number}
        self.shield = Shield.of(members, held.decisions)
        self.unknown = self._unknown()
        self.quote_of: dict[str, int] = {}
        self.quotes: list[Quote] = []

    def entry(self) -> Entry:
        assessment = self.held.assessment
        grounds = tuple(self._ground(reason) for reason in self._reasons())
        return Entry(
            code=assessment.code,
            when=_bare(assessment.when),
            where=_bare(assessment.where),
            killed=assessment.killed,
            injured=assessment.injured,
            missing=assessment.missing,
            detained=assessment.detained,
            belligerents=tuple(msgspec.structs.replace(b, claims=()) for b in assessment.belligerents),
            strike_type=assessment.strike_type,
            strike_status=assessment.strike_status,
            grade=assessment.grade,
            infrastructure=assessment.infrastructure,
            munitions=assessment.munitions,
            causes=assessment.causes,
            victims=tuple(
                msgspec.structs.replace(v, claims=()) for v in map(self.shield.victim, assessment.victims) if v.released
            ),
            named=len(assessment.victims),
            said=tuple(self._said()),
            sources=self._sources(),
            origins=assessment.origins,
            quotes=tuple(self.quotes),
            grounds=grounds,
            changes=tuple(self._changes()),
        )

    def _unknown(self) -> Sequence[str]:
        """Everybody whom the reports quote or who published them and is no outlet or party, the longest name first."""
        public = {d.publisher for d in self.documents if d.publisher and not is_private(d, self.project)}
        names = {c.speaker for c in self.claims.values() if c.speaker} | {
            d.publisher for d in self.documents if d.publisher and d.publisher not in public
        }
        return sorted((n for n in names - public if not self._speaker(n)), key=lambda n: (-len(n), n))

    # ------------------------------------------------------------ grounds

    def _reasons(self) -> Iterator[Reason]:
        """The assessment's own reasons, then what rests on claims without a rule of its own."""
        assessment, members = self.held.assessment, self.held.incident.members
        given = {r.field.partition(".")[0] for r in assessment.reasons}
        yield from (r for r in assessment.reasons if not r.field.startswith("victims"))
        dates = tuple(a.when.claim for a in members if a.when and a.when.claim)
        places = tuple(a.where.claim for a in members if a.where and a.where.claim)
        if "when" not in given and assessment.when:
            yield Reason(field="when", rule="", text="the dates that the reports give", claims=dates)
        if "where" not in given and assessment.where:
            yield Reason(field="where", rule="", text="the places that the reports name", claims=places)
        if "belligerents" not in given:
            for party in assessment.belligerents:
                text = f"{party.name}: named in the reports as having acted"
                yield Reason(field="belligerents", rule="", text=text, claims=party.claims)
        for field, kind in (("strike_type", "strike_type"), ("infrastructure", "infrastructure")):
            if getattr(assessment, field) and field not in given:
                ids = tuple(c.id for a in members for c in a.claims if c.kind == kind)
                yield Reason(field=field, rule="", text="in the words of the reports", claims=ids)

    def _ground(self, reason: Reason) -> Ground:
        numbers = dict.fromkeys(
            self._quote(self.claims[c]) for c in reason.claims if c in self.claims and not self._names(self.claims[c])
        )
        text = self._masked(self._unnamed(reason.text))
        return Ground(field=reason.field, rule=reason.rule or None, text=text, quotes=(*numbers,))

    def _unnamed(self, text: str) -> str:
        """The words of a reason without the names of speakers and publishers who are private persons."""
        for name in self.unknown:
            text = text.replace(name, "another source")
        return text

    def _names(self, claim: Claim) -> bool:
        """Whether the claim is the very name of a victim whom nobody released."""
        return isinstance(claim.value, Person) and claim.id not in self.shield.open

    def _quote(self, claim: Claim) -> int:
        """The number of the claim's quote, given where it has none yet."""
        if claim.id not in self.quote_of:
            self.quotes.append(self._quoted(claim))
            self.quote_of[claim.id] = len(self.quotes)
        return self.quote_of[claim.id]

    def _quoted(self, claim: Claim) -> Quote:
        document = self.held.documents[claim.document]
        start, end, side = claim.span.start, claim.span.end, CONTEXT // 2
        first = -len(document.title or "") - 1 if start < 0 else 0  # a title's words stand below 0
        reads = None
        if isinstance(claim.value, Figure):
            count = range_of(claim.value, self.codebook)
            reads = Range(min=count.min, max=count.max)
        return Quote(
            source=self.number[claim.document],
            kind=claim.kind,
            before=self._masked(_from_word(document.words(max(first, start - side), start), cut=start - side > first)),
            quote=self._masked(claim.span.quote),
            after=self._masked(_to_word(document.words(end, end + side), cut=end + side < len(document.text))),
            language=document.language,
            speaker=self._speaker(claim.speaker),
            reads=reads,
            group=claim.value.group if isinstance(claim.value, Figure) else None,
            origin="person" if claim.origin.startswith("person") else claim.origin,
        )

    def _speaker(self, name: str | None) -> str | None:
        """The party or outlet that speaks, by its name in project.toml; a person is not named."""
        known = self.project.source(name) if name else None
        return known.name if known else None

    def _masked(self, text: str) -> str:
        """The words with every name that nobody released blacked out."""
        return self.shield.text(text)

    # ------------------------------------------------------------ reports

    def _sources(self) -> tuple[Source, ...]:
        groups: dict[str, list[int]] = {}
        document = {a.id: a.document for a in self.held.incident.members}
        for number, origin in enumerate(origins(self.held.incident.members, self.project), 1):
            for account in origin.accounts:
                groups.setdefault(document[account], []).append(number)
        return tuple(self._source(d, sorted(set(groups.get(d.id, ())))) for d in self.documents)

    def _source(self, document: Document, groups: Sequence[int]) -> Source:
        private = is_private(document, self.project)
        first = self.held.captured.get(document.id)
        return Source(
            number=self.number[document.id],
            name=None if private else self._masked(document.publisher or "") or None,
            private=private,
            url=None if private else self.shield.url(_web_address(document.url)),
            published=document.published,
            captured=first.isoformat() if first else document.captured,
            sha256=document.sha256,
            language=document.language,
            groups=tuple(groups),
        )

    def _said(self) -> Iterator[Said]:
        """Each party's answers, first to last."""
        for answered in self.held.assessment.responses:
            for response in answered.history:
                document = self.held.documents.get(response.document or "")
                killed = next((h for h in response.conceded if h.kind == "killed"), None)
                yield Said(
                    party=answered.party,
                    position=response.position,
                    quote=self._masked((response.quote or "")[:CONTEXT]) or None,
                    source=self.number.get(response.document or ""),
                    on=response.date,
                    conceded=Range(min=killed.min, max=killed.max) if killed else None,
                    language=document.language if document else None,
                )

    def _changes(self) -> Iterator[Change]:
        own = frozenset(self.held.incident.documents)
        for decision in self.held.decisions:
            if decision.verb in _PUBLIC_VERBS and _touches(decision, self.held.assessment.code, own):
                reason = None if decision.verb == "withdraw" else self._masked(decision.reason)
                yield Change(verb=decision.verb, at=decision.at, reason=reason)


def is_private(document: Document, project: Project) -> bool:
    """Whether the report is a private person's: on a platform for anybody, by nobody whom the desk lists."""
    if project.outlet(document.publisher) or project.party(document.publisher):
        return False
    found = _ADDRESS.match(document.url or "")
    host = found["host"].casefold() if found else ""
    on_platform = any(host == p or host.endswith(f".{p}") for p in PLATFORMS)
    return on_platform or (document.publisher or "").startswith("@")


def _touches(decision: Decision, code: str, documents: frozenset[str]) -> bool:
    return any(s.code == code or (s.code is None and s.document in documents) for s in decision.subjects)


def _web_address(url: str | None) -> str | None:
    """The address where a browser may go; None for any other scheme."""
    return url if url and _ADDRESS.match(url) else None


def _bare(record: Any) -> Any:
    """The date or place without the claim it rests on and the words around it."""
    return None if record is None else msgspec.structs.replace(record, quote=None, claim=None)


def _from_word(text: str, *, cut: bool) -> str:
    """The text from its first whole word on, where it was cut out of a longer one."""
    return re.sub(r"^\S*\s+", "", text, count=1) if cut else text


def _to_word(text: str, *, cut: bool) -> str:
    return re.sub(r"\s+\S*$", "", text, count=1) if cut else text
