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


def _seen(text: str, captured: str, language: str = "en", role: str | None = None) -> list[str]:
    document = Document(id="invented", text=text, captured=captured)
    told = [c.value for c in read(document, load(language)) if isinstance(c.value, DateValue)]
    return [date.edtf for date in told if role in (None, date.role)]


def test_a_weekday_of_an_undated_report_is_the_last_before_it_was_seen_and_uncertain() -> None:
    assert _seen("Shells hit Sampleton on Friday and killed two.", "2021-08-21") == ["2021-08-20?"]
    assert _seen("قتل مدني اليوم الثلاثاء في قصف على البلدة.", "2022-02-02", "ar") == ["2022-02-01?"]
    assert _seen("Shells hit Sampleton yesterday and killed two.", "2021-08-21") == []
    assert _seen("Elders will meet next Friday.", "2021-08-21") == []


def test_of_a_picture_and_the_stamp_of_the_report_the_later_day_is_its_own() -> None:
    text = "Smoke over Sampleton - July 25, 2021\nAugust 30, 2021\nA patrol was hit yesterday."
    assert "2021-08-29" in _seen(text, "2021-08-31")
    assert "2021-07-24" in _seen(text, "2023-08-31")  # seen long after either


def test_a_day_that_is_not_what_the_text_calls_today_is_not_its_own() -> None:
    text = "دخان فوق بلدة الوردية 22 آب 2022\nقتل مدني اليوم الخميس في قصف على البلدة."
    assert "2022-09-08?" in _seen(text, "2022-09-09", "ar")
    assert "2022-08-25?" not in _seen(text, "2022-09-09", "ar")


def test_an_old_picture_and_an_agreement_date_no_event() -> None:
    caption = "بلدة الوردية بعد قصفها - 25 تموز 2021 (سامر الوردي)"
    assert _seen(caption, "2021-08-30", "ar", "event") == []
    assert _seen(caption, "2021-07-27", "ar", "event") == ["2021-07-25"]
    assert _seen("رغم اتفاق وقف إطلاق النار الموقع في 5 آذار 2020", "2022-08-30", "ar", "event") == []


def test_a_day_without_year_is_that_shortly_before_the_report_was_seen() -> None:
    text = "Three people were killed in a strike on Sampleton on Sunday, February 27."
    assert _seen(text, "2022-03-02") == ["2022-02-27"]
    assert "2023-02-27" not in _seen(text, "2023-09-01")


def test_an_old_date_told_in_passing_is_not_the_day_a_report_speaks_from() -> None:
    lead = "Shells hit Sampleton on Friday and killed two. " + "Residents spoke of fear in the town. " * 12
    text = lead + "A truce was agreed on March 5, 2020."
    assert _seen(text, "2021-08-21")[-1] == "2020-03-05"
    assert "2020-03-05" not in _seen(text, "2021-08-21")[:-1]
    assert not any(day.startswith("2020-02") for day in _seen(text, "2021-08-21"))
