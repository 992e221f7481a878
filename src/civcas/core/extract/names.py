"""A short name stands for the party that the same report calls by a longer one: after "the Turkish occupation",
"the occupation" is Turkey's, whoever is called so elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from civcas.core.extract.text import TOKEN, fold_words
from civcas.core.language import LanguagePack
from civcas.core.records import Claim, Party, Position, Total, Value


def settled(claims: Iterable[Claim], pack: LanguagePack) -> list[Claim]:
    """The claims, those of belligerents under a short name with the party that a longer name of the report gives it."""
    all_claims = list(claims)
    named = {(_words(c, pack), c.value.name) for c in all_claims if isinstance(c.value, Party)}
    found = [_settled(claim, named, pack) if isinstance(claim.value, Party) else claim for claim in all_claims]
    meant = _meant(found)
    return [_renamed(claim, meant) for claim in found] if meant else found


def _meant(claims: list[Claim]) -> dict[str, str]:
    """The party that another is settled to be wherever the report names it ("the coalition" of a report on the
    Saudi-led Coalition); none where the report says the other's own words too."""
    said: dict[str, set[str]] = {}
    for claim in claims:
        party = claim.value.name if isinstance(claim.value, Party) else None
        party = claim.value.party if isinstance(claim.value, Position) else party
        if party is not None:
            said.setdefault(party, set()).update(TOKEN.findall(fold_words(claim.span.quote)))
    meant = {}
    for short in said:
        for full in said:
            own, other = (set(TOKEN.findall(fold_words(name))) for name in (short, full))
            spoken = own & other & said[short] and not (own - other) & said[short]
            if short != full and spoken and (other - own) & said[full]:
                meant[short] = full
    return meant


def _renamed(claim: Claim, meant: dict[str, str]) -> Claim:
    """The claim, its speaker and the party of its statement or count under the name that is meant."""
    value = claim.value
    if isinstance(value, Position | Total) and value.party in meant:
        value = msgspec.structs.replace(value, party=meant[value.party])
    speaker = meant.get(claim.speaker or "", claim.speaker)
    return claim if value is claim.value and speaker == claim.speaker else _with(claim, value=value, speaker=speaker)


def _settled(claim: Claim, named: set[tuple[tuple[str, ...], str]], pack: LanguagePack) -> Claim:
    value, short = claim.value, _words(claim, pack)
    if not isinstance(value, Party):
        return claim
    meant = {name for words, name in named if len(words) > len(short) and _within(short, words)}
    if len(meant) != 1 or value.name in meant:
        return claim
    return _with(claim, value=msgspec.structs.replace(value, name=meant.pop()), speaker=claim.speaker)


def _with(claim: Claim, *, value: Value, speaker: str | None) -> Claim:
    return Claim.make(
        document=claim.document,
        kind=claim.kind,
        value=value,
        span=claim.span,
        origin=claim.origin,
        speaker=speaker,
        negated=claim.negated,
        hedged=claim.hedged,
        scope=claim.scope,
    )


def _words(claim: Claim, pack: LanguagePack) -> tuple[str, ...]:
    return tuple(pack.key(word) for word in TOKEN.findall(fold_words(claim.span.quote)))


def _within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return any(long[n : n + len(short)] == short for n in range(len(long) - len(short) + 1))
