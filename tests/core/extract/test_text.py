"""The search form of a text and the way back to its offsets."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civcas.core.extract.text import fold, fold_words, sentences

WRITING = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=120)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Al-Jīnah", "al-jinah"),
        ("إدلب", "ادلب"),
        ("قُتِلَ ٣٨ مدنيًا", "قتل 38 مدنيا"),
        ("قصـــف", "قصف"),
        ("مدرسة وموسى", "مدرسه وموسي"),
        ("“quoted” – it’s", '"quoted" - it\'s'),
        ("a\u202eb\u200fc", "abc"),
        ("one\u00a0two", "one two"),
        ("قتل ۴۵، شهداء؟", "قتل 45, شهداء?"),
    ],
)
def test_alike_spellings_have_one_search_form(written: str, folded: str) -> None:
    assert fold_words(written) == folded


@given(WRITING)
def test_every_folded_character_leads_back_into_the_text(text: str) -> None:
    folded = fold(text)
    assert len(folded.at) == len(folded.text) + 1
    assert list(folded.at) == sorted(folded.at)
    for i in range(len(folded.text)):
        start, end = folded.original(i, i + 1)
        assert 0 <= start < end <= len(text)
        assert folded.text[i] in fold_words(text[start:end])


@given(WRITING)
def test_sentences_do_not_overlap_and_lose_no_letter(text: str) -> None:
    folded = fold(text)
    bounds = list(sentences(folded, frozenset({"dr"})))
    assert all(a < b for a, b in bounds)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(bounds))
    inside = sum(c.isalpha() for a, b in bounds for c in folded.text[a:b])
    assert inside == sum(c.isalpha() for c in folded.text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Twelve people died. Thirty were hurt.", 2),
        ("Dr. Sample said 2.5 km away. The U.S. denied it.", 2),
        ("First line\nsecond line", 2),
        ("قتل ثلاثة. وأصيب خمسة؟ نعم", 3),
    ],
)
def test_sentences_end_where_a_reader_would_pause(text: str, count: int) -> None:
    assert len(list(sentences(fold(text), frozenset({"dr"})))) == count
