"""A short name stands for the party that the same report calls by a longer one: after "the Turkish occupation",
"the occupation" is Turkey's, whoever is called so elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from civcas.core.extract.text import TOKEN, fold_words
from civcas.core.language import LanguagePack
from civcas.core.records import Claim, Party


def settled(claims: Iterable[Claim], pack: LanguagePack) -> list[Claim]:
    """The claims, those of belligerents under a short name with the party that a longer name of the report gives it."""
    all_claims = list(claims)
    named = {(_words(c, pack), c.value.name) for c in all_claims if isinstance(c.value, Party)}
    return [_settled(claim, named, pack) if isinstance(claim.value, Party) else claim for claim in all_claims]


def _settled(claim: Claim, named: set[tuple[tuple[str, ...], str]], pack: LanguagePack) -> Claim:
    value, short = claim.value, _words(claim, pack)
    if not isinstance(value, Party):
        return claim
    meant = {name for words, name in named if len(words) > len(short) and _within(short, words)}
    if len(meant) != 1 or value.name in meant:
        return claim
    return Claim.make(
        document=claim.document,
        kind=claim.kind,
        value=msgspec.structs.replace(value, name=meant.pop()),
        span=claim.span,
        origin=claim.origin,
        speaker=claim.speaker,
        negated=claim.negated,
        hedged=claim.hedged,
        scope=claim.scope,
    )


def _words(claim: Claim, pack: LanguagePack) -> tuple[str, ...]:
    return tuple(pack.key(word) for word in TOKEN.findall(fold_words(claim.span.quote)))


def _within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return any(long[n : n + len(short)] == short for n in range(len(long) - len(short) + 1))
