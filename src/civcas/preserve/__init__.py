"""Collecting and preserving: readers of every kind of input, the archive of bytes, the custody log."""

from __future__ import annotations

from civcas.preserve.archive import Archive, Fault
from civcas.preserve.capture import Outcome, collect
from civcas.preserve.readers import READERS

__all__ = ["READERS", "Archive", "Fault", "Outcome", "collect"]
