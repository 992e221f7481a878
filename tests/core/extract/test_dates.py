"""Dates in the words of reports, as EDTF."""

import pytest

from civcas.core.extract.claims import read
from civcas.core.records import DateValue, Document
from civcas.languages import load


def dates(text: str, published: str | None, language: str = "en") -> list[str]:
    document = Document(id="invented", text=text, published=published)
    return [c.value.edtf for c in read(document, load(language)) if isinstance(c.value, DateValue)]


THURSDAY = "2017-03-30"


@pytest.mark.parametrize(
    ("words", "edtf"),
    [
        ("It was on 16 March 2017.", "2017-03-16"),
        ("It was on March 16, 2017.", "2017-03-16"),
        ("It was on 2017-03-16.", "2017-03-16"),
        ("It was on 16 March.", "2017-03-16"),
        ("It was on 16-17 March 2017.", "2017-03-16/2017-03-17"),
        ("It was in December.", "2016-12"),
        ("It was in March 2016.", "2016-03"),
        ("It was on Monday.", "2017-03-27"),
        ("It was on Thursday.", "2017-03-30"),
        ("It was last Thursday.", "2017-03-23"),
        ("It was the Friday before last.", "2017-03-17"),
        ("It was yesterday.", "2017-03-29"),
        ("It was last week.", "2017-03-20/2017-03-26"),
        ("It was three days ago.", "2017-03-27"),
        ("It was in the first week of March.", "2017-03-01/2017-03-07"),
        ("It was earlier this month.", "2017-03"),
    ],
)
def test_a_date_is_read_from_the_day_of_the_report(words: str, edtf: str) -> None:
    assert dates(words, THURSDAY) == [edtf]


@pytest.mark.parametrize("words", ["It was yesterday.", "It was on Monday.", "It was last week."])
def test_no_day_is_invented_where_the_report_has_none(words: str) -> None:
    assert dates(words, None) == []


@pytest.mark.parametrize("words", ["on the 31st of February 2017", "99 March 2017", "in 20170"])
def test_what_is_no_date_is_none(words: str) -> None:
    assert "2017-02-31" not in dates(f"It was {words}.", THURSDAY)
    assert all(len(d) <= 21 for d in dates(f"It was {words}.", THURSDAY))


def test_a_report_without_a_date_speaks_from_its_own_dateline() -> None:
    text = "SAMPLEVILLE (July 31, 2011) - A patrol searched a house yesterday."
    assert "2011-07-30" in dates(text, None)
