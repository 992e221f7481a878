"""The records that pass between the stages, as they stand in JSON lines (docs/reference/records.md).

bytes -> Document -> Claim -> Account -> Incident -> Assessment. Each is frozen; a change makes a new record.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from civcas.core.errors import BadSpan
from civcas.core.values import Count, Period

HarmKind = Literal["killed", "injured", "missing", "detained", "displaced"]
Group = Literal[
    "people",
    "civilians",
    "children",
    "women",
    "men",
    "belligerents",
    "journalists",
    "healthcare_personnel",
    "human_rights_defenders",
    "trade_unionists",
    "medical_and_religious_personnel",
    "persons_hors_de_combat",
    "member_of_armed_forces",
    "contested",
]  # domain 2.6; "people" says nothing of status, "contested" is status in dispute (domain 3.4.3)
Bound = Literal["exactly", "at_least", "more_than", "up_to", "fewer_than", "almost", "about", "between"]
Scope = Literal["incident", "tally", "strikes", "background", "combined"]
"""What a claim is about: this event; a total over a period; declared strikes; another event told as
background; killed and injured in one figure (never used for either)."""
Attribution = Literal["known", "suspected"]
StatementPosition = Literal[
    "denies",
    "no_record",
    "insufficient_information",
    "claims_combatants",
    "investigating",
    "acknowledges_strike",
    "accepts",
    "no_comment",
    "supports_other",
    "disputes_other",
]
ResponsePosition = Literal[
    "asked",
    "no_comment",
    "denies",
    "no_record",
    "insufficient_information",
    "claims_combatants",
    "acknowledges_strike",
    "investigating",
    "accepts",
    "duplicate",
]
"""A step of a party's answer to an allegation: that the desk asked is one too."""
PartyAssessment = Literal["not_yet_assessed", "open_incident", "non_credible", "credible", "duplicate"]
Grounds = Literal[
    "no_coalition_strikes",
    "insufficient_information",
    "insufficient_evidence",
    "no_reason_given",
    "entered_target_area",
    "killed_by_strike_blast",
    "killed_by_secondary_explosion",
    "unseen_at_time_of_engagement",
    "inside_target_vehicle",
    "inside_target_building",
    "killed_in_adjacent_structure",
    "other",
]
"""Why a party holds an allegation credible or not, in the words of domain 2.8."""
Responsibility = Literal["sole", "joint", "contested"]
Consent = Literal["given", "refused"]
Sensitivity = Literal["ordinary", "sensitive", "at_risk"]
Gender = Literal["female", "male"]
Grade = Literal["confirmed", "fair", "weak", "contested", "discounted"]
StrikeStatus = Literal["declared_strike", "likely_strike", "contested_strike", "single_source_claim"]
AccountKind = Literal["incident", "tally", "strikes"]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen, slotted record; `msgspec.structs.replace` makes a changed copy."""


_CANONICAL = msgspec.json.Encoder(order="deterministic")


def digest(*parts: Any, length: int = 24) -> str:
    """A hash (SHA-256, hex, shortened) of the parts as canonical JSON: equal parts, equal id."""
    return hashlib.sha256(_CANONICAL.encode(parts)).hexdigest()[:length]


# ------------------------------------------------------------------ reports


class Media(Record, frozen=True, kw_only=True):
    """An image or video of a document; graphic until somebody says otherwise."""

    sha256: str | None = None
    url: str | None = None
    name: str | None = None
    kind: Literal["image", "video", "audio", "other"] = "other"
    sensitivity: Literal["graphic", "sensitive", "none"] = "graphic"


class Document(Record, frozen=True, kw_only=True):
    """One preserved report. `text` is frozen with the reader that read it out of the bytes."""

    id: str
    text: str
    title: str | None = None
    published: str | None = None  # a day or RFC 3339
    captured: str | None = None  # when the desk saw it: the latest an event in it can have happened
    publisher: str | None = None
    url: str | None = None
    language: str | None = None
    sha256: str | None = None  # of the bytes as captured
    reader: str | None = None  # such as "html/trafilatura-2.3.1"
    media: tuple[Media, ...] = ()
    warnings: tuple[str, ...] = ()  # such as "holds characters that reverse text"

    def words(self, start: int, end: int) -> str:
        """What stands from one offset to the other. The title stands before the text: it ends, and a line break comes,
        where the text begins, at offset 0."""
        if start >= 0:
            return self.text[start:end]
        head = f"{self.title or ''}\n"
        return head[max(start + len(head), 0) : end + len(head) if end < 0 else None] + self.text[: max(end, 0)]

    @property
    def published_day(self) -> datetime.date | None:
        return day_of(self.published)

    @property
    def captured_day(self) -> datetime.date | None:
        return day_of(self.captured)


def day_of(moment: str | None) -> datetime.date | None:
    """The day of a date or RFC 3339 time; None where there is none, it is no date, or no report of our times can
    bear it (before 1900, after 2200: a slip or a trap, and days counted from it would leave the calendar)."""
    try:
        day = datetime.date.fromisoformat(moment[:10]) if moment else None
    except ValueError:
        return None
    return day if day is not None and 1900 <= day.year <= 2200 else None


class Problem(Record, frozen=True, kw_only=True):
    """What could not be read, kept and shown to a person instead of skipped in silence."""

    source: str  # file or url as the user named it
    message: str
    line: int | None = None
    sha256: str | None = None
    notice: bool = False  # told and kept, but no report was lost by it


class Capture(Record, frozen=True, kw_only=True):
    """How the desk came by a document's bytes: one line of its chain of custody."""

    document: str
    sha256: str  # of the bytes as captured
    source: str  # file, member of an archive, or url, as the user named it
    method: str = "file"  # "file", "stdin", "warc", "url" ...
    given_id: str | None = None  # the id that the source gave the report; it answers as an alias
    at: datetime.datetime | None = None
    by: str | None = None
    line: int | None = None
    size: int | None = None
    media_type: str | None = None
    container: str | None = None  # sha256 of the file, mail or archive that the report came in


