"""Untrusted text is shown whole: nothing in it hides, reverses or commands a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civcas.core.visible import REVERSING, reversing, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("12 killed", "12 killed"),
        ("\u202e21 killed", "‹U+202E›21 killed"),
        ("a\u2066b\u2069", "a‹U+2066›b‹U+2069›"),
        ("\x1b[2Jgone", "‹U+001B›[2Jgone"),
        ("\x9b31mred", "‹U+009B›31mred"),
        ("1 killed\r9 killed", "1 killed‹U+000D›9 killed"),
        ("a\x00b", "a‹U+0000›b"),
        ("1\u200b2", "1‹U+200B›2"),
        ("\ud800", "‹U+D800›"),
        ("\U000e0041", "‹U+E0041›"),
        ("line\nand\ttab", "line\nand\ttab"),
        ("قتل خمسة مدنيين", "قتل خمسة مدنيين"),
        ("می‌خواهم", "می‌خواهم"),
    ],
)
def test_what_hides_is_shown_by_its_code_point(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_one_line_stays_one_line() -> None:
    assert visible("a\nb\tc", one_line=True) == "a‹U+000A›b‹U+0009›c"


@settings(deadline=None)
@given(st.text(alphabet=st.characters()))
def test_what_is_shown_can_be_printed_and_holds_no_control(text: str) -> None:
    shown = visible(text, one_line=True)
    shown.encode()
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in shown)
    assert reversing(shown) == ()


@pytest.mark.parametrize("character", REVERSING)
def test_each_reversing_character_is_found(character: str) -> None:
    assert reversing(f"a{character}b") == (f"U+{ord(character):04X}",)
