"""The whole workspace in one file, the same whatever database it lies in; and a workspace out of such a file.

A zip: `files/...` (archive, key, project.toml and whatever else lies in the folder), `tables/NAME.jsonl` (one row a
line) and `backup.json`, which names every part with its SHA-256. It holds the key, so the file is its owner's alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import msgspec
from django.db import connections, transaction

from civcas import __version__
from civcas.core.errors import BadStore
from civcas.core.records import Record
from civcas.store import engine, layout, tables

FORMAT = 1
MANIFEST = "backup.json"
CHUNK = 1 << 20
LEFT_OUT = (layout.DATABASE, f"{layout.DATABASE}-wal", f"{layout.DATABASE}-shm", layout.LOCK)


class Manifest(Record, frozen=True, kw_only=True):
    """What a backup holds."""

    format: int
    made_by: str
    schema: str  # the last migration of the tables
    parts: dict[str, str]  # name -> SHA-256


# ------------------------------------------------------------------- making


def back_up(db: str, folder: Path, file: Path) -> Manifest:
    """Writes the workspace as it stands at this moment; nobody has to stop working meanwhile.

    Rows before files: bytes are archived before a row names them, so every row finds its bytes.
    """
    if file.resolve().is_relative_to(folder.resolve()):
        raise BadStore(f"{file} lies in the workspace that it is to keep safe: name a place outside of it")
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
                manifest = _write(out, db, folder)
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(file)
    except OSError as fault:
        raise BadStore(f"the backup {file} cannot be written: {fault.strerror or fault}") from fault
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _write(out: zipfile.ZipFile, db: str, folder: Path) -> Manifest:
    parts: dict[str, str] = {}
    with _moment(db, folder) as snapshot:
        for name, lines in tables.dump(snapshot):
            parts[f"tables/{name}.jsonl"] = _put(out, f"tables/{name}.jsonl", lines)
        schema = engine.schema(snapshot)
    for path in _files(folder):
        name = f"files/{path.relative_to(folder).as_posix()}"
        with path.open("rb") as source:
            parts[name] = _put(out, name, iter(lambda: source.read(CHUNK), b""))
    manifest = Manifest(format=FORMAT, made_by=f"civcas {__version__}", schema=schema, parts=parts)
    out.writestr(zipfile.ZipInfo(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    return manifest


def _put(out: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> str:
    """The SHA-256 of what was written under the name."""
    seen = hashlib.sha256()
    info = zipfile.ZipInfo(name)  # no date: two backups of one state are alike
    info.compress_type = zipfile.ZIP_DEFLATED
    with out.open(info, "w", force_zip64=True) as part:
        for piece in pieces:
            seen.update(piece)
            part.write(piece)
    return seen.hexdigest()


@contextlib.contextmanager
def _moment(db: str, folder: Path) -> Iterator[str]:
    """An alias under which the database stays as it is now."""
    connection = connections[db]
    if connection.vendor == "postgresql":
        with transaction.atomic(using=db):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield db
        return
    copy = folder / f".backup-{secrets.token_hex(4)}"
    copy.mkdir()
    alias = ""
    try:
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(copy / layout.DATABASE)) as target:
            connection.connection.backup(target)
        alias = engine.register(copy, None)
        yield alias
    finally:
        if alias:
            engine.forget(alias)
        shutil.rmtree(copy)


def _files(folder: Path) -> Iterator[Path]:
    """What lies in the folder beside the database; links are not followed, and what is half written is left."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "incoming")
        for name in sorted(names):
            path = Path(where) / name
            if not path.is_symlink() and not name.endswith(".part") and name not in LEFT_OUT:
                yield path


# ---------------------------------------------------------------- restoring


