"""How fast names are looked up and places located: python bench/lookup.py [--names N].

New names are spelt at random from names that the bundled index holds, so that they meet real keys; kept ones are asked
again, as the names of one theatre of war are. Prints one figure a line, `name value`.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sqlite3
import time
from collections.abc import Callable, Sequence

from civcas.core.locate import locate
from civcas.core.records import Claim, Document, PlaceName, Span
from civcas.gazetteer import Gazetteer, index_path


def names_of(count: int) -> list[str]:
    """Names that the index holds, drawn evenly by a fixed seed."""
    with contextlib.closing(sqlite3.connect(f"{index_path().resolve().as_uri()}?mode=ro", uri=True)) as index:
        query = (
            "SELECT coalesce(nullif(surface, ''), nullif(key, ''), sound) FROM name "
            "ORDER BY sound, rank, place, key, surface"
        )
        every = [row[0] for row in index.execute(query)]
    return random.Random(1).sample(every, min(count, len(every)))


def per_second(work: Callable[[str], object], names: Sequence[str]) -> tuple[float, float]:
    """Names a second, and the slowest but one in a hundred in milliseconds."""
    taken = []
    for name in names:
        start = time.perf_counter()
        work(name)
        taken.append(time.perf_counter() - start)
    return len(taken) / sum(taken), sorted(taken)[int(len(taken) * 0.99) - 1] * 1000


def report_of(names: Sequence[str]) -> tuple[Document, list[Claim]]:
    """A made-up report that names these places, and its claims."""
    text, claims = "", []
    for name in names:
        text += "A strike in "
        span = Span(start=len(text), end=len(text) + len(name), quote=name)
        text += f"{name}. "
        claims.append(Claim.make(document="d", kind="place", value=PlaceName(name=name), span=span, origin="bench"))
    return Document(id="d", text=text), claims


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--names", type=int, default=20_000)
    names = names_of(arguments.parse_args().names)
    misspelt = [name[:-2] + name[-1] for name in names[:2000] if len(name) > 6]
    with Gazetteer([index_path()]) as gazetteer:
        for label, asked in (("new", names), ("kept", names), ("misspelt", misspelt)):
            speed, slow = per_second(gazetteer.lookup, asked)
            print(f"lookups_per_second_{label} {speed:.0f}")
            print(f"lookup_99_per_cent_under_ms_{label} {slow:.3f}")
        reports = [report_of(names[at : at + 10]) for at in range(0, min(len(names), 10_000), 10)]
        start = time.perf_counter()
        for document, claims in reports:
            locate(document, claims, gazetteer.lookup)
        print(f"mentions_located_per_second {10 * len(reports) / (time.perf_counter() - start):.0f}")


if __name__ == "__main__":
    main()
