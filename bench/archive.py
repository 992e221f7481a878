"""How quick the public archive is with a hundred thousand incidents, on this machine, the load maker on the same cores.

    archive.py [INCIDENTS] [READERS] [SECONDS]      100000 incidents, 20 readers for 30 seconds where nothing is said

Each reader waits a second between pages, as people do. Incidents are made up (place, day and figures are drawn), the
pages real: `civcas serve` answers over loopback. The targets: the 95th percentile of every page under 200 ms, search
under 150 ms.
"""

from __future__ import annotations

import datetime
import http.client
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from civcas.catalogue.about import About
from civcas.catalogue.file import NAME, File, Row
from civcas.catalogue.filing import line_of
from civcas.core.codebook import named_codebook
from civcas.core.entries import Entry, Ground, Quote, Source
from civcas.core.extract.text import fold_words
from civcas.core.project import default_project
from civcas.core.records import Belligerent, Range, When, Where

PLACES = (
    ("SY", 35.5, 38.5, "Aleppo"),
    ("IQ", 34.5, 43.2, "Ninewa"),
    ("YE", 15.3, 44.1, "Sana'a"),
    ("PS", 31.4, 34.4, "Gaza"),
)
WORDS = [
    "market",
    "road",
    "school",
    "bakery",
    "river",
    "bridge",
    "قرية",
    "سوق",
    "مدرسة",
    "مسجد",
    "farm",
    "tower",
    "hill",
    "well",
    "mill",
    "gate",
    "square",
    "garden",
]
PARTIES = [party.name for party in default_project().parties[:12]]
_encode = msgspec.json.encode