def restore(file: Path, folder: Path, url: str | None) -> None:
    """Makes the workspace that the backup holds, in an empty folder; all of it or nothing. Verify it afterwards."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadStore(f"{folder} is not empty: a backup is restored into a new folder")
    making = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.restoring")
    try:
        with zipfile.ZipFile(file) as source:
            manifest = _manifest(source, file)
            making.mkdir(mode=0o700, parents=True)
            for name in sorted(n for n in manifest.parts if n.startswith("files/")):
                _take(source, manifest, name, making / _inside(name).relative_to("files"))
            _load(source, manifest, making, url)
        making.replace(folder)
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as fault:
        raise BadStore(f"{file} is no backup or is damaged: {fault}") from fault
    except OSError as fault:
        raise BadStore(f"{file} cannot be restored into {folder}: {fault.strerror or fault}") from fault
    finally:
        if making.exists():
            shutil.rmtree(making)


def _manifest(source: zipfile.ZipFile, file: Path) -> Manifest:
    """What the backup says it holds, once that is what it holds."""
    names = [info.filename for info in source.infolist()]
    if MANIFEST not in names:
        raise BadStore(f"{file} is no backup of civcas: it has no {MANIFEST}")
    try:
        manifest = msgspec.json.decode(source.read(MANIFEST), type=Manifest)
    except msgspec.DecodeError as fault:
        raise BadStore(f"{file} is damaged: its {MANIFEST} cannot be read ({fault})") from fault
    if manifest.format > FORMAT:
        raise BadStore(f"{file} was made by a newer civcas ({manifest.made_by}): upgrade civcas to restore it")
    for info in source.infolist():
        _inside(info.filename)
        if stat.S_ISLNK(info.external_attr >> 16):
            raise BadStore(f"{file} holds a link ({info.filename!r}), which no backup does: it is not restored")
    if sorted(names) != sorted([*manifest.parts, MANIFEST]):
        raise BadStore(f"{file} does not hold the parts that its {MANIFEST} names: it is not restored")
    if f"files/{layout.KEY}" not in manifest.parts:
        raise BadStore(f"{file} holds no {layout.KEY}: it is not restored")
    return manifest


def _inside(name: str) -> PurePosixPath:
    """The name of a part as a path, once it is seen to lead nowhere outside of its place."""
    path = PurePosixPath(name)
    odd = path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or str(path) != name
    if odd or (name != MANIFEST and path.parts[0] not in ("files", "tables")) or path.name in LEFT_OUT:
        raise BadStore(f"a part of the backup is named {name!r}, no place in a workspace: it is not restored")
    return path


def _take(source: zipfile.ZipFile, manifest: Manifest, name: str, target: Path) -> None:
    """The part in its place, with the mode that such a file has in a workspace."""
    target.parent.mkdir(parents=True, exist_ok=True)
    archived = name.startswith(f"files/{layout.ARCHIVE}/")
    mode = 0o600 if name == f"files/{layout.KEY}" else 0o444 if archived else 0o644
    with source.open(name) as part, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        for piece in _checked(iter(lambda: part.read(CHUNK), b""), manifest, name):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())


def _checked(pieces: Iterable[bytes], manifest: Manifest, name: str) -> Iterator[bytes]:
    """The pieces of a part; raises BadStore at its end where they are not what was written."""
    seen = hashlib.sha256()
    for piece in pieces:
        seen.update(piece)
        yield piece
    if seen.hexdigest() != manifest.parts[name]:
        raise BadStore(f"the part {name} of the backup is altered: it is not restored")


def _load(source: zipfile.ZipFile, manifest: Manifest, folder: Path, url: str | None) -> None:
    db = engine.register(folder, url)
    try:
        with engine.faults_named("the database cannot be filled"), engine.alone(db, folder):
            engine.migrate(db)
            if manifest.schema > engine.schema(db):
                raise BadStore(
                    f"the backup was made by a newer civcas ({manifest.made_by}): upgrade civcas to restore it"
                )
            with transaction.atomic(using=db):
                for name in (n for n in manifest.parts if n.startswith("tables/")):
                    with source.open(name) as lines:
                        tables.load(db, PurePosixPath(name).stem, _checked(lines, manifest, name))
                tables.settle(db)
    finally:
        engine.forget(db)
