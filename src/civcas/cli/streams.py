"""JSON lines in and out, and the faults met on the way."""

from __future__ import annotations

import contextlib
import secrets
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

import click

from civcas.core.errors import BadSource
from civcas.core.jsonl import decode
from civcas.core.records import Problem
from civcas.core.visible import visible

T = TypeVar("T")


class Faults:
    """Counts what was read and what was not, and tells each fault on standard error: as it is met, or `later`."""

    def __init__(self, *, later: bool = False) -> None:
        self.read = 0
        self.refused = 0
        self._held: list[str] | None = [] if later else None

    def tell(self, message: str) -> None:
        self.refused += 1
        self._say(message)

    def meet(self, problem: Problem) -> None:
        """Tells a problem; a mere notice is told too, and counts as no fault."""
        if problem.notice:
            self._say(f"note: {named(problem)}")
        else:
            self.tell(named(problem))

    def tell_held(self) -> None:
        """Tells what was held back until now."""
        held, self._held = self._held or [], None
        for message in held:
            self._say(message)

    def _say(self, message: str) -> None:
        if self._held is None:
            click.echo(f"civcas: {visible(message)}", err=True)
        else:
            self._held.append(message)

    def sift(self, found: Iterable[T | BadSource | Problem]) -> Iterator[T]:
        """What could be read; the rest is told."""
        for item in found:
            if isinstance(item, BadSource):
                self.tell(str(item))
            elif isinstance(item, Problem):
                self.meet(item)
            else:
                self.read += 1
                yield item

    @property
    def code(self) -> int:
        """The exit code: 1 where some inputs were refused, 2 where nothing could be read."""
        return 0 if not self.refused else 1 if self.read else 2


def named(problem: Problem) -> str:
    """The problem with its file and line in front."""
    place = f"{problem.source}, line {problem.line}" if problem.line else problem.source
    return problem.message if problem.message.startswith(problem.source) else f"{place}: {problem.message}"


def lines_of(inputs: Iterable[str], kind: type[T]) -> Iterator[T | BadSource]:
    """The records in the named JSON lines files, `-` being standard input."""
    for name in inputs:
        if name == "-":
            yield from decode(sys.stdin.buffer, kind, source="standard input")
            continue
        try:
            with Path(name).open("rb") as lines:
                yield from decode(lines, kind, source=name)
        except OSError as fault:
            yield BadSource(f"{name}: {fault.strerror or fault}")


@contextlib.contextmanager
def writing(output: str) -> Iterator[BinaryIO]:
    """The stream that a verb writes to; a file appears under its name only once it is whole."""
    if output == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(output)
    if not target.parent.is_dir():
        raise BadSource(f"{target}: there is no folder {target.parent} to write to")
    if target.exists() and not target.is_file():  # a device or named pipe, such as /dev/null
        with target.open("wb") as stream:
            yield stream
        return
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as stream:
            yield stream
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
