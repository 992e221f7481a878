"""What is said when a workspace cannot be opened, and what keeps the tables and the models together."""

from __future__ import annotations

import io
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from tests.store.world import Place, decided, fill

from civcas.core.errors import BadStore
from civcas.store import Store, engine, keys, open_store, rows


def test_a_file_that_is_no_database_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "civcas.sqlite3").write_bytes(b"a letter to somebody " * 100)
    with pytest.raises(BadStore, match=r"cannot be opened: .*civcas\.sqlite3: file is not a database"):
        open_store(tmp_path)
    assert (tmp_path / "civcas.sqlite3").read_bytes().startswith(b"a letter")


def test_a_server_that_does_not_answer_is_told_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(BadStore, match="the database cannot be opened") as refused:
        open_store(tmp_path, "postgresql://civcas:swordfish@127.0.0.1:1/record")
    assert "swordfish" not in str(refused.value)


@pytest.mark.parametrize("url", ["postgresql://civcas:swordfish@127.0.0.1:1", "postgresql://[::1/record?swordfish"])
def test_a_url_that_names_no_database_is_refused_without_the_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadStore, match="the database url") as refused:
        open_store(tmp_path, url)
    assert "swordfish" not in str(refused.value)


def test_a_record_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with sqlite3.connect(tmp_path / "civcas.sqlite3") as database:
        row = ("store", "9999_later", "2030-01-01")
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)", row)
    database.close()
    with pytest.raises(BadStore, match=r"newer civcas \(9999_later\): upgrade"):
        open_store(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadStore, match="cannot be made"):
        open_store(tmp_path / "file" / "workspace")


def test_a_damaged_database_is_told_and_does_not_crash(tmp_path: Path) -> None:
    place = Place(tmp_path / "workspace", None)
    with place.open() as store:
        fill(store)
    database = place.folder / "civcas.sqlite3"
    whole = database.read_bytes()
    database.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with pytest.raises(BadStore, match="the database"), place.open() as store:
        list(store.faults())


def test_a_full_sqlite_database_is_told_as_such(tmp_path: Path) -> None:
    with Place(tmp_path / "workspace", None).open() as store:
        fill(store)
        from django.db import connections

        with connections[store._db].cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1")
        with pytest.raises(BadStore, match="full"), store.transaction():
            store.note_project("x" * 1_000_000)
        assert store.project_text() is None


def test_the_migrations_make_the_tables_that_the_models_describe() -> None:
    engine.configure()
    from django.core.management import call_command

    told = io.StringIO()
    call_command("makemigrations", "store", check=True, dry_run=True, stdout=told)
    assert "No changes" in told.getvalue()


def test_sqlite_is_set_up_to_keep_what_was_acknowledged(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        from django.db import connections

        with connections[store._db].cursor() as cursor:
            found = {}
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete"):
                cursor.execute(f"PRAGMA {name}")
                found[name] = cursor.fetchone()[0]
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


# --------------------------------------------------------------------- key


def test_a_key_signs_and_no_other_key_or_message_passes(tmp_path: Path) -> None:
    key = keys.make_key(tmp_path)
    signature = key.sign(b"head")
    assert keys.holds(key.public, signature, b"head")
    assert not keys.holds(key.public, signature, b"Head")
    assert not keys.holds("00" * 32, signature, b"head")
    assert not keys.holds("no key", "no signature", b"head")
    assert keys.make_key(tmp_path).public == key.public


def test_the_key_file_is_private_even_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    replace = Path.replace

    def look(path: Path, target: Path) -> Path:
        seen.append(stat.S_IMODE(path.stat().st_mode))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", look)
    keys.make_key(tmp_path)
    assert seen == [0o600]


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n"])
def test_a_key_file_that_is_none_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "workspace.key").write_bytes(content)
    with pytest.raises(BadStore, match="put it back from a backup"):
        keys.read_key(tmp_path)


def test_the_record_can_be_read_without_its_key(tmp_path: Path) -> None:
    place = Place(tmp_path / "workspace", None)
    with place.open() as store:
        incidents = fill(store)
        store.append(decided("publish", store.anchor("SY240501a")))
    (place.folder / "workspace.key").unlink()
    with place.open(create=False) as store:
        assert isinstance(store, Store)
        assert list(store.incidents()) == incidents
        assert list(store.faults()) == []
        assert not (place.folder / "workspace.key").exists(), "another key would sign for this record"


def test_a_batch_ends_early_where_reports_are_very_long() -> None:
    assert [len(b) for b in rows.batches(range(7), 3)] == [3, 3, 1]
    heavy = rows.HEAVY // 2
    assert list(rows.batches([1, heavy, heavy, 2, heavy * 2, 3], weight=lambda n: n)) == [
        [1, heavy, heavy],
        [2, heavy * 2],
        [3],
    ]


def test_a_new_workspace_is_its_owners_alone(tmp_path: Path) -> None:
    """Reports and names of victims lie in it: no other account of the machine may look."""
    before = os.umask(0o022)
    try:
        with open_store(tmp_path / "desk"):
            assert stat.S_IMODE((tmp_path / "desk").stat().st_mode) == 0o700
    finally:
        os.umask(before)
