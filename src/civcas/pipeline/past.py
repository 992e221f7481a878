"""The record as it stood: worked out anew from the documents, readings, decisions and rules of a moment."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from civcas.core import log
from civcas.core.assess import led
from civcas.core.changes import State
from civcas.core.codebook import Codebook
from civcas.core.errors import BadSource
from civcas.core.log import Noted
from civcas.core.project import Project
from civcas.core.records import (
    Account,
    AccountKind,
    Assessment,
    Capture,
    Claim,
    Decision,
    Document,
    Incident,
    Record,
)
from civcas.pipeline.assessing import assessed
from civcas.pipeline.matching import matched
from civcas.pipeline.reading import Reader, Rules

if TYPE_CHECKING:
    from civcas.store import Store

_LINE = re.compile(r"\d{1,12}")
_codebook = msgspec.json.Decoder(Codebook)
_project = msgspec.json.Decoder(Project)


class Moment(Record, frozen=True, kw_only=True):
    """A time to look back to; with a line, the decisions are those up to that line of the log."""

    at: datetime.datetime
    line: int | None = None

    @property
    def decisions_until(self) -> datetime.datetime | int:
        return self.at if self.line is None else self.line


def moment(store: Store, given: str) -> Moment:
    """The moment that a day (its end, UTC), an RFC 3339 time, a line of the log or a head NUMBER:HASH names, or `now`;
    raises BadSource."""
    text = given.strip()
    if text == "now":
        return Moment(at=datetime.datetime.max.replace(tzinfo=datetime.UTC))
    if _LINE.fullmatch(text) or re.fullmatch(r"\d+:[0-9a-f]{64}", text):
        return _of_line(store, text)
    try:
        if len(text) == 10:
            end = datetime.time.max.replace(tzinfo=datetime.UTC)
            return Moment(at=datetime.datetime.combine(datetime.date.fromisoformat(text), end))
        at = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise BadSource(
            f"{given[:80]!r} is no moment: give a day (2024-06-01), a time (2024-06-01T12:00:00Z), a line of "
            "`civcas log`, a head NUMBER:HASH, or now"
        ) from None
    if at.tzinfo is None:
        raise BadSource(f"{given!r} needs its time zone: {given}Z, or {given}+03:00")
    return Moment(at=at)


def _of_line(store: Store, text: str) -> Moment:
    number = int(text.partition(":")[0])
    links, _ = store.log()
    last = links[-1].number if links else 0
    if number > last:
        raise BadSource(f"there is no line {number} in the log: it ends at line {last}")
    if ":" in text and number:
        noted, link = Noted.parse(text), next(link for link in links if link.number == number)
        if link.hash != noted.hash:
            raise BadSource(f"line {number} of the log has another hash: `civcas verify --head {text}` says more")
    # What an erased line says of its time is gone: the last one before it that still says it stands for it.
    known = (d.at for n in range(number, 0, -1) if (d := store.said(n)) is not None)
    at = next(known, None)
    if at is None:
        later = (d.at for link in links if (d := store.said(link.number)) is not None)
        at = min(later, default=datetime.datetime.max.replace(tzinfo=datetime.UTC))
    return Moment(at=at, line=number)


def last_line(store: Store, moment: Moment) -> int:
    """The last line that the log had at the moment."""
    if moment.line is not None:
        return moment.line
    _, sealed = store.log()
    taken = (n for n, said in sealed.items() if log.read_payload(said.payload).at <= moment.at)
    return max(taken, default=0)


def codebook_in_force(decisions: Iterable[Decision]) -> Codebook | None:
    """The codebook that the last decision on it put in force; None where none did."""
    taken = [d for d in log.in_force(decisions) if d.verb == "codebook"]
    return msgspec.convert(taken[-1].value["codebook"], Codebook) if taken else None


def gathered(view: Store | Past, rules: Rules, advance: Callable[[int], None] = lambda _: None) -> Iterator[Account]:
    """The accounts as the rules gather them from the claims that stand: what another codebook needs, and no reading."""
    claims: dict[str, list[Claim]] = {}
    for claim in view.claims():
        claims.setdefault(claim.document, []).append(claim)
    with Reader(rules) as reader:
        for document in view.documents(claims):
            yield from reader.accounts(document, claims[document.id])
            advance(1)


class Past:
    """What the store would have answered at a moment. Documents erased since are not in it."""

    def __init__(self, store: Store, moment: Moment, now: Rules) -> None:
        self.store, self.moment, self.now = store, moment, now

    @functools.cached_property
    def decided(self) -> list[Decision]:
        return self.store.decisions(self.moment.decisions_until, all_of_them=True)

    @functools.cached_property
    def rules(self) -> Rules:
        """Project and codebook as they stood; from before such were kept, those of now."""
        project, codebook = self.store.project_text(self.moment.at), self.store.codebook_text(self.moment.at)
        return msgspec.structs.replace(
            self.now,
            project=_project.decode(project) if project else self.now.project,
            codebook=codebook_in_force(self.decided) or (_codebook.decode(codebook) if codebook else self.now.codebook),
        )

    @functools.cached_property
    def _incidents(self) -> dict[str, Incident]:
        at = self.moment.at
        found = matched(
            self._accounts(),
            log.in_force(self.decided),
            codes=self.store.codes(at),
            retired=self.store.used_codes(at),
        )
        return {incident.code: incident for incident in found}

    def _accounts(self) -> Iterator[Account]:
        """Those that were read by then; where the last decision put another codebook in force than they were read by,
        gathered anew by that."""
        read_by = self.store.codebook_text(self.moment.at)
        if read_by is None or _codebook.decode(read_by) == self.rules.codebook:
            return self.accounts(kind="incident")
        return (a for a in gathered(self, self.rules) if a.kind == "incident")

    @functools.cached_property
    def _assessments(self) -> dict[str, Assessment]:
        incidents, rules = list(self._incidents.values()), self.rules
        found = assessed(incidents, rules.codebook, rules.project, led(log.in_force(self.decided), self.current_code))
        return {assessment.code: assessment for assessment in found}

    def state(self) -> State:
        """All of it, to be held against another state."""
        lines = self.store.lines()
        return State(
            assessments=self._assessments,
            accounts={a.id: a for i in self._incidents.values() for a in i.members},
            decisions=tuple(self.decided),
            lines={d.id: lines[d.id] for d in self.decided if d.id in lines},
            published=self.published(),
            codebook=self.rules.codebook,
            project=self.rules.project,
        )

    # What a Store is asked for where the record is shown.

    def accounts(
        self, document_ids: Iterable[str] | None = None, *, kind: AccountKind | None = None
    ) -> Iterator[Account]:
        return self.store.accounts(document_ids, kind=kind, as_of=self.moment.at)

    def claims(self, document_ids: Iterable[str] | None = None) -> Iterator[Claim]:
        return self.store.claims(document_ids, as_of=self.moment.at)

    def documents(self, ids: Iterable[str] | None = None) -> Iterator[Document]:
        return self.store.documents(ids, as_of=self.moment.at)

    def captures(self, document_id: str | None = None) -> Iterator[Capture]:
        return self.store.captures(document_id)

    def aliases(self) -> dict[str, str]:
        return self.store.aliases()

    def assessments(self) -> Iterator[Assessment]:
        return iter(self._assessments.values())

    def published(self) -> frozenset[str]:
        return frozenset(log.publications(self.decided))

    def incident(self, code: str) -> Incident | None:
        return self._incidents.get(self.current_code(code) or "")

    def assessment(self, code: str) -> Assessment | None:
        return self._assessments.get(self.current_code(code) or "")

    def current_code(self, code: str) -> str | None:
        """The code that this one led to then: where its accounts were."""
        if code in self._incidents:
            return code
        ever = self.store.ever_coded(code) if code in self.store.used_codes(self.moment.at) else frozenset()
        shares = {c: len(ever.intersection(i.accounts)) for c, i in self._incidents.items()}
        best = max(sorted(shares), key=lambda c: shares[c], default=None)
        return best if best is not None and shares[best] else None
