"""Names that no rule of reading took for a place are told, peoples among them as such, and say nothing of where."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from civcas.core.placereading import Candidate
from civcas.core.placespotting import of_a_people, peoples, spotted
from civcas.core.records import Claim, Document, PlaceName, Span

_NATIONS = {"qalandian": "QA", "قلندي": "QA", "westlander": "QB"}


def lookup(name: str) -> Sequence[Candidate]:
    country = _NATIONS.get(name.lower())
    if country is None:
        return ()
    return [Candidate(gazetteer_id=f"people:{country}", name=name, lat=36.0, lon=40.0, kind="DEM", country=country)]


def runs(text: str, *taken: str) -> list[str]:
    claims = []
    for words in taken:
        span = Span.of(text, text.index(words), text.index(words) + len(words))
        claims.append(Claim.make(document="d", kind="place", value=PlaceName(name=words), span=span, origin="test"))
    return [claim.span.quote for claim in spotted(Document(id="d", text=text), claims)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Three Milltown police officers were hurt.", ["Three Milltown"]),
        ("a crackdown by the U.S. and others", ["U.S."]),
        ("an officer of Oldgate-Milltown and of St. Orrin", ["Oldgate-Milltown", "St. Orrin"]),
        ("nothing here is a name", []),
        ("وزير الخارجية القلندي", ["الخارجية", "القلندي"]),
    ],
)
def test_capitals_in_a_row_and_adjectives_of_nations_are_spotted(text: str, expected: list[str]) -> None:
    assert runs(text) == expected


def test_what_is_read_already_is_not_spotted_again() -> None:
    assert runs("The Milltown woman was seen in Oldgate.", "Milltown", "Oldgate") == ["The"]


@pytest.mark.parametrize("word", ["Qalandian", "Qalandians", "Qalandian's", "القلندي", "القلندية", "والقلنديين"])
def test_an_adjective_of_a_nation_is_told_apart_with_its_country(word: str) -> None:
    text = f"{word} forces"
    claim = spotted(Document(id="d", text=text), [])[0] if word[0] != "و" else _claim(text, word)
    found = peoples([claim], lookup)
    assert found[claim.id].country == "QA"
    value = of_a_people(claim).value
    assert isinstance(value, PlaceName)
    assert value.relation == "demonym"


def test_a_name_that_is_no_people_is_none() -> None:
    assert peoples([_claim("Milltown forces", "Milltown")], lookup) == {}
    assert peoples([_claim("the Qalandian Hills", "Qalandian Hills")], lookup) == {}


def _claim(text: str, words: str) -> Claim:
    span = Span.of(text, text.index(words), text.index(words) + len(words))
    value = PlaceName(name=words, relation="mention", cue="weak")
    return Claim.make(document="d", kind="place", value=value, span=span, origin="test")
