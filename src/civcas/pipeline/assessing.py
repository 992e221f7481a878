"""Many incidents assessed, in several processes where there are enough of them to be worth starting any."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import msgspec

from civcas.core.assess import Standing, assess
from civcas.core.codebook import Codebook
from civcas.core.errors import CivcasError
from civcas.core.project import Project
from civcas.core.records import Assessment, Decision, Incident, Record

FEW = 2000  # incidents that one process assesses in about the time that others take to start
LOT = 500
_decode = msgspec.json.Decoder(list[Assessment]).decode


class _Work(Record, frozen=True, kw_only=True):
    """What a process assesses and by what; it is there when the process is forked, so nothing is sent to it."""

    incidents: Sequence[Incident]
    codebook: Codebook
    project: Project
    standing: Standing


_work: _Work | None = None


def assessed(
    incidents: Iterable[Incident], codebook: Codebook, project: Project, decisions: Sequence[Decision],
    *, workers: int | None = None, advance: Callable[[int], None] = lambda _: None,
) -> Iterator[Assessment]:  # fmt: skip
    """The assessment of each incident, in their order."""
    global _work
    told = incidents if isinstance(incidents, Sequence) else list(incidents)
    work = _Work(incidents=told, codebook=codebook, project=project, standing=Standing.of(decisions))
    workers = workers or os.cpu_count() or 1
    if len(told) < FEW or workers == 1:
        for incident in told:
            yield assess(incident, codebook, project, work.standing)
            advance(1)
        return
    _work = work
    gc.freeze()  # so that a collection in a child does not copy what all of them share
    try:
        with ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), initializer=_ready) as pool:
            for lot in pool.map(_lot, range(0, len(told), LOT)):
                found = _decode(lot)
                yield from found
                advance(len(found))
    except BrokenProcessPool as fault:
        raise CivcasError("a process that assessed incidents was ended (out of memory?): try again") from fault
    finally:
        _work = None
        gc.unfreeze()


def _ready() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the work


def _lot(start: int) -> bytes:
    work = _work
    assert work is not None
    incidents = work.incidents[start : start + LOT]
    return msgspec.json.encode([assess(i, work.codebook, work.project, work.standing) for i in incidents])
