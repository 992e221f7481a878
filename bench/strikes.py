"""How well declared strikes are ranked for an allegation, on the reports that coders matched to incidents in Syria.

    CIVCAS_EVAL_DATA=FOLDER strikes.py

The allegation is the coded record (day, place, parties, kind of place); every report that was matched to any incident
is a candidate. Their own dates are lost, so most of them give days without a year. A report that says the same as the
one that was matched, for another incident, counts as right.
"""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import sys
import tempfile
from typing import Any

from rapidfuzz import fuzz

from civcas.core.codebook import named_codebook
from civcas.core.match.strikes import AS_IF, Declaration, declares, ranked, report_of
from civcas.core.project import Project, default_project
from civcas.core.records import Assessment, Belligerent, Document, When, Where
from civcas.core.values import Period
from civcas.gazetteer import add, index_path
from civcas.pipeline.reading import Reader, Rules

COPY = 85.0  # likeness of the first 300 characters, of 100
FIRST = 300


def lines(file: pathlib.Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def allegation(coded: dict[str, Any], project: Project) -> Assessment:
    """The coded record as an incident with a day, a place, parties and the kind of place."""
    day = datetime.date.fromisoformat(coded["date"])
    where = Where(name=coded["location_en"] or "", lat=coded["latitude"], lon=coded["longitude"], radius_km=2.0)
    parties = [project.party(name) for name in coded["belligerents"] or ()]
    return Assessment(
        code=coded["code"], documents=(), accounts=(), when=When.of(Period.day(day)), where=where,
        belligerents=tuple(Belligerent(name=p.name) for p in parties if p),
        infrastructure=tuple(term.strip().lower() for term in (coded["infrastructure"] or "").split(",")),
    )  # fmt: skip


def read(texts: dict[str, str], places: pathlib.Path, project: Project) -> tuple[list[Declaration], int]:
    """The reports as compared, and how many of them are known for a party's own by their words alone."""
    rules = Rules(project=project, codebook=named_codebook("default"), gazetteers=(index_path(), places))
    made, known = [], 0
    with Reader(rules) as reader:
        for id_, text in texts.items():
            first, second = (Document(id=id_, text=text, published=day) for day in AS_IF)
            claims, again = reader.claims(first), reader.claims(second)
            known += declares(first, claims, project)
            made.append(report_of(first, claims, reader.places(first, claims), project, again))
    return made, known


def figures(data: pathlib.Path, part: str | None = None) -> dict[str, float]:
    """Mean reciprocal rank and recall at 1 and 5, of the incidents or of those whose number is odd or even."""
    project = default_project()
    coded = {i["code"]: i for i in lines(data / "published_incidents.jsonl") if i["date"]}
    told = [s for s in lines(data / "statements.jsonl") if "strike_report" in s["kind"] and s["incident_code"] in coded]
    texts = {f"report-{n}": text for n, text in enumerate(dict.fromkeys(s["text"] for s in told))}
    with tempfile.TemporaryDirectory() as folder:
        places = pathlib.Path(folder, "places.sqlite")
        add(places, data / "places.tsv")
        reports, known = read(texts, places, project)
    ranks = []
    for code in sorted({s["incident_code"] for s in told}):
        if part and (sum(map(ord, code)) % 2 == 0) != (part == "a"):
            continue
        right = [s["text"][:FIRST] for s in told if s["incident_code"] == code]
        good = {i for i, text in texts.items() if any(fuzz.ratio(text[:FIRST], r) >= COPY for r in right)}
        ranks.append(rank(allegation(coded[code], project), reports, good))
    number = len(ranks)
    return {
        "incidents": number,
        "reports": len(texts),
        "known_by_words": round(known / len(texts), 4),
        "mrr": round(sum(1 / r for r in ranks) / number, 4),
        "recall_1": round(sum(r <= 1 for r in ranks) / number, 4),
        "recall_5": round(sum(r <= 5 for r in ranks) / number, 4),
    }


def rank(found: Assessment, reports: list[Declaration], good: set[str]) -> float:
    """The place of the first right one; of equals, where it stands on the average."""
    matches = ranked(found, reports)
    best = max((m.score for m in matches if m.document in good), default=None)
    if best is None:
        return float(len(reports))
    better = sum(m.score > best for m in matches)
    equal = [m for m in matches if m.score == best]
    return better + (len(equal) + 1) / (sum(m.document in good for m in equal) + 1)


def main() -> int:
    folder = os.environ.get("CIVCAS_EVAL_DATA")
    if not folder:
        print("strikes: left out, CIVCAS_EVAL_DATA names no folder with evaluation sets")
        return 0
    for name, value in figures(pathlib.Path(folder) / "syria", *sys.argv[1:2]).items():
        print(f"  {name:<20}{value:>8}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
