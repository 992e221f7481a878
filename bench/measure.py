"""Accuracy on the sets in the folder that CIVCAS_EVAL_DATA names, and speed of reading.

    measure.py [SET...] [-o FIGURES.json] [--ci]

Each set is read by the program itself, as a user would call it, and scored by the score.py that lies beside the
sets. Exit 1 where a figure is under its floor (gate.py) or a command failed. --ci leaves out what only informs.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import gate
import matching
import speed

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLUSTERED = ("extract {set}/documents.jsonl -o {out}/a", "match {out}/a -o {out}/m", "assess {out}/m -o {out}/output")


@dataclass(frozen=True)
class Task:
    """One set: the commands that read it, the task of score.py, and the baseline to print beside it."""

    name: str
    score: str
    commands: tuple[str, ...]
    baseline: tuple[float, int] | None = None  # TF-IDF cosine above, within days


TASKS = (
    Task("gaza", "gaza", ("extract {set}/documents.jsonl -o {out}/a", "assess --per-document {out}/a -o {out}/output")),
    Task("syria", "cluster", (CLUSTERED[0] + " --gazetteer {set}/places.tsv", *CLUSTERED[1:]), (0.14, 2)),
    Task("gvc", "cluster", CLUSTERED, (0.2, 30)),
    Task("gva", "cluster", CLUSTERED, (0.2, 30)),
    Task("isaf", "isaf", ("extract {set}/documents.jsonl --codebook isaf -o {out}/output",)),
    Task("statements", "statements", ("extract {set}/documents.jsonl -o {out}/output",)),
    Task("lgl", "places", ("annotate {set}/documents.jsonl -o {out}/output",)),
    Task("timex", "dates", ("annotate {set}/documents.jsonl -o {out}/output",)),
)


class Failed(Exception):
    """A command of a task did not end well."""


def call(command: list[str]) -> str:
    """What the command prints; exit 1 of the program means findings, which a measurement may have."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise Failed(f"{' '.join(command)} ended with {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def measured(task: Task, data: pathlib.Path) -> dict[str, float]:
    """The task's figures, as score.py gives them."""
    with tempfile.TemporaryDirectory() as out:
        for command in task.commands:
            call([sys.executable, "-m", "civcas.cli", *command.format(set=data / task.name, out=out).split()])
        return scored(task, data, pathlib.Path(out, "output"))


def scored(task: Task, data: pathlib.Path, output: pathlib.Path) -> dict[str, float]:
    figures: dict[str, float] = json.loads(
        call([sys.executable, str(data / "score.py"), task.score, str(data / task.name), str(output), "--json"])
    )
    return figures


def baseline(task: Task, data: pathlib.Path) -> float:
    """B-cubed F1 of grouping by likeness of words alone."""
    assert task.baseline
    above, within = task.baseline
    program = str(ROOT / "bench" / "tfidf_baseline.py")
    with tempfile.TemporaryDirectory() as out:
        output = pathlib.Path(out, "output")
        documents = str(data / task.name / "documents.jsonl")
        call([sys.executable, program, documents, str(output), "--above", str(above), "--within", str(within)])
        return scored(task, data, output)["b3_f1"]


def shown(name: str, figures: dict[str, float], floors: dict[str, float], seconds: float) -> str:
    """One set as lines for a person: a figure, its floor where it has one."""
    lines = [f"{name} ({seconds:.1f} s)"]
    for figure, value in figures.items():
        floor = f"   floor {floors[figure]}" if figure in floors else ""
        lines.append(f"  {figure:<28}{value!s:>8}{floor}")
    return "\n".join(lines)


def accuracy(names: list[str], data: pathlib.Path, *, ci: bool) -> tuple[gate.Figures, list[str]]:
    """The figures of every set asked for, printed as they come, and what failed."""
    figures: gate.Figures = {}
    faults: list[str] = []
    floors = gate.read_floors()
    for task in TASKS:
        if names and task.name not in names:
            continue
        if not (data / task.name).is_dir():
            print(f"{task.name}: no such set in {data}, left out", flush=True)
            continue
        begun = time.perf_counter()
        try:
            figures[task.name] = measured(task, data)
        except Failed as fault:
            faults.append(f"{task.name}: {fault}")
            continue
        seconds = time.perf_counter() - begun
        print(shown(task.name, figures[task.name], floors.get(task.name, {}), seconds), flush=True)
        if task.baseline and not ci:
            print(f"  {'b3_f1 of TF-IDF alone':<28}{baseline(task, data):>8}", flush=True)
    held = {name: floor for name, floor in floors.items() if name in figures}
    return figures, faults + gate.breaches(figures, held)


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("sets", nargs="*", metavar="SET", help="only these sets")
    arguments.add_argument("-o", "--output", type=pathlib.Path, help="write the figures as JSON")
    arguments.add_argument("--ci", action="store_true", help="leave out what only informs")
    given = arguments.parse_args()
    folder = os.environ.get("CIVCAS_EVAL_DATA")
    figures: gate.Figures = {}
    faults: list[str] = []
    if folder:
        figures, faults = accuracy(given.sets, pathlib.Path(folder).resolve(), ci=given.ci)
    else:
        print("accuracy: left out, CIVCAS_EVAL_DATA names no folder with evaluation sets")
    for line in speed.report(pathlib.Path(folder) if folder else None, ROOT):
        print(line, flush=True)
        if "accounts lost" in line and not line.endswith("lost: none"):
            faults.append(line)
    print(matching.line(matching.CI), flush=True)
    if given.output:
        given.output.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    for fault in faults:
        print(f"FAILED {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
