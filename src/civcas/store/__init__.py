"""The record of a workspace behind one door: `open_store` gives a Store, which takes and gives core records."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from civcas.store.visibility import DESK, PUBLIC, Role, Viewer

if TYPE_CHECKING:
    from civcas.store.datasets import Taken
    from civcas.store.documents import Stored
    from civcas.store.door import Store
    from civcas.store.readings import Reading, Written

__all__ = [
    "DESK",
    "PUBLIC",
    "Reading",
    "Role",
    "Store",
    "Stored",
    "Taken",
    "Viewer",
    "Written",
    "open_store",
    "restore",
]

_BEHIND = {
    "Matching": "matched",
    "Store": "door",
    "Stored": "documents",
    "Taken": "datasets",
    "Reading": "readings",
    "Written": "readings",
}


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def open_store(
    workspace: Path, url: str | None = None, *, create: bool = True, clock: Callable[[], datetime.datetime] = _now
) -> Store:
    """The store of the workspace folder: SQLite inside it, or the PostgreSQL database of the url."""
    from civcas.store import engine

    engine.configure()
    from civcas.store.door import Store

    return Store.open(workspace, url, create=create, clock=clock)


def restore(file: Path, workspace: Path, url: str | None = None) -> None:
    """The workspace that a backup holds, made anew in an empty folder (and, with a url, an empty database)."""
    from civcas.store import engine

    engine.configure()
    from civcas.store import backup

    backup.restore(file, workspace, url)


def __getattr__(name: str) -> Any:
    """The classes that need Django's registry, loaded once it stands: models cannot be defined before."""
    if name not in _BEHIND:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    from civcas.store import engine

    engine.configure()
    return getattr(importlib.import_module(f"civcas.store.{_BEHIND[name]}"), name)
