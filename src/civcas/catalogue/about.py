"""What the archive says of itself: the rules in force, whom it credits, and what it does not know yet."""

from __future__ import annotations

from civcas.core.codebook import Codebook
from civcas.core.project import Project
from civcas.core.records import Record


class About(Record, frozen=True, kw_only=True):
    """The record as a whole."""

    project: Project
    codebook: Codebook
    credits: tuple[str, ...] = ()
    backlog: int = 0  # incidents that the desk has not published: a number, and nothing else of them
