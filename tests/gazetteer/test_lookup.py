"""An index answers a name in any of its spellings, says how the name matched, and is no place where it is none."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from civcas.core.errors import BadStore
from civcas.gazetteer import Gazetteer
from civcas.gazetteer.entries import Entry, common_region
from civcas.gazetteer.index import stamp_of, write_index

# Invented places.
_PLACES = (
    Entry(
        gazetteer_id="t:1",
        name="Al Warda",
        lat=36.1,
        lon=36.8,
        country="QA",
        names=("الوردة", "Al-Wardah"),
        population=900,
    ),
    Entry(gazetteer_id="t:2", name="Warda", lat=10.0, lon=20.0, country="QB", population=50_000),
    Entry(gazetteer_id="t:3", name="Khan Sheikhat", lat=35.4, lon=36.6, country="QA", names=("خان شيخات",)),
    Entry(gazetteer_id="t:4", name="Mansurat", lat=35.8, lon=38.7, country="QA"),
    Entry(gazetteer_id="t:5", name="Київська", lat=50.0, lon=30.0, country="QC"),
)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    path = tmp_path / "index.sqlite"
    assert write_index(path, _PLACES, stamp="one") == len(_PLACES)
    return path


@pytest.fixture
def gazetteer(index: Path) -> Iterator[Gazetteer]:
    with Gazetteer([index]) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "first", "match"),
    [
        ("Al Warda", "t:1", "exact"),
        ("al warda", "t:1", "exact"),
        ("الوردة", "t:1", "exact"),
        ("الورده", "t:1", "folded"),
        ("Warda", "t:2", "exact"),
        ("el-Wardeh", "t:2", "folded"),
        ("Khān Shaykhāt", "t:3", "folded"),
        ("Mansoorat", "t:4", "folded"),
        ("Khan Sheikhatt", "t:3", "folded"),
        ("Mansurrata", "t:4", "fuzzy"),
        ("КИЇВСЬКА", "t:5", "exact"),
    ],
)
def test_a_name_is_found_in_its_spellings(gazetteer: Gazetteer, name: str, first: str, match: str) -> None:
    found = gazetteer.lookup(name)
    assert (found[0].gazetteer_id, found[0].match) == (first, match)


@pytest.mark.parametrize("name", ["", " ", "...", "Nowhere", "مجهولة", "x" * 500, "';--"])
def test_what_is_no_place_is_not_found(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.lookup(name) == ()


def test_namesakes_stand_all_exact_ones_first_then_by_people(gazetteer: Gazetteer) -> None:
    assert [c.gazetteer_id for c in gazetteer.lookup("Al Warda")] == ["t:1", "t:2"]
    assert [c.gazetteer_id for c in gazetteer.lookup("AL-WARDA")] == ["t:2", "t:1"]


def test_a_second_index_speaks_beside_the_first_and_is_marked(index: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.sqlite"
    write_index(own, [Entry(gazetteer_id="own:1", name="Al Warda", lat=36.2, lon=36.9)], stamp="two")
    with Gazetteer([index, own]) as both:
        assert {c.gazetteer_id: c.added for c in both.lookup("Al Warda")} == {"t:1": False, "t:2": False, "own:1": True}


def test_a_place_of_a_desks_list_is_as_large_as_the_bundled_one_it_stands_upon(tmp_path: Path) -> None:
    bundled, own = tmp_path / "bundled.sqlite", tmp_path / "own.sqlite"
    town = Entry(gazetteer_id="b:1", name="Oldgate", lat=36.0, lon=36.0, kind="PPLA", population=90_000)
    write_index(bundled, [town], stamp="one")
    upon = Entry(gazetteer_id="own:1", name="Oldgate", lat=36.005, lon=36.0)
    beyond = Entry(gazetteer_id="own:2", name="Oldgate", lat=36.2, lon=36.0)
    write_index(own, [upon, beyond], stamp="two")
    with Gazetteer([bundled, own]) as both:
        told = {c.gazetteer_id: (c.population, c.kind) for c in both.lookup("Oldgate")}
    assert told == {"b:1": (90_000, "PPLA"), "own:1": (90_000, "PPLA"), "own:2": (None, "PPL")}


def test_several_threads_may_look_up(gazetteer: Gazetteer) -> None:
    seen: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: seen.append(len(gazetteer.lookup(f"Warda{'' if n % 2 else ' '}"))))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [2] * 8


def test_a_missing_or_broken_index_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(BadStore, match=r"civcas\.gazetteer build"):
        Gazetteer([tmp_path / "none.sqlite"])
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database at all" * 100)
    with pytest.raises(BadStore, match="is no gazetteer index"):
        Gazetteer([broken])
    assert stamp_of(broken) is None


def test_a_build_that_breaks_off_leaves_the_index_that_was_there(index: Path) -> None:
    def breaking() -> Iterator[Entry]:
        yield _PLACES[0]
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_index(index, breaking(), stamp="three")
    assert stamp_of(index) == "one"
    assert [path.name for path in index.parent.iterdir()] == [index.name]


@pytest.mark.parametrize(
    ("name", "names", "common"),
    [
        ("Ḩalab", ("Ḩalab", "Aleppo", "Aleppo Governorate", "حلب"), "Aleppo"),
        ("Helmand", ("Helmand", "Helmand Province", "Hilmand viloyati"), "Helmand"),
        ("Kapisa", ("Kāpīsā",), "Kapisa"),
        ("Khersonska oblast", ("Khersonska oblast", "Kherson", "Kherson Oblast"), "Kherson"),
        ("New York", ("New York", "State of New York"), "New York"),
    ],
)
def test_provinces_go_by_their_common_names(name: str, names: tuple[str, ...], common: str) -> None:
    assert common_region(name, names) == common


_ASK = """
import sys
from pathlib import Path
from civcas.gazetteer import Gazetteer
with Gazetteer([Path(sys.argv[1])]) as gazetteer:
    print(gazetteer.lookup("Al Warda")[0].gazetteer_id, flush=True)
    sys.stdin.readline()
    print(gazetteer.lookup("Mansoorat")[0].gazetteer_id)
