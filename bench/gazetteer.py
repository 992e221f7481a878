"""How a whole GeoNames dump loads, and how fast names are found in it: python bench/gazetteer.py [--rows N].

The dump is generated: invented names in the size and shape of GeoNames' (classes of features, lengths of lines, names
borne once and names borne thousands of times, further names in three scripts), 12,000,000 rows at its full size. It
is written, loaded and asked in a folder of its own, which goes at the end. Prints one figure a line, `name value`.
The full size takes some 5 GB of disk; by default it is 20,000 rows.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from civcas.core.placenames import fold_name, skeleton
from civcas.gazetteer import Gazetteer, add

# Shares of the classes of features among GeoNames' rows, with a code for each.
CLASSES = (
    (0.40, "P\tPPL"), (0.44, "A\tADM4"), (0.63, "H\tSTM"), (0.82, "S\tFRM"), (0.95, "T\tMT"), (0.99, "L\tLCTY"),
    (1.0, "R\tRD"),
)  # fmt: skip


def syllables(text: str) -> list[str]:
    return text.split()


LATIN = syllables(
    "ba da fa ga ha ja ka la ma na qa ra sa ta wa ya za kha sha gha dhi bi di fi ji ki li mi ni ri si ti zi "
    "khi shi bu du fu hu ju ku lu mu nu ru su tu zu khu shu ghu tha thu bei dei nah rah lah mah dān fīr ḩam "
    "ḑay şūr ţal"
)
ARABIC = syllables(
    "با دا فا غا ها جا كا لا ما نا قا را سا تا وا يا زا خا شا غا ذي بي دي في جي كي لي مي ني ري سي تي زي خي شي "
    "بو دو فو هو جو كو لو مو نو رو سو تو زو خو شو غو ثا ثو بي دي نة رة لة مة دان فير حم ضي صور طل"
)
CYRILLIC = syllables(
    "ба да фа га ха жа ка ла ма на ка ра са та ва я за ха ша га ди би ди фи жи ки ли ми ни ри си ти зи хи ши "
    "бу ду фу ху жу ку лу му ну ру су ту зу ху шу гу та ту бей дей на ра ла ма дан фир хам дай сур тал"
)
HEADS = ("", "", "", "", "Al ", "Khan ", "Tall ", "Bayt ", "Dayr ", "Kafr ", "San ", "Novo ", "Upper ", "Ra's al ")


def name_of(number: int, script: Sequence[str], heads: Sequence[str] = HEADS) -> str:
    """The name of that number: two syllables for small numbers, more for larger ones."""
    head, number = heads[number % len(heads)], number // len(heads)
    parts = [script[number % len(script)]]
    number //= len(script)
    while number or len(parts) < 2:
        parts.append(script[number % len(script)])
        number //= len(script)
    return head + "".join(parts).capitalize()


def rows(count: int, seed: int) -> Iterator[str]:
    """Lines of a dump. Of the names a few are very common, as San José is, and most are borne once or twice."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        name = int(chance.random() ** 2 * count * 2)
        draw = chance.random()
        kind = next(code for share, code in CLASSES if draw < share)
        latin = name_of(name, LATIN)
        plain = latin if latin.isascii() else latin.translate(PLAIN)
        others = list(further(name, chance)) if kind[0] in "PA" and chance.random() < 0.6 else []
        people = int(chance.paretovariate(0.6) * 50) if kind[0] == "P" and chance.random() < 0.15 else 0
        lat, lon = chance.uniform(-55, 70), chance.uniform(-180, 180)
        country = COUNTRIES[number * len(COUNTRIES) // (count + 1)]
        yield (
            f"{number}\t{latin}\t{plain}\t{','.join(others)}\t{lat:.5f}\t{lon:.5f}\t{kind}\t{country}\t\t"
            f"{number % 30:02}\t{number % 997}\t\t\t{people}\t\t{number % 2000}\tAsia/Nowhere\t2020-01-01\n"
        )


PLAIN = str.maketrans("āīūḩḑşţ", "aiuhdst")
COUNTRIES = [f"{a}{b}" for a in "ABCDEFGHIJKLMN" for b in "AEIMOQSUVWXYZ"] + ["QA", "QB"]


def further(name: int, chance: random.Random) -> Iterator[str]:
    yield name_of(name, ARABIC, ("",))
    while chance.random() < 0.7:
        yield name_of(name, CYRILLIC, ("",)) if chance.random() < 0.3 else name_of(name + chance.randrange(40), LATIN)


def write_dump(path: Path, count: int, seed: int = 1) -> None:
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(rows(count, seed))


# ------------------------------------------------------------------ measuring


def asked(dump: Path, count: int, wanted: int) -> dict[str, list[str]]:
    """Names to be asked for, out of the dump: as they stand, spelt otherwise, misspelt, the commonest, and others."""
    held = []
    every = max(1, count // (wanted * 3))
    with dump.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % every == 0 and "\tP\tPPL\t" in line:
                cells = line.split("\t")
                held.append((cells[1], cells[3].partition(",")[0]))
    names = [name for name, _ in held[:wanted]]
    long = [name for name in names if len(skeleton(fold_name(name))) > 3]
    return {
        "exact": [*names, *(other for _, other in held[: wanted // 2] if other)],
        "folded": [name.upper().replace(" ", "-").translate(PLAIN) for name in names],
        "common": [name_of(number, LATIN) for number in range(200)],
        "fuzzy": [name[:-2] + "r" + name[-1] for name in long[: wanted // 4]],
        "absent": [f"{name} Qatqat" for name in names[: wanted // 4]],
    }


@dataclass(frozen=True)
class Timed:
    """The milliseconds of each look-up from the least up, by the clock and of the processor alone."""

    clock: list[float]
    processor: list[float]
    found: float

    @classmethod
    def of(cls, work: Callable[[str], Sequence[object]], names: Sequence[str]) -> Timed:
        clock, processor, found = [], [], 0
        for name in names:
            start, own = time.perf_counter(), time.thread_time()
            told = work(name)
            processor.append((time.thread_time() - own) * 1000)
            clock.append((time.perf_counter() - start) * 1000)
            found += bool(told)
        return cls(sorted(clock), sorted(processor), found / len(names))

    def figures(self, label: str) -> Iterator[tuple[str, float]]:
        """On a machine with other work the clock also counts waiting for a processor."""
        yield f"lookup_{label}_mean_ms", statistics.fmean(self.clock)
        yield f"lookup_{label}_median_ms", self.clock[len(self.clock) // 2]
        yield f"lookup_{label}_99_per_cent_under_ms", self.clock[int(len(self.clock) * 0.99)]
        yield f"lookup_{label}_processor_mean_ms", statistics.fmean(self.processor)
        yield f"lookup_{label}_processor_99_per_cent_under_ms", self.processor[int(len(self.processor) * 0.99)]
        yield f"lookup_{label}_found", self.found


def measure(folder: Path, count: int, wanted: int) -> Iterator[tuple[str, float]]:
    dump, index = folder / "generated.txt", folder / "generated.sqlite"
    if not dump.exists():
        write_dump(dump, count)
    yield "rows", count
    yield "dump_mb", dump.stat().st_size / 1e6
    if not index.exists():
        start, own = time.perf_counter(), time.process_time()
        report = add(index, dump)
        yield "load_seconds", time.perf_counter() - start
        yield "load_processor_seconds", time.process_time() - own
        yield "load_most_memory_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield "places_loaded", report.loaded
        yield "lines_refused", len(report.problems)
    yield "index_mb", index.stat().st_size / 1e6
    for label, names in asked(dump, count, wanted).items():
        if names:
            with Gazetteer([index]) as gazetteer:  # one for each, so that no answer is kept from another
                yield from Timed.of(gazetteer.lookup, names).figures(label)
    yield "lookup_most_memory_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--rows", type=int, default=20_000, help="12000000 is the whole of GeoNames")
    arguments.add_argument("--names", type=int, default=5_000, help="how many names are asked for")
    arguments.add_argument("--keep", type=Path, help="a folder for the dump and the index, which stay there")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = given.keep or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        for name, value in measure(folder, given.rows, given.names):
            print(
                f"{name} {value:.4g}" if value < 1000 and value != int(value) else f"{name} {value:.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
