"""How well names are found across scripts, and how long a long list takes.

    CIVCAS_EVAL_DATA=FOLDER names.py

People whom coders named in both scripts are looked for by their Latin names among all the Arabic ones. Then 10,000
made-up people are held against a made-up list of 60,000, with and without ages, some with a word of the name left out.
"""

from __future__ import annotations

import json
import os
import pathlib
import random
import sys
import time

from civcas.core.match.persons import Entry, Roster, words_of

OFFICIAL, NAMED = 60_000, 10_000
SYLLABLES = (*"bdfghjklmnrst", "sh", "kh", "gh", "q", "z")
VOWELS = ("a", "i", "u")


def across(data: pathlib.Path) -> dict[str, float]:
    """The share of people found first, and among the first five; one who bears the same name counts as found."""
    told = []
    for line in (data / "published_incidents.jsonl").read_text("utf-8").splitlines():
        told += [v for v in json.loads(line)["victims"] or () if v["name_en"] and v["name_ar"]]
    roster = Roster(Entry(id=str(n), names=(v["name_ar"],)) for n, v in enumerate(told))
    keys = [tuple(w.letters for w in words_of(v["name_ar"])) for v in told]
    first = five = 0
    for key, victim in zip(keys, told, strict=True):
        found = roster.candidates(Entry(id="asked", names=(victim["name_en"],)))
        first += bool(found) and keys[int(found[0].id)] == key
        five += any(keys[int(c.id)] == key for c in found[:5])
    return {"people": len(told), "first": round(first / len(told), 4), "of_five": round(five / len(told), 4)}


def long_list() -> dict[str, float]:
    """Seconds of one processor, and the share of people whose row is found first."""
    chance = random.Random(1)
    given, family = _names(400, 2, chance), _names(4000, 4, chance)
    often, rarely = ([1 / (n + 1) ** 0.9 for n in range(len(words))] for words in (given, family))
    rows = [
        (chance.choices(given, often, k=3) + chance.choices(family, rarely), chance.randint(0, 80))
        for _ in range(OFFICIAL)
    ]
    begun = time.process_time()
    roster = Roster(Entry(id=str(n), names=(" ".join(name),), age=age) for n, (name, age) in enumerate(rows))
    right = 0
    for n in range(NAMED):
        row = chance.randrange(OFFICIAL)
        name, age = rows[row]
        words = [name[0], name[1], name[3]] if n % 2 else [name[0], name[3]]
        held = roster.held(Entry(id="asked", names=(" ".join(words),), age=age if n % 3 else None))
        right += bool(held.candidates) and held.candidates[0].id == str(row)
    return {"seconds": round(time.process_time() - begun, 1), "right": round(right / NAMED, 4)}


def _names(number: int, longest: int, chance: random.Random) -> list[str]:
    made = {
        "".join(chance.choice(SYLLABLES) + chance.choice(VOWELS) for _ in range(chance.randint(2, longest))): None
        for _ in range(number)
    }
    return list(made)


def main() -> int:
    folder = os.environ.get("CIVCAS_EVAL_DATA")
    if folder:
        print(f"names across scripts: {across(pathlib.Path(folder) / 'syria')}")
    else:
        print("names across scripts: left out, CIVCAS_EVAL_DATA names no folder with evaluation sets")
    print(f"{NAMED:,} people against a list of {OFFICIAL:,}: {long_list()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