def invented(number: int, dice: random.Random) -> Entry:
    """One incident of the size that real ones have: four reports, a dozen quotes."""
    country, lat, lon, region = dice.choice(PLACES)
    day = datetime.date(2012, 1, 1) + datetime.timedelta(days=dice.randrange(4500))
    least = min(80, int(dice.expovariate(0.2)))
    killed = {"civilians": Range(min=least, max=least + dice.randrange(6)), "children": Range(min=0, max=least // 3)}
    name = f"{dice.choice(WORDS)} {dice.choice(WORDS)} {number % 5000}"
    quotes = tuple(
        Quote(source=1 + n % 4, kind="killed", before=" ".join(dice.choices(WORDS, k=18)), quote=f"killed {least}",
              after=" ".join(dice.choices(WORDS, k=18)), language="en", reads=Range(min=least, max=least))
        for n in range(12)
    )  # fmt: skip
    return Entry(
        code=f"{country}{day:%y%m%d}{number}",
        when=When(start=day, end=day, edtf=day.isoformat()),
        where=Where(name=name, admin1=region, country=country, lat=lat + dice.uniform(-1.5, 1.5),
                    lon=lon + dice.uniform(-1.5, 1.5), radius_km=2.0, precision="village", centroid=True),
        killed=killed, injured={"civilians": Range(min=least, max=None)},
        belligerents=(Belligerent(name=dice.choice(PARTIES)),),
        strike_type=(dice.choice(["airstrike", "artillery"]),), strike_status="likely_strike",
        grade=dice.choice(["fair", "fair", "weak", "contested", "confirmed"]),
        infrastructure=("residential", dice.choice(["house", "market"])),
        sources=tuple(Source(number=n, name="Sample", sha256="0" * 64, groups=(n,)) for n in range(1, 5)),
        origins=4, quotes=quotes,
        grounds=(Ground(field="killed.civilians.min", rule="3.2.1", text="lowest", quotes=(1, 2, 3)),),
    )  # fmt: skip


def fill(path: Path, incidents: int) -> float:
    """Writes the file; the seconds it took."""
    dice = random.Random(7)
    begun = time.perf_counter()
    file = File(path, write=True)
    about = _encode(About(project=default_project(), codebook=named_codebook("default"), credits=("invented",)))

    def rows() -> Iterator[Row]:
        for number in range(incidents):
            entry = invented(number, dice)
            words = fold_words(f"{entry.code} {entry.where.name if entry.where else ''} {entry.quotes[0].before}")
            yield Row(code=entry.code, digest="made up", body=_encode(entry), line=_encode(line_of(entry)), words=words)

    file.write(list(rows()), leads=[], about=about)
    file.close()
    return time.perf_counter() - begun


def paths(dice: random.Random, codes: list[str]) -> tuple[str, str]:
    """(kind of page, its address) of the next page somebody looks at; hardly any is asked for twice."""
    tag = dice.choice(["en", "ar"])
    year, word = dice.randrange(2012, 2024), dice.choice(WORDS)
    return dice.choice(
        [
            ("front", f"/{tag}/"),
            ("archive", f"/{tag}/archive/?from={year}&grade=fair&page={dice.randrange(1, 200)}"),
            ("archive", f"/{tag}/archive/?country={dice.choice(PLACES)[0]}&to={year}&sort=killed"),
            ("search", f"/{tag}/archive/?q={_quoted(word)}%20{dice.randrange(5000)}"),
            ("search", f"/api/v1/incidents?q={_quoted(word)}&from={year}"),
            ("incident", f"/{tag}/incident/{dice.choice(codes)}/"),
            ("incident", f"/{tag}/incident/{dice.choice(codes)}/"),
            ("map", f"/map/cells?z={dice.randrange(3, 10)}&bbox={dice.uniform(30, 40):.2f},30,46,38&from={year}"),
            ("changes", f"/{tag}/changes/?page={dice.randrange(1, 50)}"),
            ("method", f"/{tag}/method/"),
        ]
    )


def _quoted(word: str) -> str:
    return "".join(f"%{b:02X}" for b in word.encode())


def read(
    port: int, seed: int, until: float, codes: list[str], taken: dict[str, list[float]], lock: threading.Lock
) -> None:
    """One reader: a page, a second's wait, and so on; a connection that stays open, as a browser's does."""
    dice = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    time.sleep(dice.random())
    while time.perf_counter() < until:
        kind, path = paths(dice, codes)
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        spent = time.perf_counter() - begun
        with lock:
            if answer.status == 200:
                taken.setdefault(kind, []).append(spent * 1000)
            else:
                taken.setdefault(f"{kind}: {answer.status}", []).append(spent * 1000)
        time.sleep(1)
    connection.close()


def main() -> int:
    given = [int(argument) for argument in sys.argv[1:]]
    incidents, readers, seconds = (*given, *(100_000, 20, 30)[len(given) :])
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "desk"
        source = Path(folder) / "one.txt"
        source.write_text("An airstrike on 3 May 2019 in Bajil, Yemen, killed 8 civilians. (invented)")
        program = [sys.executable, "-m", "civcas.cli"]
        subprocess.run([*program, "record", str(source), "-w", str(workspace)], capture_output=True, check=True)
        port = 8471
        server = subprocess.Popen(
            [*program, "serve", "-w", str(workspace), "--port", str(port)], stderr=subprocess.DEVNULL
        )
        try:
            _wait(port)
            print(f"filled_seconds {fill(workspace / NAME, incidents):.1f}")
            size = (workspace / NAME).stat().st_size
            print(f"file_mb {size / 1e6:.0f}")
            codes = [invented(n, dice).code for dice in [random.Random(7)] for n in range(500)]
            begun = time.perf_counter()
            _get(port, "/en/archive/")
            print(f"first_page_seconds {time.perf_counter() - begun:.2f}")
            for _ in range(8):
                _get(port, "/en/")
            taken: dict[str, list[float]] = {}
            lock, until = threading.Lock(), time.perf_counter() + seconds
            crowd = [threading.Thread(target=read, args=(port, n, until, codes, taken, lock)) for n in range(readers)]
            for reader in crowd:
                reader.start()
            for reader in crowd:
                reader.join()
        finally:
            server.terminate()
            server.wait()
    for kind, spent in sorted(taken.items()):
        spent.sort()
        median, high = spent[len(spent) // 2], spent[int(len(spent) * 0.95)]
        print(f"{kind}: {len(spent)} pages, median {median:.0f} ms, p95 {high:.0f} ms")
    return 0


def _get(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            _get(port, "/robots.txt")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the site did not come up")


if __name__ == "__main__":
    sys.exit(main())
