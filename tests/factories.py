"""Accounts, claims and documents in one line, for tests: `account(killed="41-47", on="2017-03-16", at=(36.1, 36.8))`.

Everything made here is invented.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence
from typing import Any

from civcas.core.records import (
    Account,
    AccountKind,
    Anchor,
    Attribution,
    Belligerent,
    Claim,
    ClaimKind,
    Decision,
    DecisionVerb,
    Document,
    Figure,
    Group,
    Harm,
    HarmKind,
    Span,
    Statement,
    StatementPosition,
    Value,
    Victim,
    When,
    Where,
    digest,
)
from civcas.core.values import Count, Period

_numbers = itertools.count(1)


def count(figures: str | int | None) -> Count:
    """`"41-47"`, `"41-"`, `"-47"`, `"41"` or 41 as a range."""
    if figures is None:
        return Count()
    low, dash, high = str(figures).partition("-")
    return Count(min=int(low) if low else None, max=int(high) if high else (None if dash else int(low)))


def document(text: str = "An invented report.", **fields: Any) -> Document:
    return Document(id=fields.pop("id", f"document-{next(_numbers)}"), text=text, **fields)


def claim(
    kind: ClaimKind = "killed",
    value: Value | None = None,
    *,
    document: str = "document-0",
    start: int = 0,
    **fields: Any,
) -> Claim:
    """A claim whose quote is made up; figures by default."""
    quote = fields.pop("quote", "invented words")
    span = Span(start=start, end=start + len(quote), quote=quote)
    origin = fields.pop("origin", "rules/en@1")
    return Claim.make(document=document, kind=kind, value=value or Figure(number=1), span=span, origin=origin, **fields)


def harm(kind: HarmKind, figures: str | int | Count | None, **fields: Any) -> Harm:
    given = figures if isinstance(figures, Count) else count(figures)
    return Harm(kind=kind, min=given.min, max=given.max, hedged=given.hedged, **fields)


def when(period: str | None) -> When | None:
    """An EDTF expression as the period of an account."""
    return When.of(Period.parse(period), quote="on that day") if period else None


def where(at: tuple[float, float] | None = None, place: str | None = None, **fields: Any) -> Where | None:
    if at is None and place is None:
        return None
    lat, lon = at or (None, None)
    radius = fields.pop("radius_km", 2.0 if at else None)
    return Where(name=place or "Somewhere", lat=lat, lon=lon, radius_km=radius, **{"country": "SY", **fields})


def account(
    killed: str | int | None = None,
    injured: str | int | None = None,
    *,
    on: str | None = None,
    at: tuple[float, float] | None = None,
    place: str | None = None,
    country: str | None = "SY",
    admin1: str | None = None,
    radius_km: float | None = 2.0,
    group: Group = "people",
    speaker: str | None = None,
    harms: Sequence[Harm] = (),
    claims: Sequence[Claim] = (),
    by: str | Sequence[str] = (),
    attribution: Attribution = "suspected",
    says: dict[str, StatementPosition] | None = None,
    victims: Sequence[str | Victim] = (),
    words: str = "",
    document: str | None = None,
    kind: AccountKind = "incident",
    start: int = 0,
    **fields: Any,
) -> Account:
    """One account; each call makes a new document unless one is named. `by` names belligerents, `says` their
    positions, `start` moves its claims along the document so that two accounts of one document differ."""
    number = next(_numbers)
    document = document or f"document-{number}"
    parties = (by,) if isinstance(by, str) else by
    figures: list[Harm] = []
    made = list(claims)
    kinds: tuple[tuple[HarmKind, str | int | None], ...] = (("killed", killed), ("injured", injured))
    for harm_kind, given in kinds:
        if given is not None:
            value = Figure(number=count(given).min or count(given).max, group=group)
            said = claim(harm_kind, value, document=document, start=start + 20 * len(made))
            figures.append(harm(harm_kind, given, group=group, speaker=speaker, claims=(said.id,)))
            made.append(said)
    if not made:
        made.append(claim("observation", Figure(), document=document, start=start))
    return Account(
        id=fields.pop("id", None) or digest(document, start, kind, killed, injured, on, at, place, number),
        document=document,
        kind=kind,
        when=when(on),
        where=where(at, place, country=country, admin1=admin1, radius_km=radius_km if at else None),
        harm=(*figures, *harms),
        belligerents=tuple(Belligerent(name=name, attribution=attribution) for name in parties),
        victims=tuple(v if isinstance(v, Victim) else Victim(name=v) for v in victims),
        statements=tuple(
            Statement(speaker=who, position=position, quote="invented words", document=document)
            for who, position in (says or {}).items()
        ),
        claims=tuple(made),
        words=tuple(words.split()),
        **fields,
    )


def decision(verb: DecisionVerb, *subjects: Account | Anchor, **fields: Any) -> Decision:
    """A decision about accounts (anchored by document, kind and spans) or about given anchors."""
    anchors = tuple(anchor(s) if isinstance(s, Account) else s for s in subjects)
    return Decision(
        id=fields.pop("id", f"decision-{next(_numbers)}"),
        verb=verb,
        subjects=anchors,
        actor=fields.pop("actor", "reviewer"),
        at=fields.pop("at", datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)),
        reason=fields.pop("reason", "an invented reason"),
        **fields,
    )


def anchor(account: Account) -> Anchor:
    return Anchor(document=account.document, kind="account", spans=account.spans)