class Captured(Record, frozen=True, kw_only=True):
    """A preserved report as `collect` hands it on, with the custody line of this capture."""

    document: Document
    capture: Capture


class Span(Record, frozen=True, kw_only=True):
    """Quoted words and where they stand in the untouched text of their document; words of its title stand before
    the text, at offsets below 0 (`Document.words`)."""

    start: int
    end: int
    quote: str

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Span:
        """The span of text[start:end]; raises BadSpan where that is no stretch of the text."""
        if not 0 <= start < end <= len(text):
            raise BadSpan(f"no words stand at {start}-{end} of a text of {len(text)} characters")
        return cls(start=start, end=end, quote=text[start:end])

    def check(self, text: str) -> Span:
        """This span, once its quote is found at its offsets in the text; raises BadSpan otherwise."""
        if not 0 <= self.start < self.end or text[self.start : self.end] != self.quote:
            raise BadSpan(f"the quote {self.quote[:60]!r} does not stand at {self.start}-{self.end} of its document")
        return self


# ------------------------------------------------------------------- claims


class Figure(Record, frozen=True, kw_only=True, tag_field="type", tag="figure"):
    """A number of people in the form of the words: a number with its bound, or a word of the codebook."""

    group: Group = "people"
    number: int | None = None
    upper: int | None = None  # of "between 13 and 15"
    bound: Bound = "exactly"
    word: str | None = None  # key of the codebook: "plural", "several", "dozens", "hundreds" ...
    part: bool = False  # "including three children": within another figure, not more
    rises: bool = False  # "the toll rose to": overtakes earlier figures (domain 3.2.8)
    addends: tuple[Figure, ...] = ()  # "a woman and two children": a sum, each part kept in its own words
    more: bool = False  # "two additional suspects": besides those told before
    early: bool = False  # "an initial toll": yields to any higher figure (domain 3.2.8)


class DateValue(Record, frozen=True, kw_only=True, tag_field="type", tag="date"):
    """A calendar date as EDTF, absolute or worked out from the report's own date."""

    edtf: str
    relative: bool = False
    role: Literal["event", "report", "since", "period", "aftermath"] = "event"


class PlaceName(Record, frozen=True, kw_only=True, tag_field="type", tag="place"):
    """A place as named, with how it is named; the gazetteer speaks later (locate)."""

    name: str
    relation: Literal["in", "near", "toward", "between", "off", "demonym", "mention", "coordinates", "from"] = (
        "in"  # mention: named, not as where it happened; from: where people are from, which may be where they were
    )
    kind: str | None = None  # "village", "neighbourhood", "camp" ... where the words say so
    cue: Literal["strong", "weak"] = "strong"  # a weak one is dropped unless the gazetteer knows it
    lat: float | None = None  # coordinates given in the text itself
    lon: float | None = None
    offset_km: float | None = None
    bearing: str | None = None  # "south-west"


