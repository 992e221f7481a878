"""The pure stages as verbs. All reports here are invented."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RAQQA = "On 3 May 2019 an airstrike in Raqqa, Syria killed at least 12 civilians and injured 30."
HOMS = "On 4 May 2019 shelling in Homs, Syria killed three people."
TALLY = "Since the campaign began, 310 civilians have been killed in Syria, a monitor said."


def lines(*documents: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(d).encode() + b"\n" for d in documents)


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    file = tmp_path / "reports.jsonl"
    file.write_bytes(
        lines(
            {"id": "raqqa", "text": RAQQA, "published": "2019-05-04"},
            {"id": "homs", "text": HOMS, "published": "2019-05-05"},
            {"id": "weather", "text": "It rained in Homs all day.", "published": "2019-05-05"},
            {"id": "tally", "text": TALLY, "published": "2019-05-05"},
        )
    )
    return file


def test_reports_become_accounts_and_a_report_of_nothing_gives_no_line(run: Callable[..., Any], reports: Path) -> None:
    ran = run("extract", reports)
    accounts = rows(ran.out)
    assert ran.code == 0
    assert [(a["document"], a["kind"]) for a in accounts] == [
        ("raqqa", "incident"),
        ("homs", "incident"),
        ("tally", "tally"),
    ]
    first = accounts[0]
    assert first["when"]["edtf"] == "2019-05-03"
    assert first["where"]["country"] == "SY"
    assert [(h["kind"], h["min"], h["max"]) for h in first["harm"]] == [("killed", 12, None), ("injured", 30, 30)]
    for account in accounts:
        for claim in account["claims"]:
            assert claim["span"]["quote"] in RAQQA + HOMS + TALLY


def test_stages_follow_one_another_through_pipes(run: Callable[..., Any], reports: Path) -> None:
    accounts = run("extract", "-", stdin=reports.read_bytes()).out
    matched = run("match", "-", stdin=accounts.encode()).out
    assessed = rows(run("assess", "-", stdin=matched.encode()).out)
    assert [(i["code"], i["killed"]["civilians"]) for i in assessed] == [
        ("SY190503a", {"min": 12, "max": 12}),
        ("SY190504a", {"min": 3, "max": 3}),
    ]


def test_each_document_is_assessed_on_its_own(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "same.jsonl"
    file.write_bytes(lines(*({"id": name, "text": RAQQA, "published": "2019-05-04"} for name in "ab")))
    run("extract", file, "-o", "accounts.jsonl")
    alone = rows(run("assess", "--per-document", "accounts.jsonl").out)
    assert [i["documents"] for i in alone] == [["a"], ["b"]]
    run("match", "accounts.jsonl", "-o", "matched.jsonl")
    assert [i["documents"] for i in rows(run("assess", "matched.jsonl").out)] == [["a", "b"]]


def test_faulty_lines_are_named_and_the_rest_goes_through(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    file.write_bytes(b"[1]\n" + lines({"id": "raqqa", "text": RAQQA}) + b"no json\n" + lines({"id": "empty"}))
    ran = run("extract", file)
    assert ran.code == 1
    assert [a["document"] for a in rows(ran.out)] == ["raqqa"]
    for number in (1, 3, 4):
        assert f"{file}, line {number}: " in ran.err


def test_what_a_report_is_mainly_about_stands_before_what_it_tells_in_passing(run: Callable[..., Any]) -> None:
    text = (
        "On 9 May 2019 an airstrike in Raqqa, Syria killed 5 civilians and injured 3.\n\n"
        "On 2 May 2019 shelling in Homs, Syria killed two people."
    )
    accounts = run("extract", "-", stdin=lines({"id": "both", "text": text, "published": "2019-05-10"})).out
    codes = [row["code"] for row in rows(run("match", "-", stdin=accounts.encode()).out)]
    assert codes == ["SY190509a", "SY190502a"]


def test_faulty_accounts_are_named_and_the_rest_goes_through(run: Callable[..., Any], reports: Path) -> None:
    accounts = run("extract", reports).out
    ran = run("match", "-", stdin=b'{"id": 5}\n' + accounts.encode())
    assert ran.code == 1
    assert len(rows(ran.out)) == 2
    assert "standard input, line 1: " in ran.err


def test_one_report_in_two_files_gives_its_accounts_once(run: Callable[..., Any], tmp_path: Path) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(RAQQA)
    assert len(rows(run("extract", "one.txt", "two.txt").out)) == 1
    assert len(rows(run("annotate", "one.txt", "two.txt").out)) == 2


def test_two_texts_under_one_id_are_both_read_and_told_of(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "reports.jsonl").write_bytes(lines({"id": "a", "text": RAQQA}, {"id": "a", "text": HOMS}))
    ran = run("extract", "reports.jsonl")
    first, second = (a["document"] for a in rows(ran.out))
    assert first == "a"
    assert second.startswith("a@")
    assert f"note: reports.jsonl, line 2: the id 'a' was given to another text before: this one is {second}" in ran.err
    assert ran.code == 0


def test_what_is_doubtful_of_a_report_is_told_and_is_no_fault(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "reports.jsonl").write_bytes(
        lines({"text": RAQQA, "published": "last week"}, {"text": f"{HOMS} \u202ene\u202c"})
    )
    ran = run("extract", "reports.jsonl")
    assert ran.code == 0
    assert "note: reports.jsonl, line 1: published 'last week' is no day" in ran.err
    assert "note: reports.jsonl, line 2: holds characters that reverse text: U+202C, U+202E" in ran.err


def test_a_notice_does_not_raise_the_exit_code(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "report.unknown").write_text(RAQQA)
    ran = run("extract", "report.unknown")
    assert ran.code == 0
    assert "note: report.unknown: .unknown is no kind of file known here: read as .txt" in ran.err
    assert len(rows(ran.out)) == 1


def test_the_bytes_of_a_stage_wait_for_no_disk(run: Callable[..., Any], reports: Path, monkeypatch: Any) -> None:
    def never(*_: object) -> None:
        pytest.fail("it waited for the disk")

    for name in ("fsync", "sync"):
        monkeypatch.setattr(os, name, never)
    assert run("extract", reports).code == 0


def test_nothing_readable_is_2(run: Callable[..., Any]) -> None:
    ran = run("extract", "missing.jsonl")
    assert ran.code == 2
    assert "missing.jsonl" in ran.err
    assert run("match", "missing.jsonl").code == 2


def test_the_output_file_appears_whole_and_only_then(run: Callable[..., Any], reports: Path, tmp_path: Path) -> None:
    kept = tmp_path / "accounts.jsonl"
    kept.write_text("as it was\n")
    assert run("extract", reports, "-o", kept, "--codebook", "nobodys").code == 2
    assert kept.read_text() == "as it was\n"
    assert run("extract", reports, "-o", kept).code == 0
    assert len(rows(kept.read_text())) == 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["accounts.jsonl", "reports.jsonl"]


def test_an_output_without_a_folder_is_told(run: Callable[..., Any], reports: Path) -> None:
    ran = run("extract", reports, "-o", "nowhere/accounts.jsonl")
    assert ran.code == 2
    assert "nowhere" in ran.err


def test_another_codebook_reads_the_same_words_otherwise(run: Callable[..., Any], tmp_path: Path) -> None:
    text = "On 3 May 2019 an airstrike in Raqqa, Syria killed several civilians."
    (tmp_path / "report.txt").write_text(text)

    def least(*options: str) -> int | None:
        account: dict[str, Any] = rows(run("extract", "report.txt", *options).out)[0]
        found: int | None = account["harm"][0]["min"]
        return found

    own = tmp_path / "own.toml"
    own.write_text('name = "own"\nversion = "1"\nextends = "default"\nwords.several = { min = 7, source = "ours" }\n')
    assert (least(), least("--codebook", "isaf"), least("--codebook", str(own))) == (2, 3, 7)


def test_a_word_that_a_codebook_has_no_figure_for_stays_unknown(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("On 3 May 2019 an airstrike in Raqqa, Syria killed dozens of civilians.")

    def harm(codebook: str) -> list[tuple[int | None, int | None]]:
        account: dict[str, Any] = rows(run("extract", "report.txt", "--codebook", codebook).out)[0]
        assert any(claim["value"].get("word") == "dozens" for claim in account["claims"])
        return [(each["min"], each["max"]) for each in account["harm"]]

    assert (harm("default"), harm("acled"), harm("ucdp")) == ([(12, 24)], [(12, 12)], [])


def test_a_codebook_that_does_not_exist_is_named(run: Callable[..., Any], reports: Path) -> None:
    ran = run("extract", reports, "--codebook", "nobodys")
    assert ran.code == 2
    assert "nobodys" in ran.err


def test_an_added_place_list_is_used_for_the_run(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "report.txt").write_text("On 3 May 2019 an airstrike in the village of Qarbukhtan killed 4 people.")
    (tmp_path / "places.csv").write_text("name,lat,lon,country\nQarbukhtan,35.1,38.2,SY\n")

    def where(*options: str) -> tuple[Any, Any]:
        place = rows(run("extract", "report.txt", *options).out)[0]["where"] or {}
        return place.get("lat"), place.get("lon")

    assert where() == (None, None)
    assert where("--gazetteer", "places.csv") == (35.1, 38.2)


def test_mentions_stand_at_their_offsets(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "reports.jsonl").write_bytes(lines({"id": "raqqa", "text": RAQQA, "published": "2019-05-04"}))
    ran = run("annotate", "reports.jsonl")
    (found,) = rows(ran.out)
    assert found["id"] == "raqqa"
    for mention in found["mentions"]:
        assert RAQQA[mention["start"] : mention["end"]] == mention["quote"]
    by_label: dict[str, list[Any]] = {}
    for mention in found["mentions"]:
        by_label.setdefault(mention["label"], []).append(mention["value"])
    assert [value["edtf"] for value in by_label["date"]] == ["2019-05-03"]
    assert {"lat", "lon", "radius_km", "gazetteer_id"} <= by_label["place"][0].keys()
    assert [(v["kind"], v["min"], v["max"]) for v in by_label["count"]] == [("killed", 12, None), ("injured", 30, 30)]


def test_columns_of_a_table_are_named_by_the_user(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(f'What,Day\n"{RAQQA}",2019-05-04\n')
    ran = run("extract", "log.csv", "--columns", "text=What,published=Day")
    assert [a["published"] for a in rows(ran.out)] == ["2019-05-04"]
    assert run("extract", "log.csv", "--columns", "What").code == 2
