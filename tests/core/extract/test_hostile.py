"""Texts made to stop the reader: each is read in bounded time, and what it says beside the trap is not lost."""

import time

import pytest

from civcas.core.extract.claims import read
from civcas.core.records import Document
from civcas.languages import load

TRAPS = {
    "glued particles": "و" * 5000 + " " + "لل" * 3000,
    "a number without end": "1," + ",".join(["000"] * 3000),
    "blank lines": "\n  " * 20000 + "\nend",
    "a list of names": "Sami Sample, " * 3000,
    "counted people": "12 people and " * 2000,
    "counted people, commas": "12 people, " * 2000,
    "names with ages": "Sami Sample (32), " * 1500,
    "parentheses": "(" * 3000,
    "ranges": "between 12 and 13 and " * 1000,
    "dashes": "Sami Sample - " * 2000,
}
SECONDS = 20  # on a loaded machine; without the bounds each takes minutes or fails


@pytest.mark.parametrize("trap", TRAPS)
@pytest.mark.parametrize(
    ("language", "said", "number"),
    [("en", "An airstrike killed 17 civilians.", 17), ("ar", "قتل 17 مدنيا بغارة جوية.", 17)],
)
def test_a_trap_hides_no_report_and_takes_bounded_time(trap: str, language: str, said: str, number: int) -> None:
    document = Document(id="invented", text=f"{said}\n\n{TRAPS[trap]}", published="2019-05-09")
    start = time.process_time()
    claims = read(document, load(language))
    assert time.process_time() - start < SECONDS
    assert number in [getattr(c.value, "number", None) for c in claims if c.kind == "killed"]
    for claim in claims:
        claim.span.check(document.text)


@pytest.mark.parametrize("published", ["0001-01-01", "9999-12-31", "2019-13-45", "yesterday"])
def test_an_impossible_day_of_publication_is_no_day(published: str) -> None:
    document = Document(id="invented", text="A strike last month killed 3 people.", published=published)
    assert document.published_day is None
    assert [c.kind for c in read(document, load("en"))].count("date") == 0
