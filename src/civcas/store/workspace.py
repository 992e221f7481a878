"""The folder of a workspace: what lies in it, made and opened."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path
from typing import Literal

from django.db import transaction

from civcas import __version__
from civcas.core.errors import BadStore
from civcas.core.project import Project, default_project, read_project
from civcas.store import decisions, engine, layout
from civcas.store.keys import make_key, read_key
from civcas.store.models import MetaRow, ProjectRow
from civcas.store.rows import plain

Kind = Literal["project", "codebook"]
"""What of the desk's own files is kept as it stood."""


def prepare(folder: Path, url: str | None, *, create: bool) -> str:
    """The database alias of the workspace, its tables and key in order; raises BadStore where there is none to open."""
    made = _exists(folder, url)
    if not made and not create:
        raise BadStore(f"there is no workspace in {folder}: `civcas record` or `civcas collect` makes one")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # reports and names: for its owner alone
    except OSError as fault:
        raise BadStore(f"the workspace folder {folder} cannot be made: {fault.strerror}") from fault
    if url is None:
        engine.probe(folder)
    db = engine.register(folder, url)
    try:
        with engine.faults_named("the database cannot be opened"), engine.alone(db, folder):
            engine.migrate(db)
            _claim_database(db, folder, url)
        engine.name_faults(db)
    except BaseException:
        engine.forget(db)
        raise
    return db


def _exists(folder: Path, url: str | None) -> bool:
    return (folder / (layout.DATABASE if url is None else layout.KEY)).is_file()


def _claim_database(db: str, folder: Path, url: str | None) -> None:
    """The database belongs to the workspace whose key it names; a new one is bound to this folder's key."""
    with transaction.atomic(using=db):
        meta = MetaRow.objects.using(db)
        bound = meta.filter(name="key").first()
        if bound is None:
            key = make_key(folder)
            meta.create(name="key", value=key.public)
            meta.create(name="made_by", value=f"civcas {__version__}")
            decisions.start(db, key)
        elif (folder / layout.KEY).exists() and read_key(folder).public != bound.value:
            raise BadStore(f"the database belongs to another workspace than {folder}: its key is {bound.value[:16]}...")
        elif url is not None and not (folder / layout.KEY).exists():
            raise BadStore(f"the database holds the record of a workspace whose {layout.KEY} is not in {folder}")


def public_key(db: str) -> str:
    return MetaRow.objects.using(db).get(name="key").value


def project(folder: Path) -> Project:
    """The project file of the workspace, or the project that ships with civcas."""
    path = folder / layout.PROJECT
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return default_project()
    except (OSError, UnicodeDecodeError) as fault:
        raise BadStore(f"{path} cannot be read: {fault}") from fault
    return read_project(text, source=str(path))


def note(db: str, kind: Kind, text: str, now: datetime.datetime) -> bool:
    """Keeps the text unless it is the one of its kind noted last."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    last = ProjectRow.objects.using(db).filter(kind=kind).order_by("pk").last()
    if last is not None and last.digest == digest:
        return False
    ProjectRow.objects.using(db).create(kind=kind, digest=digest, text=text.encode(), since=now)
    return True


def noted(db: str, kind: Kind, as_of: datetime.datetime | None) -> str | None:
    rows = ProjectRow.objects.using(db).filter(kind=kind).order_by("pk")
    last = (rows if as_of is None else rows.filter(since__lte=as_of)).last()
    return None if last is None else plain(last.text).decode()