"""


def test_several_processes_read_an_index_in_a_folder_that_nobody_may_write(index: Path) -> None:
    held = index.parent / "held"
    held.mkdir()
    index.rename(held / index.name)
    (held / index.name).chmod(0o444)
    held.chmod(0o555)
    before = (held / index.name).stat()
    command = [sys.executable, "-c", _ASK, str(held / index.name)]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") for _ in range(2)
    ]
    try:
        # Both have it open at once, and either goes on when it is told to.
        first = [process.stdout.readline() for process in processes if process.stdout]
        rest = [process.communicate("\n", timeout=60)[0] for process in processes]
        assert (first, rest) == (["t:1\n"] * 2, ["t:4\n"] * 2)
        assert [path.name for path in held.iterdir()] == [index.name]
        assert (held / index.name).stat().st_mtime_ns == before.st_mtime_ns
    finally:
        for process in processes:
            process.kill()
            process.wait()
        held.chmod(0o755)


def test_an_index_of_another_format_is_refused_with_the_remedy(index: Path) -> None:
    with contextlib.closing(sqlite3.connect(index)) as written:
        written.execute("UPDATE source SET value = '1' WHERE name = 'format'")
        written.commit()
    with pytest.raises(BadStore, match=r"another version .* civcas gazetteer add"):
        Gazetteer([index])
    assert stamp_of(index) is None


def test_of_a_name_borne_by_thousands_the_exact_and_most_populous_are_given(tmp_path: Path) -> None:
    path = tmp_path / "many.sqlite"
    common = (
        Entry(gazetteer_id=f"t:{n}", name="Al-Warda" if n % 2 else "Warda", lat=1, lon=1, population=n)
        for n in range(3000)
    )
    write_index(path, common, stamp="many")
    with Gazetteer([path]) as gazetteer:
        found = gazetteer.lookup("Warda")
        assert len(found) == 200
        assert {c.match for c in found} == {"exact"}
        populations = [c.population or 0 for c in found]
        assert populations == sorted(populations, reverse=True)
        assert populations[0] == 2998
        assert min(populations) > 2300, "those of many people are kept, to within a tenth"


def test_a_place_in_a_disputed_territory_and_the_middle_of_an_area_are_marked(tmp_path: Path) -> None:
    path = tmp_path / "marked.sqlite"
    entries = [
        Entry(gazetteer_id="t:1", name="Wardagrad", lat=45.0, lon=34.1, country="UA", admin1="Crimea"),
        Entry(gazetteer_id="t:2", name="Wardashire", lat=50.0, lon=30.0, country="UA", centroid=True),
    ]
    write_index(path, entries, stamp="marked")
    with Gazetteer([path]) as gazetteer:
        (disputed,), (area,) = gazetteer.lookup("Wardagrad"), gazetteer.lookup("Wardashire")
        assert (disputed.disputed, disputed.centroid) == ("crimea", False)
        assert (area.disputed, area.centroid) == (None, True)
