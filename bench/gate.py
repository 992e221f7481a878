"""Holds measured figures against floors.json, and raises the floors; nothing here lowers one.

    gate.py FIGURES.json            exit 1 and a line for each figure under its floor
    gate.py FIGURES.json --raise    floors up to what was measured (rounded down to a hundredth)

FIGURES.json is what `./run bench -o FIGURES.json` writes: set -> figure -> value. Reading has no chance in it,
so a figure is held exactly, without allowance for noise.
"""

from __future__ import annotations

import argparse
import json
import math
import pathlib
import sys

Figures = dict[str, dict[str, float]]
FLOORS = pathlib.Path(__file__).with_name("floors.json")
# Sizes of a set, and a share of documents that nothing was read in: no merit to hold.
UNGATED = frozenset({"n", "n_documents", "n_incidents", "n_gold_incidents", "unread"})


def breaches(measured: Figures, floors: Figures) -> list[str]:
    """What lies under its floor, or was not measured at all, in words."""
    return [
        f"{name} {figure}: {found if found is not None else 'not measured'}, floor {floor}"
        for name, held in floors.items()
        for figure, floor in held.items()
        if (found := measured.get(name, {}).get(figure)) is None or found < floor
    ]


def raised(measured: Figures, floors: Figures) -> Figures:
    """The floors, brought up to what was measured where that is higher; figures new to them are entered."""
    higher = {name: dict(held) for name, held in floors.items()}
    for name, figures in measured.items():
        for figure, value in figures.items():
            if figure not in UNGATED and value is not None:
                floor = math.floor(round(value * 100, 6)) / 100
                held = higher.setdefault(name, {})
                held[figure] = max(floor, held.get(figure, floor))
    return higher


def read_floors() -> Figures:
    floors: Figures = json.loads(FLOORS.read_text("utf-8"))
    return floors


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("figures", type=pathlib.Path)
    arguments.add_argument("--raise", dest="upward", action="store_true", help="raise the floors to these figures")
    given = arguments.parse_args()
    measured: Figures = json.loads(given.figures.read_text("utf-8"))
    floors = read_floors()
    under = breaches({**floors, **measured}, floors)
    for line in under:
        print(f"under its floor: {line}", file=sys.stderr)
    if given.upward:
        FLOORS.write_text(json.dumps(raised(measured, floors), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return 1 if under else 0


if __name__ == "__main__":
    sys.exit(main())
