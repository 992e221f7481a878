"""Further place names of a text, which no rule of reading took for a place: capitals in a row, and words for peoples.

They are told to whoever asks for every place a report names (`annotate`), and say nothing of where an event was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from civcas.core.placereading import DEMONYM, Candidate, Lookup
from civcas.core.records import Claim, Document, PlaceName, Span, Where

_RUN = re.compile(
    r"(?<![\w.])(?:[A-Z]\.(?:[A-Z]\.)+|[A-Z][^\W\d_]*\.?(?:['’][A-Z][^\W\d_]+)?(?:[ -][A-Z][^\W\d_]+)*)"
)  # "U.S."; "St. Paul", "Las Vegas", "Athens-Clarke"
_NISBA = re.compile(r"(?<!\w)(?:[وبل]|لل)?ال[\u0621-\u064a]{2,}(?:ية|ي|يين|يون|يات)(?!\w)")  # السورية، الروسي
_ORIGIN = "names/1"
_INITIAL = 2  # letters; a run of fewer is an initial


def spotted(document: Document, claims: Sequence[Claim]) -> list[Claim]:
    """The runs of capitals and the adjectives of nations in stretches that no claim of a place or victim covers."""
    taken = sorted((c.span.start, c.span.end) for c in claims if c.kind in ("place", "victim"))
    found = []
    for start, end in _gaps(len(document.text), taken):
        for pattern in (_RUN, _NISBA):
            for run in pattern.finditer(document.text, start, end):
                if run.end() - run.start() >= _INITIAL:
                    found.append(_claim(document, *run.span()))
    return found


def _gaps(length: int, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = 0
    for start, end in taken:
        if start > at:
            yield at, start
        at = max(at, end)
    yield at, length


def _claim(document: Document, start: int, end: int) -> Claim:
    span = Span.of(document.text, start, end)
    value = PlaceName(name=span.quote, relation="mention", cue="weak")
    return Claim.make(document=document.id, kind="place", value=value, span=span, origin=_ORIGIN)


def peoples(claims: Sequence[Claim], lookup: Lookup) -> dict[str, Where]:
    """The country of each claim whose words are an adjective or a people ("Russian", "Syrians"), by claim id."""
    found = {}
    for claim in claims:
        if claim.kind == "place" and isinstance(claim.value, PlaceName) and claim.value.kind is None:
            entry = _people(claim.value.name, lookup)
            if entry is not None:
                found[claim.id] = Where(
                    name=claim.value.name, country=entry.country, lat=entry.lat, lon=entry.lon,
                    gazetteer_id=entry.gazetteer_id, quote=claim.span.quote, claim=claim.id, precision="country",
                    radius_km=entry.radius_km, centroid=True, reason=f"of {entry.name}",
                )  # fmt: skip
    return found


def of_a_people(claim: Claim) -> Claim:
    """The claim as one of an adjective of place, whatever the rule that read it took it for."""
    if not isinstance(claim.value, PlaceName):
        return claim
    return replace(claim, value=replace(claim.value, relation="demonym"))


def _people(name: str, lookup: Lookup) -> Candidate | None:
    """The people that the name, or its last word before a dash or plural, is the word for."""
    if " " in name:
        return None
    for word in _forms(name):
        entry = next((c for c in lookup(word) if c.kind == DEMONYM and c.match == "exact"), None)
        if entry is not None:
            return entry
    return None


def _forms(name: str) -> Iterator[str]:
    word = re.split(r"['’]s?$", name)[0]
    yield word
    if word.isascii():
        if word.endswith("s"):
            yield word[:-1]
        return
    bare = re.sub(r"^(?:[وبل](?=ال)|لل)", "", word)
    bare = bare if bare.startswith("ال") or not word.startswith("لل") else f"ال{bare}"
    for form in (bare, bare.removeprefix("ال")):
        yield form
        for ending in ("ية", "يين", "يون", "يات"):
            if form.endswith(ending):
                yield form[: -len(ending)] + "ي"