class Party(Record, frozen=True, kw_only=True, tag_field="type", tag="party"):
    """A belligerent named as having acted."""

    name: str
    attribution: Attribution = "suspected"


class Term(Record, frozen=True, kw_only=True, tag_field="type", tag="term"):
    """A slug of domain 2.3 (strike type, munition), 2.5 (infrastructure, observation), of the grade or strike status
    that a report itself gives (2.1, 2.2), or of what it says of its sources (SOURCING)."""

    slug: str


SOURCING = {
    "attributed_by_several": "several sources say who struck",
    "attributed_by_one": "one source alone says who struck",
    "attributed_by_nobody": "no source says who struck",
    "attribution_competes": "sources name different parties",
    "harm_by_one": "what is told of the harm goes back to one source",
}  # domain 3.5: an assessment says so in words, for the number of links it lists says nothing


class Position(Record, frozen=True, kw_only=True, tag_field="type", tag="position"):
    """What a party says of an allegation."""

    position: StatementPosition
    party: str | None = None


class Person(Record, frozen=True, kw_only=True, tag_field="type", tag="person"):
    """A named victim."""

    name: str
    age: float | None = None
    gender: Gender | None = None
    outcome: Literal["killed", "injured", "missing", "detained"] = "killed"
    group: Group = "people"
    relation: str | None = None


class Total(Record, frozen=True, kw_only=True, tag_field="type", tag="total"):
    """A declared number of strikes, sorties or munitions, or a change of one in per cent."""

    what: Literal["strikes", "sorties", "munitions"]
    number: int | None = None
    bound: Bound = "exactly"
    party: str | None = None
    percent: float | None = None
    against: str | None = None  # EDTF of the period compared with


Value = Figure | DateValue | PlaceName | Party | Term | Position | Person | Total
ClaimKind = Literal[
    "killed", "injured", "missing", "detained", "displaced",
    "date", "place", "belligerent", "strike_type", "infrastructure", "munition", "observation",
    "statement", "victim", "declared", "sourcing", "strike_status", "grade",
]  # fmt: skip


class Claim(Record, frozen=True, kw_only=True):
    """What one document says of one fact, in its own words. `origin` is who or what read it."""

    id: str
    document: str
    kind: ClaimKind
    value: Value
    span: Span
    speaker: str | None = None
    negated: bool = False
    hedged: bool = False
    scope: Scope = "incident"
    origin: str = "rules"

    @classmethod
    def make(
        cls, *, document: str, kind: ClaimKind, value: Value, span: Span, origin: str,
        speaker: str | None = None, negated: bool = False, hedged: bool = False, scope: Scope = "incident",
    ) -> Claim:  # fmt: skip
        """A claim whose id is a hash of what is said and where, whoever read it."""
        said = (document, kind, value, span, speaker, negated, hedged, scope)
        return cls(
            id=digest(*said), document=document, kind=kind, value=value, span=span, origin=origin,
            speaker=speaker, negated=negated, hedged=hedged, scope=scope,
        )  # fmt: skip


# ----------------------------------------------------------------- accounts


class When(Period, frozen=True, kw_only=True):
    """The period of an account or incident, with the words that give it."""

    quote: str | None = None
    claim: str | None = None

    @classmethod
    def of(cls, period: Period, *, quote: str | None = None, claim: str | None = None) -> When:
        return cls(start=period.start, end=period.end, edtf=period.edtf, quote=quote, claim=claim)


class Dispute(Record, frozen=True, kw_only=True):
    """A territory whose status is disputed, told without a judgement on it (docs/method.md)."""

    territory: str
    claimed_by: tuple[str, ...]  # ISO 3166-1 alpha-2, or the name of an authority that has no code
    administered_by: tuple[str, ...]
    source: str


class Where(Record, frozen=True, kw_only=True):
    """A place with a radius in kilometres; lat and lon are None where no gazetteer knows it."""

    name: str
    admin1: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2
    lat: float | None = None
    lon: float | None = None
    radius_km: float | None = None
    gazetteer_id: str | None = None
    quote: str | None = None
    claim: str | None = None
    precision: str | None = None  # one of Airwars' levels (domain 2.9)
    centroid: bool = False  # the middle of an area, not a strike point
    reason: str | None = None
    candidates: tuple[str, ...] = ()  # gazetteer ids that could not be told apart
    relation: str | None = None  # how the event stands to the place named: in, near, between, off ...
    disputed: Dispute | None = None


