"""How long it takes to assess a large record anew from its accounts, with their claims, and the decisions in force.

    recompute.py [INCIDENTS...]

The incidents are made up: one to five reports each, with figures that agree more or less, speakers, parties, victims
and statements, and one decision for every ten incidents. What is timed is what a recomputing does: rows decoded,
assessed, and encoded as they are stored, in as many processes as the program would use. 100,000 is run by hand;
continuous integration runs a smaller number.
"""

from __future__ import annotations

import datetime
import random
import sys
import time
from collections.abc import Iterator

import msgspec

from civcas.core.assess import assess
from civcas.core.assess.overrides import Standing
from civcas.core.codebook import Codebook, named_codebook
from civcas.core.log import decision
from civcas.core.project import Project, default_project
from civcas.core.records import (
    Account,
    Anchor,
    Belligerent,
    Claim,
    ClaimKind,
    DateValue,
    Decision,
    Figure,
    Group,
    Harm,
    Incident,
    Party,
    Person,
    Span,
    Statement,
    Term,
    Value,
    Victim,
    When,
    Where,
    digest,
)
from civcas.core.values import Period
from civcas.pipeline.assessing import assessed

CI = 2_000
EVERY = 10  # incidents to a decision
AT = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
PARTIES = ("Syrian Military", "Russian Military", "US-led Coalition", "Turkish Military")
OUTLETS = ("First Wire", "Second Paper", "Third Channel", "Local Network", "A Monitor", "Rescue Service")
NAMES = ("Sami", "Karim", "Huda", "Rima", "Omar", "Layla", "Yusuf", "Nadia")
FAMILIES = ("Haddad", "Najjar", "Khoury", "Sabbagh", "Darwish", "Mansour")


