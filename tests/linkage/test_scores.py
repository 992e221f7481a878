"""One contract for both ways of scoring: what SQL makes of a pair is what core.match.compare makes of it."""

from __future__ import annotations

import random

import msgspec
import pytest
from msgspec.structs import replace
from tests.factories import account

from civcas.core.match import compare_all, default_weights, match
from civcas.core.match.flat import line_of
from civcas.core.match.levels import COMPARISONS
from civcas.core.records import Account
from civcas.linkage import scored
from civcas.linkage.conditions import CONDITIONS, OF_PAIRS
from civcas.pipeline.matching import matched

PLACES = [
    ("Qasra", (35.10, 36.20)), ("Al-Qasrah", (35.11, 36.21)), ("القصرة", None), ("Harba", (35.14, 36.25)),
    ("حربا", None), ("Talin", None), ("تالين الشرقية", None), ("North Plain", (35.3, 36.5)), (None, None),
]  # fmt: skip
PEOPLE = [
    "Sami Nader Qasim", "Samy Nader Qassim", "سامي نادر قاسم", "Lina Harb", "Lina Omar Harb", "Huda Qasim", "هدى قاسم",
]  # fmt: skip
WORDS = [
    "raid", "market", "square", "ambulance", "stalls", "vendors", "smoke", "morning", "shoppers", "drone", "road",
    "car", "driver", "bridge", "night", "north", "قصف", "سوق", "مدينة", "جرحى", "شهداء", "طيران", "صباح", "مشفى",
]  # fmt: skip


def made(chance: random.Random, number: int) -> Account:
    """An account of whatever chance has it say; half the texts are copies of a few."""
    name, at = chance.choice(PLACES)
    day = chance.choice([None, "2017-03-14", "2017-03-15", "2017-03-16/2017-03-17", "2017-03-01/2017-03-31"])
    told = random.Random(chance.choice([1, 2, number])).choices(WORDS, k=chance.choice([0, 8, 30, 80]))
    one = account(
        killed=chance.choice([None, "1", "5", "12-24", "40-", "25"]),
        injured=chance.choice([None, None, "3", "30"]),
        on=day,
        at=at,
        place=name,
        country=chance.choice(["SY", None]) if name else None,
        admin1=chance.choice([None, "Qasra Province"]),
        radius_km=chance.choice([0.5, 2.0, 20.0]),
        by=chance.choice([(), "Northern Army", "Southern Army"]),
        victims=chance.sample(PEOPLE, chance.choice([0, 0, 1, 3])),
        words=" ".join(told),
        document=f"report-{number // 2}" if chance.random() < 0.2 else f"report {number}",
        infrastructure=chance.choice([(), ("religious", "mosque"), ("education",)]),
        strike_type=chance.choice([(), ("airstrike",), ("shelling",)]),
        published=chance.choice([None, "2017-03-16"]),
        captured=chance.choice([None, "2017-03-17"]),
        language=chance.choice(["en", "ar", None]),
        id=f"{number:04}",
    )
    if one.when is None or "/" in one.when.edtf:
        return one
    return replace(one, when=replace(one.when, quote=chance.choice(["14 March", "15 March", "on Tuesday"])))


@pytest.mark.parametrize("seed", range(3))
def test_sql_and_python_give_every_pair_the_same_score(seed: int) -> None:
    chance = random.Random(seed)
    accounts = [made(chance, n) for n in range(150)]
    by_hand = {(c.left, c.right): c.score for c in compare_all(accounts)}
    assert len(by_hand) > 1000
    assert scored({a.id: line_of(a) for a in accounts}, default_weights()) == by_hand


def test_two_words_of_one_number_stop_nothing() -> None:
    """Of very many texts some hold two words whose numbers of 32 bits are one."""
    made_of = [
        account(killed="5", on="2017-03-16", at=(35.1, 36.2), place="Qasra", words="flour oven") for _ in range(2)
    ]
    lines = {a.id: msgspec.json.decode(line_of(a)) for a in made_of}
    for line in lines.values():
        line["tokens"] += line["tokens"][-1:]
    twice = {i: msgspec.json.encode(line) for i, line in lines.items()}
    once = scored({a.id: line_of(a) for a in made_of}, default_weights())
    assert scored(twice, default_weights()) == once


def test_each_level_of_the_model_has_its_condition() -> None:
    conditions = CONDITIONS | OF_PAIRS
    assert list(conditions) == [each.__name__ for each in COMPARISONS]
    levels = default_weights().levels
    assert {name: {level for level, _ in found if level} for name, found in conditions.items()} == {
        name: set(table) for name, table in levels.items()
    }


def test_a_full_block_is_cut_into_the_same_windows() -> None:
    crowd = [
        account(killed="2", on="2017-03-16", at=(35.1, 36.2), place="Qasra", id=f"{n:04}", words=f"word{n}")
        for n in range(250)
    ]
    by_hand = {(c.left, c.right): c.score for c in compare_all(crowd)}
    assert len(by_hand) < 250 * 249 / 2 / 2
    assert scored({a.id: line_of(a) for a in crowd}, default_weights()) == by_hand


def test_scores_from_sql_give_the_incidents_that_scores_from_here_give() -> None:
    chance = random.Random(7)
    accounts = [made(chance, n) for n in range(120)]
    assert matched(accounts, many=1) == match(accounts)
