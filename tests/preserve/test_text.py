"""Bytes become text in their own encoding, doubts are said, and any text can be stored."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.preserve.made import ARABIC, REPORT

from civcas.preserve.text import decode, is_binary, storable

FRENCH = "Douze civils ont été tués à Deir ez-Zor, a déclaré le maire – « aucun combattant »."
TURKISH = "Beş kişi öldü, yaralılar İdlib’de hastaneye kaldırıldı, görgü tanıkları söyledi."
RUSSIAN = "Погибли пять мирных жителей, сообщили местные источники."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (REPORT, "ascii"),
        (ARABIC, "utf-8"),
        (ARABIC, "utf-8-sig"),
        (ARABIC, "utf-16"),
        (ARABIC, "utf-32"),
        (REPORT, "utf-16-le"),
        (REPORT, "utf-16-be"),
        (ARABIC, "cp1256"),
        ("قتل 5 أشخاص", "cp1256"),
        ("قتل", "cp1256"),
        ("نقلت وكالة Sample عن مسؤول قوله إن 12 مدنيا قتلوا", "cp1256"),
        (ARABIC.replace("،", ""), "iso8859-6"),
        (FRENCH, "cp1252"),
        ("“At least 12 people” were killed – officials said", "cp1252"),
        (TURKISH, "cp1254"),
        (RUSSIAN, "cp1251"),
        ("Пять", "cp1251"),
        (RUSSIAN, "koi8-r"),
    ],
)
def test_text_is_read_in_its_own_encoding(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding))
    assert found.text == text
    guessed = encoding.startswith(("cp", "iso", "koi"))
    assert bool(found.warnings) == guessed, "a guess is said to be one, and nothing else is"


def test_line_of_another_encoding_is_read_in_its_own() -> None:
    found = decode(f"{ARABIC}\n".encode() + ARABIC.encode("cp1256") + f"\n{REPORT}\n".encode())
    assert found.text == f"{ARABIC}\n{ARABIC}\n{REPORT}\n"
    assert "1 line of 4 read as cp1256" in found.warnings[0]


def test_one_bad_byte_does_not_turn_utf8_into_another_encoding() -> None:
    found = decode(f"{ARABIC} ".encode() + b"\xff" + f" {ARABIC}".encode())
    assert found.text == f"{ARABIC} \ufffd {ARABIC}"
    assert "damaged UTF-8" in found.warnings[0]


def test_declared_encoding_is_believed_unless_the_bytes_are_utf8() -> None:
    assert decode(RUSSIAN.encode("cp1251"), "windows-1251") == (RUSSIAN, ())
    assert decode(ARABIC.encode(), "windows-1256") == (ARABIC, ())
    assert decode(ARABIC.encode("cp1256"), "no-such-encoding").text == ARABIC


def test_line_breaks_are_left_as_they_are() -> None:
    text = "one\r\ntwo\rthree\n\n\u2028four\x0bfive"
    assert storable(decode(text.encode()).text).text == text


def test_what_no_database_holds_is_replaced_in_place_and_said() -> None:
    found = storable("1\x002\ud8003")
    assert found.text == "1\ufffd2\ufffd3"
    assert found.warnings == ("1 NUL character kept as U+FFFD", "1 half of a surrogate pair kept as U+FFFD")


def test_characters_that_reverse_text_are_kept_and_said() -> None:
    text = "killed \u202e21\u202c people \u200f"
    found = storable(text)
    assert found.text == text
    assert found.warnings == ("holds characters that reverse text: U+202C, U+202E, U+200F",)


@settings(deadline=None)
@given(st.text(alphabet=st.characters()))
def test_stored_text_is_utf8_without_nul_at_unchanged_offsets(text: str) -> None:
    found = storable(text)
    assert len(found.text) == len(text)
    assert "\0" not in found.text
    assert all(a == b for a, b in zip(found.text, text, strict=True) if b not in "\0" and not "\ud800" <= b <= "\udfff")
    found.text.encode()


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_become_text(data: bytes) -> None:
    assert isinstance(decode(data).text, str)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1))
def test_utf8_is_always_read_back(text: str) -> None:
    data = text.encode()
    if data[:3] != b"\xef\xbb\xbf" and b"\0" not in data:
        assert decode(data) == (text, ())


@pytest.mark.parametrize(("data", "binary"), [(b"\x7fELF\x02\x01\x01" + bytes(200), True), (b"a\x00b", False)])
def test_programs_are_told_from_text(data: bytes, binary: bool) -> None:
    assert is_binary(data) is binary
