"""Opening a workspace from the command line: its store, and the rules its desk goes by."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from civcas.cli.rules import Tell, codebook_of
from civcas.core.project import Project, default_project
from civcas.core.records import Where
from civcas.gazetteer import Terms, add, credits, index_path
from civcas.pipeline.past import Past, codebook_in_force, moment
from civcas.pipeline.reading import Rules
from civcas.settings import Settings
from civcas.store import Store, layout, open_store

PLACES = "gazetteer"  # folder of a workspace with the indexes of its own place lists


def open_workspace(workspace: Path, *, create: bool = False) -> Store:
    """The store of the workspace; raises BadStore where there is none and none shall be made."""
    return open_store(workspace, Settings.read(os.environ).database_url, create=create)


def project_in(workspace: Path) -> Project:
    """The project of the workspace; where none is there yet, the one that ships with civcas."""
    if not (workspace / layout.KEY).is_file():
        return default_project()
    with open_workspace(workspace) as store:
        return store.project()


def rules_in(store: Store) -> Rules:
    """The workspace's project, the codebook in force (that of the log, else the one the project names), the bundled
    places and the lists added to the workspace."""
    project = store.project()
    places = place_indexes(store.workspace)
    codebook = codebook_in_force(store.decisions()) or codebook_of(project.codebook)
    return Rules(project=project, codebook=codebook, gazetteers=places)


View = Store | Past


def view_of(store: Store, as_of: str | None) -> View:
    """The record as it is, or as it stood at the moment that a person names; raises BadSource."""
    return store if as_of is None else Past(store, moment(store, as_of), rules_in(store))


def place_indexes(workspace: Path) -> tuple[Path, ...]:
    """The index of the bundled places and those of the lists added to the workspace."""
    return (index_path(), *sorted((workspace / PLACES).glob("*.sqlite")))


def is_workspace(folder: Path) -> bool:
    """Whether something of a workspace lies in the folder."""
    return any((folder / name).exists() for name in (layout.ARCHIVE, layout.DATABASE, layout.KEY))


def add_places(workspace: Path, files: Sequence[Path], terms: Terms | None = None, *, tell: Tell) -> int:
    """Compiles place lists into the workspace, each under its own name; the number of places in them."""
    loaded = 0
    for file in files:
        report = add(workspace / PLACES / f"{file.name}.sqlite", file, terms)
        loaded += report.loaded
        for problem in report.problems:
            tell(problem)
    return loaded


def credit_lines(workspace: Path, places: Iterable[Where | None]) -> list[str]:
    """The credits owed for these places, a line for each list that they are of."""
    used = [where.gazetteer_id for where in places if where is not None]
    return list(dict.fromkeys(source.line for source in credits(place_indexes(workspace), used)))


def report_files(store: View, documents: Iterable[str]) -> dict[str, str]:
    """The file of each report that came without an id of its own: by that a person knows it."""
    files = {}
    for document in dict.fromkeys(documents):
        capture = next(store.captures(document), None)
        if capture is not None and capture.given_id is None:
            files[document] = capture.source
    return files
