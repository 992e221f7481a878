"""The letters of readers, in the order they came."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from civcas.core.records import Letter
from civcas.store.models import LetterRow
from civcas.store.rows import body, next_position

_letter = msgspec.json.Decoder(Letter)


def add(db: str, letter: Letter) -> None:
    """Keeps the letter; runs in a transaction."""
    if not LetterRow.objects.using(db).filter(id=letter.id).exists():
        LetterRow.objects.using(db).create(
            id=letter.id, position=next_position(LetterRow.objects, db), body=body(letter)
        )


def read(db: str) -> Iterator[Letter]:
    for text in LetterRow.objects.using(db).order_by("position").values_list("body", flat=True):
        yield _letter.decode(text)
