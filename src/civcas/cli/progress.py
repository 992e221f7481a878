"""A progress bar on standard error, where that is a terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

Advance = Callable[[int], None]
REDRAW_SECONDS = 0.1


@contextlib.contextmanager
def progress(title: str) -> Iterator[Advance]:
    """A function to be told how many more are done. No thread draws the bar, so that reading may fork its workers."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True) as bar:
        task = bar.add_task(title, total=None)
        drawn = 0.0

        def advance(steps: int) -> None:
            nonlocal drawn
            bar.advance(task, steps)
            if time.monotonic() - drawn > REDRAW_SECONDS:
                drawn = time.monotonic()
                bar.refresh()

        bar.refresh()
        yield advance
