"""A workspace goes into one file and comes out of it the same, in either database; a tampered file brings nothing."""

from __future__ import annotations

import datetime
import functools
import hashlib
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from tests.store.world import READER, START, TEXTS, Clock, Place, captured, decided, fill, killed

from civcas import actions
from civcas.core.errors import BadStore
from civcas.core.records import Anchor
from civcas.store import Reading, Store, tables

A = Anchor(code="SY240501a")
Make = Callable[[str, str], Place]


def everything(store: Store) -> dict[str, list[bytes]]:
    return {name: list(lines) for name, lines in tables.dump(store._db)}


@pytest.fixture
def full(store: Store) -> Store:
    fill(store)
    store.append(decided("publish", A))
    store.append(decided("withdraw", A))
    store.note_project('version = "1"')
    list(store.add_documents([captured("Constructed sample \0 with a NUL and ٣ قتلى.", "odd")]))
    (store.workspace / "archive" / "incoming").mkdir(exist_ok=True)
    (store.workspace / "archive" / "incoming" / "half").write_bytes(b"half written")
    (store.workspace / "project.toml").write_text('version = "1"\n')
    return store


@pytest.fixture
def file(full: Store, tmp_path: Path) -> Path:
    full.back_up(tmp_path / "desk.backup")
    return tmp_path / "desk.backup"


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_backup_comes_back_the_same_in_either_database(
    full: Store, file: Path, target: str, make_place: Make
) -> None:
    new = make_place(target, "restored")
    faults = actions.restore(file, new.folder, new.url)
    assert [f.message for f in faults if "missing from the archive" not in f.message] == []
    assert len(faults) == 1, "the odd document's bytes were never archived"
    with new.open(create=False) as store:
        assert everything(store) == everything(full)
        assert store.head() == full.head()
        assert list(store.documents()) == list(full.documents())
        assert (new.folder / "project.toml").read_text() == 'version = "1"\n'
        assert (new.folder / "workspace.key").stat().st_mode & 0o777 == 0o600
        assert not (new.folder / "archive" / "incoming" / "half").exists()


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_work_goes_on_after_restoring(file: Path, target: str, make_place: Make) -> None:
    new = make_place(target, "restored")
    actions.restore(file, new.folder, new.url)
    with new.open(create=False) as store:
        list(store.add_documents([captured("Constructed sample: 4 killed later.", "later")]))
        document = store.document("later")
        assert document is not None
        store.add_readings([Reading(document="later", claims=(killed(document, "4 killed", 4),))], READER)
        store.note_project('version = "2"')
        hour = datetime.timedelta(hours=1)
        assert store.append(decided("publish", A, at=START + hour)).number == 3
        assert list(store.faults()) == []


def test_a_backup_is_its_owners_alone_and_leaves_no_other_file(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in file.parent.iterdir() if "backup" in p.name) == ["desk.backup"]


def test_a_backup_made_while_somebody_writes_holds_the_moment_before(
    full: Store, place: Place, tmp_path: Path, make_place: Make
) -> None:
    before = everything(full)
    with place.open(clock=Clock()) as writer, writer.transaction():
        list(writer.add_documents([captured("Constructed sample: not finished.", "unfinished")]))
        full.back_up(tmp_path / "meanwhile.backup")
    assert full.has("unfinished")
    new = make_place("sqlite", "restored")
    actions.restore(tmp_path / "meanwhile.backup", new.folder)
    with new.open(create=False) as store:
        assert everything(store) == before


def test_a_backup_is_not_written_into_the_workspace_itself(full: Store) -> None:
    with pytest.raises(BadStore, match="outside of it"):
        full.back_up(full.workspace / "desk.backup")