class Made:
    """Accounts of made-up events; the same number, the same account."""

    def __init__(self, number: int) -> None:
        self.chance = random.Random(number)
        self.number = number
        self.day = datetime.date(2012, 1, 1) + datetime.timedelta(days=self.chance.randrange(4000))
        self.killed = 1 + int(40 * self.chance.random() ** 3)
        self.victims = [self._name() for _ in range(self.chance.choice((0, 0, 1, 3)))]
        self.party = self.chance.choice(PARTIES)
        self.at = (30 + self.chance.random() * 6, 35 + self.chance.random() * 6)

    def incident(self) -> Incident:
        members = tuple(self._account(n) for n in range(self.chance.choice((1, 1, 2, 2, 3, 5))))
        return Incident(
            code=f"SY{self.day:%y%m%d}n{self.number}",
            documents=tuple(a.document for a in members),
            accounts=tuple(a.id for a in members),
            members=members,
        )

    def decision(self) -> Decision:
        value = (
            {"field": "grade", "to": "fair"}
            if self.number % (2 * EVERY)
            else {"field": "killed.civilians.min", "to": 1}
        )
        anchor = Anchor(code=self.incident().code)
        return decision("override", [anchor], actor="A. Reviewer", at=AT, reason=f"seen in {self.number}", value=value)

    def _name(self) -> str:
        return f"{self.chance.choice(NAMES)} {self.chance.choice(NAMES)} {self.chance.choice(FAMILIES)}"

    def _account(self, order: int) -> Account:
        self.document = f"report-{self.number}-{order}"
        self.claims: list[Claim] = []
        outlet = self.chance.choice(OUTLETS)
        speaker = self.chance.choice((None, None, "residents", "a hospital official", "Civil Defence"))
        day = self._claim("date", DateValue(edtf=str(self.day)), f"on {self.day:%d %B}")
        harm = tuple(self._harm(group, speaker) for group in self._groups())
        blamed = self._claim("belligerent", Party(name=self.party), f"the {self.party}")
        self._claim("strike_type", Term(slug="airstrike"), "an airstrike")
        victims = tuple(
            Victim(name=name, age=30, claims=(self._claim("victim", Person(name=name, age=30), name).id,))
            for name in self.victims
        )
        quote = "we are looking into the reports of civilian casualties"
        says = (Statement(speaker=self.party, position="investigating", quote=quote),) if order == 2 else ()
        return Account(
            id=digest(self.document), document=self.document, kind="incident",
            when=When.of(Period.between(self.day, self.day), quote=day.span.quote, claim=day.id),
            where=Where(name=f"Town {self.number % 300}", country="SY", lat=self.at[0], lon=self.at[1], radius_km=2.0),
            harm=harm, belligerents=(Belligerent(name=self.party, claims=(blamed.id,)),),
            strike_type=("airstrike",), infrastructure=self.chance.choice(((), ("education", "school"))),
            victims=victims, statements=says, claims=tuple(self.claims), published=str(self.day), publisher=outlet,
            language="en", words=tuple(self._words()),
        )  # fmt: skip

    def _groups(self) -> tuple[Group, ...]:
        return self.chance.choice((("people",), ("civilians",), ("civilians", "children"), ("people", "belligerents")))

    def _harm(self, group: Group, speaker: str | None) -> Harm:
        part = group in ("children", "belligerents")
        number = max(1, self.killed // 3) if part else self.killed + self.chance.choice((0, 0, 0, 1, 4))
        claim = self._claim(
            "killed", Figure(group=group, number=number, part=part), f"killed {number} {group}", speaker
        )
        return Harm(kind="killed", group=group, min=number, max=number, speaker=speaker, part=part, claims=(claim.id,))

    def _words(self) -> Iterator[str]:
        """Forty words: some of the event, some of everybody."""
        for n in range(40):
            yield f"word{self.number}x{self.chance.randrange(16)}" if n < 12 else f"any{self.chance.randrange(2000)}"

    def _claim(self, kind: ClaimKind, value: Value, quote: str, speaker: str | None = None) -> Claim:
        start = 40 * len(self.claims)
        span = Span(start=start, end=start + len(quote), quote=quote)
        made = Claim.make(
            document=self.document, kind=kind, value=value, span=span, origin="rules/en@1", speaker=speaker
        )
        self.claims.append(made)
        return made


def made(incidents: int) -> tuple[list[bytes], list[Decision]]:
    """The incidents as rows, and the decisions on them."""
    rows = [msgspec.json.encode(Made(n).incident()) for n in range(incidents)]
    return rows, [Made(n).decision() for n in range(0, incidents, EVERY)]


def recomputed(rows: list[bytes], decisions: list[Decision], *, workers: int | None = None) -> list[bytes]:
    """The assessments as rows."""
    decoder = msgspec.json.Decoder(Incident)
    incidents = [decoder.decode(row) for row in rows]
    codebook, project = named_codebook("default"), default_project()
    return [msgspec.json.encode(a) for a in assessed(incidents, codebook, project, decisions, workers=workers)]


def measured(incidents: int) -> dict[str, float]:
    """Seconds for all of them, and the milliseconds that single incidents take: in the middle, and the slowest."""
    rows, decisions = made(incidents)
    begun = time.perf_counter()
    found = len(recomputed(rows, decisions))
    seconds = time.perf_counter() - begun
    codebook, project, standing = named_codebook("default"), default_project(), Standing.of(decisions)
    decoder = msgspec.json.Decoder(Incident)
    alone = sorted(_alone(decoder.decode(row), codebook, project, standing) for row in rows[:1000])
    return {
        "incidents": found,
        "seconds": round(seconds, 1),
        "median_ms": round(1000 * alone[len(alone) // 2], 2),
        "slowest_ms": round(1000 * alone[-1], 2),
    }


def _alone(incident: Incident, codebook: Codebook, project: Project, standing: Standing) -> float:
    begun = time.perf_counter()
    assess(incident, codebook, project, standing)
    return time.perf_counter() - begun


if __name__ == "__main__":
    for size in [int(argument) for argument in sys.argv[1:]] or [CI]:
        print(measured(size), flush=True)
