"""The cases that lie beside each pack, as records."""

from __future__ import annotations

import importlib.resources
import json
from functools import cache
from typing import Any, get_args

import msgspec

from civcas.core.records import Document, HarmKind
from civcas.languages import LANGUAGES

HARM: tuple[str, ...] = get_args(HarmKind)


class Case(msgspec.Struct, frozen=True):
    """A text, what must be read in it, and the kinds of claims that must not be."""

    language: str
    line: int
    text: str
    published: str | None
    claims: tuple[dict[str, Any], ...]
    never: tuple[str, ...]
    exact: bool


@cache
def cases() -> tuple[Case, ...]:
    found = []
    for language in LANGUAGES:
        file = importlib.resources.files(f"civcas.languages.{language}") / "cases.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        for number, line in enumerate(lines, 1):
            row = json.loads(line)
            known = {"text", "published", "claims", "not", "exact", "id", "why"}
            assert row.keys() <= known, f"{language}/cases.jsonl:{number}: {row.keys() - known}"
            found.append(
                Case(
                    language=language,
                    line=number,
                    text=row["text"],
                    published=row.get("published"),
                    claims=tuple(row.get("claims", ())),
                    never=tuple(row.get("not", ())),
                    exact=row.get("exact", False),
                )
            )
    return tuple(found)


def document(case: Case, text: str | None = None) -> Document:
    return Document(id="case", text=case.text if text is None else text, published=case.published)