def test_a_folder_that_holds_something_is_left_alone(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(BadStore, match="is not empty"):
        actions.restore(file, folder)
    assert [p.name for p in folder.iterdir()] == ["notes.txt"]


def test_a_database_that_holds_a_record_is_left_alone(file: Path, make_place: Make, tmp_path: Path) -> None:
    taken = make_place("postgresql", "taken")
    with taken.open() as store:
        fill(store)
        before = everything(store)
        with pytest.raises(BadStore, match="empty database"):
            actions.restore(file, tmp_path / "new", taken.url)
        assert everything(store) == before
    assert not (tmp_path / "new").exists()


# --------------------------------------------------------------- tampering


Members = dict[zipfile.ZipInfo, bytes]


def rewritten(file: Path, change: Callable[[Members], Members]) -> Path:
    """The backup with other members, its manifest left as it is unless the change changes it."""
    with zipfile.ZipFile(file) as source:
        members = {info: source.read(info) for info in source.infolist()}
    other = file.with_name("tampered.backup")
    with zipfile.ZipFile(other, "w") as out:
        for info, data in change(members).items():
            out.writestr(info, data)
    return other


def named(members: Members, name: str) -> zipfile.ZipInfo:
    return next(info for info in members if info.filename == name)


def without(name: str, members: Members) -> Members:
    return {info: data for info, data in members.items() if info.filename != name}


def with_part(members: Members, info: zipfile.ZipInfo, data: bytes) -> Members:
    """A further member that the manifest names too, as somebody who means harm would do it."""
    at = named(members, "backup.json")
    manifest = msgspec.json.decode(members[at])
    manifest["parts"][info.filename] = hashlib.sha256(data).hexdigest()
    return {**members, at: msgspec.json.encode(manifest), info: data}


def refused(file: Path, tmp_path: Path, match: str) -> None:
    before = set(tmp_path.rglob("*"))
    with pytest.raises(BadStore, match=match):
        actions.restore(file, tmp_path / "deep" / "er" / "new")
    after = set(tmp_path.rglob("*"))
    assert {p for p in after - before if p.is_file()} == set(), "nothing may be left of it"
    assert not (tmp_path / "deep" / "er" / "new").exists()


@pytest.mark.parametrize(
    "name",
    ["files/../../escaped", "../escaped", "/escaped", "files//escaped", "files/./escaped", "files\\..\\escaped",
     "elsewhere/escaped", "files/civcas.sqlite3", "files/archive/../../../escaped"],
)  # fmt: skip
def test_a_part_that_leads_outside_is_refused(file: Path, tmp_path: Path, name: str) -> None:
    tampered = rewritten(file, lambda members: with_part(members, zipfile.ZipInfo(name), b"escaped"))
    refused(tampered, tmp_path, "no place in a workspace")


def test_a_link_in_a_backup_is_refused(file: Path, tmp_path: Path) -> None:
    info = zipfile.ZipInfo("files/archive/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    tampered = rewritten(file, lambda members: with_part(members, info, b"/etc"))
    refused(tampered, tmp_path, "holds a link")


def test_an_altered_row_is_refused(file: Path, tmp_path: Path) -> None:
    def change(members: Members) -> Members:
        at = named(members, "tables/DocumentRow.jsonl")
        return {**members, at: members[at].replace(b"report-1", b"report-7")}

    refused(rewritten(file, change), tmp_path, "DocumentRow.jsonl of the backup is altered")


def test_a_part_that_is_missing_is_refused(file: Path, tmp_path: Path) -> None:
    for name in ("tables/LinkRow.jsonl", "files/workspace.key", "backup.json"):
        tampered = rewritten(file, functools.partial(without, name))
        refused(tampered, tmp_path, r"parts that its backup\.json names|has no backup\.json")


def test_a_decision_forged_with_its_digest_restores_but_does_not_verify(file: Path, tmp_path: Path) -> None:
    """Who can rewrite the file can rewrite its digests; only the signed head stands against that."""

    def change(members: Members) -> Members:
        at = named(members, "tables/LinkRow.jsonl")
        first = members.pop(at).splitlines(keepends=True)[0]
        payloads = named(members, "tables/PayloadRow.jsonl")
        said = members.pop(payloads).splitlines(keepends=True)[0]
        return with_part(with_part(members, at, first), payloads, said)

    faults = actions.restore(rewritten(file, change), tmp_path / "new")
    assert ("cut_off", 2) in [(f.what, f.line) for f in faults]


@pytest.mark.parametrize("cut", [0, 10, 500, -30])
def test_a_backup_that_breaks_off_is_refused(file: Path, tmp_path: Path, cut: int) -> None:
    (tmp_path / "short.backup").write_bytes(file.read_bytes()[:cut])
    refused(tmp_path / "short.backup", tmp_path, "is no backup or is damaged")


def test_any_other_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(TEXTS[0])
    refused(tmp_path / "report.txt", tmp_path, "is no backup")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as out:
        out.writestr("a.txt", "a")
    refused(tmp_path / "other.zip", tmp_path, "is no backup of civcas")
    refused(tmp_path / "nowhere", tmp_path, "No such file")
