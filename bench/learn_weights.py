"""Learns the weights by which accounts are matched, and writes src/civcas/core/match/weights.toml.

    learn_weights.py [SET...] [--check]

A Fellegi-Sunter sum: what each level of each comparison says for or against one event, in bits, added up. The weights
are fitted together (logistic regression on the levels), so that two comparisons that say the same thing, as words and
runs of words do, are not counted twice; and each is held to prior_weights.toml as if that rested on STRENGTH pairs.
The pairs are those that the matcher would compare, in the sets in the folder that CIVCAS_EVAL_DATA names; the events
that many reports tell of count no more than others. --check fits on half of each set's events and prints how the other
half is grouped, instead of writing.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import json
import math
import os
import pathlib
import sys
import tempfile
import tomllib
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from civcas.core.match import match
from civcas.core.match.blocks import candidates
from civcas.core.match.columns import columns
from civcas.core.match.compare import Weights, default_weights
from civcas.core.match.levels import levels
from civcas.core.records import Account
from measure import call

SETS = ("syria", "gvc", "gva")
STRENGTH = 1.0
POSITIVE, NEGATIVE = 200.0, 400.0  # what the pairs of a set count for together, whatever its size
TARGET = pathlib.Path(__file__).resolve().parent.parent / "src/civcas/core/match/weights.toml"
PRIOR = pathlib.Path(__file__).with_name("prior_weights.toml")
FIXED = {("period", "two calendar days"): -50.0}  # a rule, not a likelihood: never one event
STEPS = 600

Key = tuple[str, str]  # comparison, level


@dataclass(frozen=True)
class Labelled:
    """The accounts of a set, and by document the events they tell of."""

    name: str
    accounts: list[Account]
    events: Mapping[str, frozenset[str]]

    def half(self, side: int) -> Labelled:
        kept = {d: e for d, e in self.events.items() if zlib.crc32(min(e).encode()) % 2 == side}
        return Labelled(self.name, [a for a in self.accounts if a.document in kept], kept)


def load(name: str, data: pathlib.Path) -> Labelled:
    folder = data / name
    places = f" --gazetteer {folder}/places.tsv" if (folder / "places.tsv").exists() else ""
    with tempfile.TemporaryDirectory() as out:
        call([sys.executable, "-m", "civcas.cli", *f"extract {folder}/documents.jsonl{places} -o {out}/a".split()])
        lines = (pathlib.Path(out) / "a").read_bytes().splitlines()
    accounts = [a for line in lines if (a := msgspec.json.decode(line, type=Account)).kind == "incident"]
    links = map(json.loads, (folder / "links.jsonl").read_text("utf-8").splitlines())
    return Labelled(name, accounts, {row["document"]: frozenset(row["incidents"]) for row in links})


def pairs(told: Labelled) -> tuple[list[list[Key]], np.ndarray, np.ndarray]:
    """For each pair that is compared: its levels, whether it is one event, and what it counts for."""
    rows = {a.id: columns(a) for a in told.accounts if a.document in told.events}
    found = sorted(candidates(list(rows.values())))
    document = {a.id: a.document for a in told.accounts}
    same = [bool(told.events[document[a]] & told.events[document[b]]) for a, b in found]
    spread: Counter[str] = Counter()
    for pair, is_same in zip(found, same, strict=True):
        spread.update(document[i] for i in pair if is_same)
    counts = [
        2 / (spread[document[a]] + spread[document[b]]) if is_same else 1.0
        for (a, b), is_same in zip(found, same, strict=True)
    ]
    told_levels = [[(name, level.name) for name, level in levels(rows[a], rows[b]).items()] for a, b in found]
    labels, weight = np.array(same, float), np.array(counts)
    weight[labels == 1] *= POSITIVE / max(weight[labels == 1].sum(), 1e-9)
    weight[labels == 0] *= NEGATIVE / max(weight[labels == 0].sum(), 1e-9)
    return told_levels, labels, weight


def fit(sets: Iterable[Labelled], prior: Mapping[Key, float]) -> dict[Key, float]:
    """The weights in bits, and under ("", "") what every pair begins with."""
    per_set = [pairs(told) for told in sets]
    known = {key: n for n, key in enumerate(prior)}
    spoken = [[known[key] for key in each if key in known] for told, _, _ in per_set for each in told]
    labels, weight = (np.concatenate([each[n] for each in per_set]) for n in (1, 2))
    rows = np.repeat(np.arange(len(spoken)), [len(each) for each in spoken])
    cells = np.array(list(itertools.chain.from_iterable(spoken)), int)
    start = np.array(list(prior.values())) * math.log(2)
    at, base = start.copy(), -1.5
    mean, square = np.zeros(len(start) + 1), np.zeros(len(start) + 1)
    for step in range(1, STEPS + 1):  # Adam (Kingma and Ba 2015), the whole data each time
        chance = 1 / (1 + np.exp(-np.bincount(rows, at[cells], len(spoken)) - base))
        off = weight * (chance - labels)
        slope = np.append(np.bincount(cells, off[rows], len(start)) + STRENGTH * (at - start), off.sum())
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        move = 0.03 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-9)
        at, base = at - move[:-1], base - move[-1]
    return {("", ""): base / math.log(2), **{key: float(at[n]) / math.log(2) for key, n in known.items()}}


def model(learnt: Mapping[Key, float], told: str, margin: float) -> Weights:
    """The learnt weights as the matcher reads them. `same` lies `margin` bits above even odds."""
    tables: dict[str, dict[str, float]] = {}
    for (name, level), value in {**learnt, **FIXED}.items():
        if name:
            tables.setdefault(name, {})[level] = round(value, 2)
    even = -learnt["", ""]
    old = default_weights()
    return Weights(
        version=str(int(old.version) + 1), learnt=told, same=round(even + margin, 2), unsure=round(even - 2, 2),
        impossible=old.impossible, strangers=old.strangers, undated_telling=old.undated_telling,
        undated_words=old.undated_words, levels=tables,
    )  # fmt: skip


def grouped(told: Labelled, weights: Weights) -> tuple[float, float]:
    """B-cubed precision and recall of the groups of this half."""
    of: dict[str, set[str]] = {d: set() for d in told.events}
    for incident in match(told.accounts, weights=weights):
        for document in incident.documents:
            of[document].add(incident.code)
    found = {d: frozenset(codes or {d}) for d, codes in of.items()}
    return b_cubed(found, told.events), b_cubed(told.events, found)


def b_cubed(of: Mapping[str, frozenset[str]], against: Mapping[str, frozenset[str]]) -> float:
    """Extended B-cubed precision (Amigo et al. 2009)."""
    total = 0.0
    for one in of:
        mates = [other for other in of if of[one] & of[other]]
        shares = [min(len(of[one] & of[m]), len(against[one] & against[m])) / len(of[one] & of[m]) for m in mates]
        total += sum(shares) / len(mates)
    return total / len(of)


def written(weights: Weights) -> str:
    said = msgspec.structs.asdict(weights)
    tables = said.pop("levels")
    lines = ["# Written by bench/learn_weights.py; what the levels mean is said in levels.py.", ""]
    lines += [f"{name} = {json.dumps(value)}" for name, value in said.items()]
    for name, table in tables.items():
        lines += ["", f"[levels.{name}]", *(f"{json.dumps(level)} = {value}" for level, value in table.items())]
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--margin", type=float, default=0.5, help="bits above even odds from which pairs are one event")
    given = parser.parse_args(argv)
    data = pathlib.Path(os.environ["CIVCAS_EVAL_DATA"])
    stated = tomllib.loads(PRIOR.read_text("utf-8"))
    prior = {(name, level): float(value) for name, table in stated.items() for level, value in table.items()}
    sets = [load(name, data) for name in given.sets]
    if not given.check:
        said = f"{', '.join(given.sets)}; {datetime.date.today().isoformat()}"  # noqa: DTZ011 -- the desk's own day
        TARGET.write_text(written(model(fit(sets, prior), said, given.margin)), "utf-8")
        return
    for side in (0, 1):
        weights = model(fit([told.half(side) for told in sets], prior), "half", given.margin)
        for told in sets:
            precision, recall = grouped(told.half(1 - side), weights)
            f1 = 2 * precision * recall / (precision + recall)
            print(f"{told.name} half {1 - side}: precision {precision:.3f} recall {recall:.3f} f1 {f1:.3f}", flush=True)


if __name__ == "__main__":
    main()
