"""Which documents tell of one incident, by likeness of words alone: the figure that matching must beat.

    tfidf_baseline.py documents.jsonl OUT.jsonl --above 0.14 --within 2

TF-IDF cosine above a threshold between documents within so many days of each other, single linkage.
"""

from __future__ import annotations

import argparse
import collections
import datetime
import json
import math
import pathlib
import re
from collections.abc import Iterator
from typing import Any

Vector = dict[str, float]


def day_of(document: dict[str, Any]) -> datetime.date | None:
    moment = document.get("published") or document.get("captured")
    return datetime.date.fromisoformat(moment[:10]) if moment else None


def vectors(texts: list[str]) -> list[Vector]:
    """Words weighed by how rare they are, each text brought to length one; words of one text, or of most, left out."""
    counted = [collections.Counter(re.findall(r"\w\w+", text.lower())) for text in texts]
    spread = collections.Counter(word for words in counted for word in words)
    rarity = {word: math.log((1 + len(texts)) / (1 + n)) + 1 for word, n in spread.items() if 2 <= n <= len(texts) / 2}
    weighed = [
        {word: (1 + math.log(n)) * rarity[word] for word, n in words.items() if word in rarity} for words in counted
    ]
    lengths = [math.sqrt(sum(weight**2 for weight in words.values())) or 1.0 for words in weighed]
    return [
        {word: weight / length for word, weight in words.items()}
        for words, length in zip(weighed, lengths, strict=True)
    ]


def pairs(documents: list[dict[str, Any]], *, above: float, within: int) -> Iterator[tuple[int, int]]:
    """Documents near in time whose cosine is above the threshold; one without a day is near none."""
    days = [day_of(document) for document in documents]
    found = vectors([f"{document.get('title') or ''} {document['text']}" for document in documents])
    order = sorted((day, n) for n, day in enumerate(days) if day)
    for at, (day, left) in enumerate(order):
        for later, right in order[at + 1 :]:
            if (later - day).days > within:
                break
            short, long = sorted((found[left], found[right]), key=len)
            if sum(weight * long.get(word, 0.0) for word, weight in short.items()) > above:
                yield left, right


def clusters(size: int, links: Iterator[tuple[int, int]]) -> list[list[int]]:
    """Connected components."""
    root = list(range(size))

    def find(n: int) -> int:
        while root[n] != n:
            root[n] = root[root[n]]
            n = root[n]
        return n

    for left, right in links:
        root[find(left)] = find(right)
    members: dict[int, list[int]] = collections.defaultdict(list)
    for n in range(size):
        members[find(n)].append(n)
    return list(members.values())


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("documents", type=pathlib.Path)
    arguments.add_argument("output", type=pathlib.Path)
    arguments.add_argument("--above", type=float, default=0.2)
    arguments.add_argument("--within", type=int, default=30, help="days")
    given = arguments.parse_args()
    documents = [json.loads(line) for line in given.documents.read_text("utf-8").splitlines()]
    links = pairs(documents, above=given.above, within=given.within)
    with given.output.open("w", encoding="utf-8") as out:
        for members in clusters(len(documents), links):
            out.write(json.dumps({"documents": [documents[n]["id"] for n in members]}) + "\n")


if __name__ == "__main__":
    main()
