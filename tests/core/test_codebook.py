import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from civcas.core.codebook import named_codebook, range_of, read_codebook
from civcas.core.errors import BadPack
from civcas.core.records import Bound, Figure

DEFAULT, ISAF = named_codebook("default"), named_codebook("isaf")
ACLED, UCDP = named_codebook("acled"), named_codebook("ucdp")


@pytest.mark.parametrize(
    ("bound", "low", "high", "hedged"),
    [
        ("exactly", 40, 40, False),
        ("at_least", 40, None, False),
        ("more_than", 41, None, False),
        ("up_to", None, 40, False),
        ("fewer_than", None, 39, False),
        ("almost", None, 39, True),
        ("about", 40, 40, True),
    ],
)
def test_a_number_keeps_its_bound(bound: Bound, low: int | None, high: int | None, hedged: bool) -> None:
    count = range_of(Figure(number=40, bound=bound), DEFAULT)
    assert (count.min, count.max, count.hedged) == (low, high, hedged)


def test_between_two_numbers_is_both_of_them_in_order() -> None:
    for number, upper in ((13, 15), (15, 13)):
        count = range_of(Figure(number=number, upper=upper, bound="between"), DEFAULT)
        assert (count.min, count.max) == (13, 15)


@pytest.mark.parametrize(
    ("word", "default", "isaf"),
    [
        ("plural", (2, 2), (2, 2)),
        ("several", (2, 2), (3, 3)),
        ("couple", (2, 2), (2, 2)),
        ("group", (2, 2), (3, 3)),
        ("multiple", (2, 2), (3, 3)),
        ("handful", (2, 5), (4, 4)),
        ("numerous", (2, 10), (4, 4)),
        ("many", (2, 10), (4, 4)),
        ("dozens", (12, 24), (12, 24)),
        ("tens", (12, 24), (12, 24)),
        ("scores", (40, None), (40, None)),
        ("hundreds", (100, 200), (100, 200)),
        ("singular", (1, 1), (1, 1)),
        ("none", (0, 0), (0, 0)),
    ],
)
def test_words_mean_what_the_codebook_says(word: str, default: tuple[int, int], isaf: tuple[int, int]) -> None:
    for codebook, expected in ((DEFAULT, default), (ISAF, isaf)):
        count = range_of(Figure(word=word), codebook)
        assert (count.min, count.max) == expected


@pytest.mark.parametrize(
    ("word", "acled", "ucdp"),
    [
        ("tens", 10, None),
        ("dozens", 12, None),
        ("hundreds", 100, None),
        ("dozen", 12, 12),
        ("couple", 2, 2),
        ("singular", 1, 1),
        ("none", 0, 0),
        ("several", None, None),
        ("many", None, None),
        ("plural", None, None),
        ("thousands", None, None),
    ],
)
def test_a_word_without_a_published_figure_is_unknown(word: str, acled: int | None, ucdp: int | None) -> None:
    for codebook, expected in ((ACLED, acled), (UCDP, ucdp)):
        count = range_of(Figure(word=word), codebook)
        assert (count.min, count.max) == (expected, expected)


def test_words_of_another_codebook_hold_only_where_it_is_extended() -> None:
    own = read_codebook('name = "x"\nversion = "1"\nextends = "acled"', source="desk.toml")
    alone = read_codebook('name = "x"\nversion = "1"', source="desk.toml")
    assert range_of(Figure(word="dozens"), own).min == 12
    assert not range_of(Figure(word="dozens"), alone).known


def test_a_number_is_the_same_in_every_codebook() -> None:
    for codebook in (DEFAULT, ISAF, ACLED, UCDP):
        count = range_of(Figure(number=7, bound="more_than"), codebook)
        assert (count.min, count.max) == (8, None)


def test_a_part_without_a_figure_leaves_the_sum_open_above_the_known_parts() -> None:
    parts = (Figure(word="singular"), Figure(word="several"))
    assert (range_of(Figure(addends=parts), UCDP).min, range_of(Figure(addends=parts), UCDP).max) == (1, None)
    assert not range_of(Figure(addends=(Figure(word="several"), Figure(word="many"))), UCDP).known
    up_to = (Figure(number=12), Figure(number=5, bound="up_to"))
    assert (range_of(Figure(addends=up_to), DEFAULT).min, range_of(Figure(addends=up_to), DEFAULT).max) == (12, 17)


def test_a_word_with_a_bound_keeps_the_end_left_standing() -> None:
    at_least = range_of(Figure(word="dozens", bound="at_least"), DEFAULT)
    up_to = range_of(Figure(word="dozens", bound="up_to"), DEFAULT)
    assert (at_least.min, at_least.max) == (12, None)
    assert (up_to.min, up_to.max) == (None, 24)


def test_a_sum_is_the_sum_of_its_parts() -> None:
    parts = (Figure(word="singular", group="women"), Figure(word="dozens", group="children"))
    count = range_of(Figure(addends=parts), DEFAULT)
    at_least = range_of(Figure(addends=parts, bound="at_least"), DEFAULT)
    assert (count.min, count.max) == (13, 25)
    assert (at_least.min, at_least.max) == (13, None)


def test_an_unknown_word_or_no_number_is_an_unknown_count() -> None:
    assert not range_of(Figure(word="umpteen"), DEFAULT).known
    assert not range_of(Figure(), DEFAULT).known


def test_every_entry_names_its_source() -> None:
    for codebook in (DEFAULT, ISAF, ACLED, UCDP):
        assert all(word.source for word in codebook.words.values())


@given(
    number=st.integers(0, 10_000),
    upper=st.none() | st.integers(0, 10_000),
    bound=st.sampled_from(["exactly", "at_least", "more_than", "up_to", "fewer_than", "almost", "about", "between"]),
    word=st.none() | st.sampled_from(sorted(DEFAULT.words)),
)
def test_every_figure_is_a_lawful_range(number: int, upper: int | None, bound: Bound, word: str | None) -> None:
    figure = Figure(number=number, upper=upper, bound=bound, word=word)
    count = range_of(figure, DEFAULT)
    assert count.known or word == "scores"  # "up to scores" says nothing
    assert count.min is None or count.max is None or count.min <= count.max


@pytest.mark.parametrize(
    "fault",
    [
        'name = "x"',
        'name = "x"\nversion = "1"\nextends = "nothing"',
        'name = "x"\nversion = "1"\n[words]\ndozens = { min = 24, max = 12, source = "?" }',
        'name = "x"\nversion = "1"\n[words]\ndozens = { min = 24 }',
        "name =",
    ],
)
def test_a_faulty_codebook_is_refused(fault: str) -> None:
    with pytest.raises(BadPack):
        read_codebook(fault, source="desk.toml")


def test_a_codebook_that_extends_another_keeps_its_thresholds_where_it_gives_none() -> None:
    text = 'name = "mine"\nversion = "1"\nextends = "default"\n[minimum]\nmissing_count = true\n'
    mine, base = read_codebook(text, source="mine.toml"), named_codebook("default")
    assert mine.minimum == replace(base.minimum, missing_count=True)
    assert (mine.maximum, mine.status, mine.grading) == (base.maximum, base.status, base.grading)
    assert mine.words == base.words
