"""A short name stands for the party that the same report calls by a longer one."""

from __future__ import annotations

from civcas.core.extract.claims import read
from civcas.core.records import Document, Party
from civcas.languages import load


def _parties(text: str, language: str) -> list[str]:
    claims = read(Document(id="d", text=text), load(language))
    return [c.value.name for c in claims if isinstance(c.value, Party)]


def test_a_short_name_is_the_longer_ones() -> None:
    text = "استهدف جيش الاحتلال التركي قرية الحمرا. وأصيب طفل بقصف جيش الاحتلال"
    assert _parties(text, "ar") == ["Turkish Military", "Turkish Military"]


def test_a_short_name_alone_is_its_own() -> None:
    assert _parties("أصيب طفل بقصف جيش الاحتلال", "ar") == ["Israeli Military"]


def test_two_longer_names_settle_nothing() -> None:
    text = "قصف الاحتلال التركي القرية. قصف الاحتلال الروسي المدينة. قصف الاحتلال البلدة"
    assert _parties(text, "ar") == ["Turkish Military", "Russian Military", "Israeli Military"]
