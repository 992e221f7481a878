"""`import` and `datasets` over a real workspace: what others published is taken in, kept apart and never lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run

from civcas.store import PUBLIC, open_store


def line(code: str, **more: Any) -> dict[str, Any]:
    told = {
        "id": f"invented-{code}",
        "code": code,
        "date": "2017-03-16",
        "location_en": "Tell Asfar",
        "country": "Syria",
        "latitude": 36.1,
        "longitude": 36.8,
        "geo_precision": "village",
        "killed_min": 3,
        "killed_max": 5,
        "injured_min": None,
        "injured_max": None,
        "assessment": "Fair",
        "belligerents": ["Northern Army"],
        "victims": [],
    }
    return told | more


def written(path: Path, *lines: dict[str, Any] | str) -> Path:
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines), "utf-8")
    return path


def test_a_dataset_is_kept_apart_with_its_licence(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "a.jsonl", line("XX1"), line("XX2"))
    done = run("import", "airwars", file, "-w", "desk", "--licence", "CC BY 4.0", "--credit", "An Invented Monitor")
    assert (done.code, done.err) == (0, "")
    assert "airwars, version 1: 2 incidents (2 new" in done.out
    (told,) = map(json.loads, run("datasets", "-w", "desk", "--json").out.splitlines())
    assert (told["licence"], told["credit"], told["publishable"]) == ("CC BY 4.0", "An Invented Monitor", False)
    with open_store(tmp_path / "desk") as store:
        assert [e.code for e in store.entries("airwars")] == ["XX1", "XX2"]
        assert not list(store.incidents())
        assert not list(store.assessments(visible_to=PUBLIC))
    assert run("verify", "-w", "desk").code == 0


def test_the_same_file_changes_nothing_and_a_new_edition_is_a_new_version(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "a.jsonl", line("XX1"), line("XX2"), line("XX3"))
    run("import", "airwars", file, "-w", "desk")
    assert "Nothing has changed: airwars, version 1" in run("import", "airwars", file, "-w", "desk").out
    written(file, line("XX1", killed_max=9), line("XX2"), line("XX4"))
    done = run("import", "airwars", file, "-w", "desk")
    assert "version 2: 3 incidents (1 new, 1 changed, 1 no longer in it)" in done.out
    with open_store(tmp_path / "desk") as store:
        now = {e.code: e.killed["civilians"].max for e in store.entries("airwars")}
        before = {e.code: e.killed["civilians"].max for e in store.entries("airwars", 1)}
        assert now == {"XX1": 9, "XX2": 5, "XX4": 5}
        assert before == {"XX1": 5, "XX2": 5, "XX3": 5}
        assert [d.version for d in store.dataset_versions("airwars")] == [1, 2]
    assert len(run("datasets", "-w", "desk", "--versions", "--json").out.splitlines()) == 2
    assert run("verify", "-w", "desk").code == 0


def test_each_refused_line_is_named_and_the_rest_is_loaded(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "a.jsonl", line("XX1"), "{broken", line("XX2", date="soon"), line("XX3"))
    done = run("import", "airwars", file, "-w", "desk")
    assert done.code == 1
    assert f"{file}, line 2: " in done.err
    assert f"{file}, line 3: date: 'soon' is no date" in done.err
    assert "2 incidents" in done.out
    assert "Refused: 2." in done.out


def test_another_dataset_under_the_same_name_is_refused(run: Run, tmp_path: Path) -> None:
    run("import", "airwars", written(tmp_path / "a.jsonl", line("XX1"), line("XX2")), "-w", "desk")
    other = written(tmp_path / "b.jsonl", line("YY1"), line("YY2"))
    done = run("import", "airwars", other, "-w", "desk")
    assert done.code == 2
    assert "give it a name with --name NAME" in done.err
    assert run("import", "airwars", other, "--name", "airwars-y", "-w", "desk").code == 0
    with open_store(tmp_path / "desk") as store:
        assert [(d.name, d.version) for d in store.datasets()] == [("airwars", 1), ("airwars-y", 1)]


def test_tables_of_acled_and_ucdp(run: Run, tmp_path: Path) -> None:
    acled = tmp_path / "acled.csv"
    acled.write_text(
        "event_id_cnty;event_date;time_precision;location;latitude;longitude;geo_precision;fatalities;notes\n"
        'NOW1;16 March 2017;1;Tell Asfar;36.1;36.8;1;9;"told\nover two lines"\nNOW2;17 March 2017;1;X;36;36;1;nine;\n',
        encoding="utf-8",
    )
    done = run("import", "acled", acled, "-w", "desk")
    assert done.code == 1
    assert "acled.csv, line 4: H4 (killed.people): 'nine'" in done.err
    ucdp = tmp_path / "ucdp.csv"
    ucdp.write_text(
        "id,type_of_violence,date_start,date_end,where_prec,low,high,deaths_civilians,deaths_unknown,deaths_a,deaths_b\n"
        "1,3,2017-03-16 00:00:00.000,2017-03-16 00:00:00.000,1,3,9,3,0,0,0\n",
        encoding="utf-8",
    )
    assert run("import", "ucdp", ucdp, "-w", "desk").code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (bytes(range(256)) * 9, "no table"),
        (b"a,b\n1,2\n", "no file of the format"),
        (b"PK\x03\x04broken", "is broken"),
        (b"{nothing\n", "none of its lines"),
        (b"killed_min,id\n", "none of its lines"),
    ],
)
def test_what_is_no_dataset_is_refused(run: Run, tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(content)
    done = run("import", "airwars", file, "-w", "desk")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not (tmp_path / "desk").exists()


def test_wrong_usage(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "a.jsonl", line("XX1"))
    for arguments, said in (
        (("nothing", file), "no format is called 'nothing'"),
        (("airwars", tmp_path / "missing.jsonl"), "does not exist"),
        (("airwars", file, "--name", "../evil"), "a name has letters"),
        (("airwars", file, "--publishable"), "needs the --licence"),
        ((tmp_path / "missing.toml", file), "No such file"),
    ):
        done = run("import", *arguments, "-w", "desk")
        assert done.code == 2
        assert said in done.err
    assert "there is no workspace in desk" in run("datasets", "-w", "desk").err
    open_store(tmp_path / "desk").close()
    assert "No dataset was imported yet" in run("datasets", "-w", "desk").out
