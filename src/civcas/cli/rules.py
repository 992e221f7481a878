"""The rules of one run: codebook, project and place lists as the options name them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from civcas.core.codebook import Codebook, named_codebook, read_codebook
from civcas.core.errors import BadPack
from civcas.core.project import Project, default_project, read_project
from civcas.core.records import Problem
from civcas.gazetteer import compiled, index_path
from civcas.pipeline.reading import Rules

Tell = Callable[[Problem], None]


def rules_of(codebook: str | None, project: Path | None, gazetteers: Sequence[Path], *, tell: Tell) -> Rules:
    """The rules that the options of a pure stage state; `tell` hears of faulty lines in place lists."""
    stated = project_of(project)
    indexes = [index_path()]
    for file in gazetteers:
        index, report = compiled(file)
        for problem in report.problems:
            tell(problem)
        indexes += [index] if index else []
    return Rules(project=stated, codebook=codebook_of(codebook or stated.codebook), gazetteers=tuple(indexes))


def project_of(file: Path | None) -> Project:
    return read_project(_text(file), source=str(file)) if file else default_project()


def codebook_of(name: str) -> Codebook:
    """A codebook that ships, by its name, or the TOML file of that path."""
    file = Path(name)
    return read_codebook(_text(file), source=name) if file.suffix == ".toml" or file.is_file() else named_codebook(name)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as fault:
        raise BadPack(f"{file}: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise BadPack(f"{file}: it is no UTF-8 text") from fault
