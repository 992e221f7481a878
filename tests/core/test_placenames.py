"""Spellings that name one place share a key; others do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civcas.core.placenames import fold_name, plain_name, romanised, skeleton


@pytest.mark.parametrize(
    "spellings",
    [
        ("Al-Jinah", "al Jina", "Jīnah", "AL JINAH", "Al‑Jinah"),
        ("إدلب", "ادلب", "اِدلب", "إدلـب"),
        ("الجينة", "جينه", "الجينه"),
        ("Ma'arrat an-Nu'man", "Maʻarrat an Nuʻmān", "Maarat al-Numan"),
        ("Deir ez-Zor", "Deir az-Zor", "Dayr az Zawr"),
        ("دير الزور", "ديرالزور"),
        ("Khan Younis", "Khanyounis"),
        ("St. Louis", "Saint Louis"),
        ("Ar-Raqqah", "Raqqa", "al-Raqqa"),
    ],
)
def test_spellings_of_one_name_share_a_key(spellings: tuple[str, ...]) -> None:
    assert len({romanised(fold_name(spelling)) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Jinah", "Jannah"), ("الرقة", "الرحبة"), ("Homs", "Hama"), ("Ada", "Al Da")]
)
def test_other_names_keep_apart(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [("Khan Shaykhun", "خان شيخون"), ("al-Jineh", "الجينة"), ("Deir ez-Zor", "دير الزور"), ("Raqqa", "الرقة")],
)
def test_both_scripts_share_a_skeleton(latin: str, arabic: str) -> None:
    assert skeleton(fold_name(latin)) == skeleton(fold_name(arabic)) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("Shaykhun", "Sheikhoun"), ("Jinah", "Jeeneh"), ("Mansoura", "Mansura"), ("Idlib", "Idleb")]
)
def test_romanisations_sound_alike(one: str, other: str) -> None:
    assert romanised(fold_name(one)) == romanised(fold_name(other))


def test_other_scripts_have_a_key_but_no_skeleton() -> None:
    assert fold_name("Київ") == fold_name("КИЇВ") != ""
    assert skeleton(fold_name("Київ")) == ""


@given(st.text(max_size=30))
def test_any_text_folds_and_case_and_spaces_say_nothing(text: str) -> None:
    assert fold_name(f"  {text} ") == fold_name(text)
    assert plain_name(plain_name(text)) == plain_name(text)
    skeleton(fold_name(text))
    romanised(fold_name(text))