class Harm(Record, frozen=True, kw_only=True):
    """One figure of an account, as the codebook turns its words into a range."""

    kind: HarmKind
    group: Group = "people"
    min: int | None = None
    max: int | None = None
    speaker: str | None = None
    claims: tuple[str, ...] = ()
    hedged: bool = False
    part: bool = False
    rises: bool = False
    early: bool = False

    @property
    def count(self) -> Count:
        return Count(min=self.min, max=self.max, hedged=self.hedged)


class Change(Record, frozen=True, kw_only=True):
    percent: float
    against: str | None = None


class Declared(Record, frozen=True, kw_only=True):
    """A party's own count of strikes, sorties or munitions."""

    what: Literal["strikes", "sorties", "munitions"]
    min: int | None = None
    max: int | None = None
    party: str | None = None
    change: Change | None = None
    claims: tuple[str, ...] = ()


class Belligerent(Record, frozen=True, kw_only=True):
    name: str
    attribution: Attribution = "suspected"
    position: StatementPosition | None = None
    claims: tuple[str, ...] = ()


class Victim(Record, frozen=True, kw_only=True):
    name: str
    age: float | None = None
    gender: Gender | None = None
    outcome: Literal["killed", "injured", "missing", "detained"] = "killed"
    group: Group = "people"
    relation: str | None = None
    claims: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()  # every other form of the name that the reports have
    ages: tuple[float, ...] = ()  # every age given, where they differ
    consent: Consent | None = None  # of the person or the family to be named; None where nobody has said
    sensitivity: Sensitivity | None = None
    released: bool = False  # whether the public may see the name


class Statement(Record, frozen=True, kw_only=True):
    speaker: str | None
    position: StatementPosition
    quote: str
    claim: str | None = None
    document: str | None = None
    conceded: tuple[Harm, ...] = ()  # the civilians whom a party that accepts the harm says it killed or injured
    date: str | None = None  # EDTF: the day the words give, else the day of the report
    dated_by: Literal["words", "report", "decision"] | None = None
    decision: str | None = None  # id of the decision that records it, where no report does


class Account(Record, frozen=True, kw_only=True):
    """The claims of one document about one event (or total), gathered."""

    id: str
    document: str
    kind: AccountKind
    when: When | None = None
    where: Where | None = None
    harm: tuple[Harm, ...] = ()
    declared: tuple[Declared, ...] = ()
    belligerents: tuple[Belligerent, ...] = ()
    strike_type: tuple[str, ...] = ()
    infrastructure: tuple[str, ...] = ()
    munitions: tuple[str, ...] = ()
    observations: tuple[str, ...] = ()
    victims: tuple[Victim, ...] = ()
    statements: tuple[Statement, ...] = ()
    claims: tuple[Claim, ...] = ()
    published: str | None = None  # of the document: bounds the date where the text gives none
    captured: str | None = None
    publisher: str | None = None
    language: str | None = None
    places: tuple[Where, ...] = ()  # every located place of the account, its main one first
    words: tuple[str, ...] = ()  # folded content words of its sentences: for likeness of texts

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where its claims stand: how a decision names it (DESIGN 1)."""
        return tuple(sorted({(c.span.start, c.span.end) for c in self.claims}))


# ---------------------------------------------------- incidents and decisions


class Feature(Record, frozen=True, kw_only=True):
    """One thing two accounts were compared on: the values that spoke and their weight in bits."""

    name: str
    detail: str
    weight: float


class Comparison(Record, frozen=True, kw_only=True):
    """Two accounts held against each other; the score is the sum of the features' weights."""

    left: str
    right: str
    score: float
    features: tuple[Feature, ...] = ()
    verdict: Literal["same", "not_same", "unsure"] = "unsure"
    decided_by: str | None = None  # decision id, where a person settled it


class Incident(Record, frozen=True, kw_only=True):
    """Accounts judged to tell of one moment in time and space."""

    code: str
    documents: tuple[str, ...]
    accounts: tuple[str, ...]
    members: tuple[Account, ...] = ()
    comparisons: tuple[Comparison, ...] = ()


class Anchor(Record, frozen=True, kw_only=True):
    """What a decision is about, in terms that outlive a better reader: a claim or account by its
    document, kind and spans; an incident by its code; or a document alone."""

    document: str | None = None
    kind: str | None = None
    spans: tuple[tuple[int, int], ...] = ()
    code: str | None = None


