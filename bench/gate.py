"""Holds measured figures against floors.json, and raises the floors; nothing here lowers one.

    gate.py FIGURES.json            exit 1 and a line for each figure under its floor
    gate.py FIGURES.json --raise    floors up to what was measured (rounded down to a hundredth)

FIGURES.json is what `./run bench -o FIGURES.json` writes: set -> figure -> value. Reading has no chance in it,
so a figure is held exactly, without allowance for noise. A figure is held once it stands in floors.json: enter a new
one with 0 and raise it.
"""

from __future__ import annotations

import argparse
import json
import math
import pathlib
import sys

Figures = dict[str, dict[str, float]]
FLOORS = pathlib.Path(__file__).with_name("floors.json")


def breaches(measured: Figures, floors: Figures) -> list[str]:
    """What lies under its floor, or was not measured at all, in words."""
    return [
        f"{name} {figure}: {found if found is not None else 'not measured'}, floor {floor}"
        for name, held in floors.items()
        for figure, floor in held.items()
        if (found := measured.get(name, {}).get(figure)) is None or found < floor
    ]


def raised(measured: Figures, floors: Figures) -> Figures:
    """The floors, brought up to what was measured where that is higher."""
    return {
        name: {
            figure: max(floor, math.floor(round((measured.get(name, {}).get(figure) or 0) * 100, 6)) / 100)
            for figure, floor in held.items()
        }
        for name, held in floors.items()
    }


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
