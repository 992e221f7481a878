"""What a shared word says follows from the word alone: not from what an archive happens to hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import account

from civcas.core.extract.text import fold_words
from civcas.core.match import compare_all
from civcas.core.match.columns import columns
from civcas.core.match.likeness import cosine
from civcas.core.match.worth import TOKENS, common, tokens, usage, worth
from civcas.core.records import Account
from civcas.languages import LANGUAGES


def told(words: str) -> Account:
    return account(killed="5", on="2017-03-16", at=(35.1, 36.2), place="Qasra", words=fold_words(words))


def words_of(left: Account, right: Account) -> float:
    (comparison,) = compare_all([left, right])
    return next((f.weight for f in comparison.features if f.name == "words"), 0.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("an airstrike killed five civilians in the village of qasra", "shelling killed two people in the town harba"),
        (
            "police said two people were shot and killed near the market",
            "three men were shot in the street police said",
        ),
        ("قصف مدفعي على قرية في ريف حماة ومقتل مدنيين", "مقتل مدنيين بقصف على مدينة في ريف درعا"),
    ],
)
def test_two_short_texts_that_share_common_words_are_not_alike(one: str, other: str) -> None:
    assert words_of(told(one), told(other)) < 0


def test_what_a_pair_counts_for_does_not_depend_on_what_else_there_is() -> None:
    left, right = told("vendors smoke qasra bakery rubble shutters"), told("bakery shutters queue qasra flour")
    alone = {(c.left, c.right): c.score for c in compare_all([left, right])}
    crowd = [told(f"bakery shutters flour tale{n}") for n in range(40)]
    among = {(c.left, c.right): c.score for c in compare_all([left, right, *crowd])}
    assert alone.items() <= among.items()


def test_rare_words_say_more_than_common_ones() -> None:
    assert worth("the") == 0 < worth("airstrike") < worth("shutters")
    assert worth("shutters") < worth("shutters 2") < worth("shutters 8")
    assert cosine(
        *(columns(told(f"{' '.join(f'rare{n}' for n in range(20))} the")) for _ in range(2))
    ) == pytest.approx(1)


def test_every_language_that_is_read_has_its_common_words() -> None:
    assert set(LANGUAGES) <= set(usage().words)
    for bands in usage().words.values():
        assert set(bands) <= set(usage().shares)
    assert common("killed")
    assert common("مدنيين")
    assert not common("shutters")


@given(st.lists(st.sampled_from(["the", "flour", "queue", "قصف", "سوق", "raid"]), max_size=60))
def test_tokens_do_not_depend_on_the_order_of_words(words: list[str]) -> None:
    shuffled = sorted(words)
    assert tokens(words) == tokens(shuffled)
    assert "the" not in tokens(words)


def test_a_long_text_keeps_its_weightiest_words() -> None:
    kept = tokens(["town", *(f"rare{n}" for n in range(2 * TOKENS))])
    assert len(kept) == TOKENS
    assert "town" not in kept