DecisionVerb = Literal[
    "same", "not_same", "merge", "split", "correct", "exclude", "override", "sign_off",
    "publish", "withdraw", "erase", "undo",
    "respond", "strike_is", "strike_is_not", "same_person", "not_same_person", "on_list", "not_on_list",
    "consent", "release_name", "withhold_name", "codebook",
]  # fmt: skip


class Decision(Record, frozen=True, kw_only=True):
    """What a person (or a named automatic rule) settled; appended, never edited."""

    id: str
    verb: DecisionVerb
    subjects: tuple[Anchor, ...]
    actor: str
    at: datetime.datetime
    reason: str
    value: dict[str, Any] = {}


class Link(Record, frozen=True, kw_only=True):
    """One line of the decision log: a salted digest of the payload, chained to the line before."""

    number: int
    digest: str  # SHA-256 of salt and canonical payload
    previous: str  # hash of the line before; of line 1, sixty-four zeros
    hash: str  # SHA-256 of number, digest and previous


class Head(Record, frozen=True, kw_only=True):
    """The end of the log, signed with the workspace key: cutting off or rewriting shows against it."""

    number: int
    hash: str
    key: str  # public key (Ed25519), hex
    signature: str


class Reason(Record, frozen=True, kw_only=True):
    """Why a field has its value: the rule of domain.md and the claims it rests on."""

    field: str
    rule: str
    text: str
    claims: tuple[str, ...] = ()
    suggested: str | None = None  # what the rule gave, where a person set another value in its place


class Range(Record, frozen=True, kw_only=True):
    min: int | None = None
    max: int | None = None


class Response(Record, frozen=True, kw_only=True):
    """One step in the history of a party's answer: a statement read in a report, or what a person recorded."""

    position: ResponsePosition
    date: str | None = None  # EDTF
    dated_by: Literal["words", "report", "decision"] | None = None
    speaker: str | None = None
    quote: str | None = None
    document: str | None = None
    claim: str | None = None
    decision: str | None = None
    conceded: tuple[Harm, ...] = ()
    grounds: tuple[Grounds, ...] = ()
    url: str | None = None


class PartyResponse(Record, frozen=True, kw_only=True):
    """What one party has answered, first to last, and where that leaves it."""

    party: str
    assessment: PartyAssessment = "not_yet_assessed"
    position: ResponsePosition | None = None
    attribution: Attribution | None = None  # None: it answers, though nobody names it as having acted
    history: tuple[Response, ...] = ()


class StrikeReport(Record, frozen=True, kw_only=True):
    """A declared strike that a person found to be the one an allegation tells of."""

    document: str
    decision: str
    party: str | None = None
    date: str | None = None  # EDTF: the day it is declared for
    place: str | None = None


class Assessment(Record, frozen=True, kw_only=True):
    """An incident with ranges by group, status and grade, each with its reasons."""

    code: str
    documents: tuple[str, ...]
    accounts: tuple[str, ...]
    when: When | None = None
    where: Where | None = None
    killed: dict[str, Range] = {}
    injured: dict[str, Range] = {}
    missing: dict[str, Range] = {}
    detained: dict[str, Range] = {}
    belligerents: tuple[Belligerent, ...] = ()
    strike_type: tuple[str, ...] = ()
    strike_status: StrikeStatus | None = None
    grade: Grade | None = None
    infrastructure: tuple[str, ...] = ()
    munitions: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    victims: tuple[Victim, ...] = ()
    statements: tuple[Statement, ...] = ()
    sources: int = 0
    origins: int = 0
    reasons: tuple[Reason, ...] = ()
    responsibility: Responsibility | None = None
    responses: tuple[PartyResponse, ...] = ()
    strike_reports: tuple[StrikeReport, ...] = ()


def claims_of(accounts: Iterable[Account]) -> dict[str, Claim]:
    """Every claim of the accounts by its id."""
    return {claim.id: claim for account in accounts for claim in account.claims}


class Letter(Record, frozen=True, kw_only=True):
    """What a reader of the public archive writes to the desk about an incident. Seen by the desk alone."""

    id: str
    code: str
    kind: Literal["correct", "add", "withdraw"]
    relation: Literal["relative", "witness", "journalist", "other"]
    text: str
    at: datetime.datetime
    contact: str | None = None
    language: str | None = None
