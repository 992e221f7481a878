"""What a report's title says beside its text, and where its words stand."""

from __future__ import annotations

import pytest

from civcas.core.headline import headline
from civcas.core.records import Document


def report(title: str | None, text: str = "Sign in to read on.") -> Document:
    return Document(id="invented", title=title, text=text)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Two men shot dead in Sampleville", "Two men shot dead in Sampleville"),
        ("Two men shot dead in Sampleville | Sample Outlet", "Two men shot dead in Sampleville"),
        ("Sample News 9 - Two men shot dead in Sampleville", "Two men shot dead in Sampleville"),
        ("Sampleville : Two men shot dead", "Two men shot dead"),
        ("مقتل شخصين في البلدة - موقع اخباري", "مقتل شخصين في البلدة"),
    ],
)
def test_a_headline_is_the_longest_part_of_a_title(title: str, said: str) -> None:
    document = report(title)
    stretch = headline(document)
    assert stretch is not None
    assert document.words(*stretch) == said


@pytest.mark.parametrize("title", [None, "", " | ", "\u2028"])
def test_a_title_without_words_has_no_headline(title: str | None) -> None:
    assert headline(report(title)) is None


def test_a_title_that_the_text_begins_with_is_not_read_twice() -> None:
    document = report("Two men shot dead in Sampleville", "TWO MEN  SHOT dead in\nSampleville. They were brothers.")
    assert headline(document) is None


def test_the_title_stands_before_the_text() -> None:
    document = report("Title", "Text.")
    assert [document.words(*at) for at in ((-6, -1), (-6, 4), (-1, 0), (0, 4), (-3, -2))] == [
        "Title", "Title\nText", "\n", "Text", "l",
    ]  # fmt: skip
    assert report(None, "Text.").words(-1, 4) == "\nText"
