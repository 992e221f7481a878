"""Numbers as words, and the people they count."""

import pytest

from civcas.core.extract.claims import units_of
from civcas.core.extract.tagging import Unit
from civcas.core.extract.text import fold
from civcas.core.extract.words import number_of
from civcas.core.records import Document
from civcas.languages import load


def units(text: str, language: str = "en") -> list[Unit]:
    document = Document(id="invented", text=text)
    folded = fold(text)
    return units_of(document, folded, 0, len(folded.text), load(language), None)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("2,715", 2715),
        ("1.500", 1500),
        ("12", 12),
        ("3.5", 3.5),
        ("72,771", 72771),
        ("999999999999999999", 999999999999999),
    ],
)
def test_digits_with_separators(written: str, number: float) -> None:
    assert number_of(written) == number


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("twenty-three people", 23),
        ("one hundred and twenty people", 120),
        ("two dozen people", 24),
        ("a dozen people", 12),
        ("half a dozen people", 6),
        ("three thousand five hundred people", 3500),
        ("two million people", 2000000),
        ("forty people", 40),
    ],
)
def test_written_numbers(words: str, number: int) -> None:
    found = [u.attributes["number"] for u in units(words) if u.tag == "WHO"]
    assert found == [number]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("at least 12 civilians", {"number": 12, "bound": "at_least", "group": "civilians"}),
        ("more than 15 people", {"number": 15, "bound": "more_than", "group": "people"}),
        ("between 13 and 15 villagers", {"number": 13, "upper": 15, "bound": "between"}),
        ("up to five children", {"number": 5, "bound": "up_to", "group": "children"}),
        ("dozens of fighters", {"word": "dozens", "group": "belligerents"}),
        ("a family of five", {"number": 5}),
        ("a pregnant woman", {"number": 1, "group": "women"}),
        ("three unarmed men", {"number": 3, "group": "civilians"}),
        ("several journalists", {"word": "several", "group": "journalists"}),
    ],
)
def test_people_keep_the_form_of_their_words(words: str, expected: dict[str, object]) -> None:
    (who,) = [u for u in units(words) if u.tag == "WHO"]
    assert {key: who.attributes.get(key) for key in expected} == expected


def test_what_is_no_count_of_people_is_not_read_as_one() -> None:
    for text in ("a 12-storey building", "at 3:15 am", "on the 4th floor", "Street 45", "6 km from the town"):
        assert not [u for u in units(text) if u.tag == "WHO"], text
