"""Place names to candidates: the bundled index, and lists that a desk adds to it.

`python -m civcas.gazetteer build` compiles the bundled index; `add` compiles a GeoNames dump, a p-code table or a plain
table beside it; `Gazetteer(paths).lookup(name)` answers from all of them.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from civcas.core.locate import Candidate
from civcas.gazetteer.added import Report, Terms, add, compiled
from civcas.gazetteer.index import index_path, stamp_of, write_index
from civcas.gazetteer.lookup import Gazetteer
from civcas.gazetteer.sources import FACT, GEONAMES, OWN, Source, credits, encoded, sources_in

__all__ = [
    "Candidate",
    "Gazetteer",
    "Report",
    "Source",
    "Terms",
    "add",
    "build",
    "compiled",
    "credits",
    "index_path",
    "sources_in",
    "stamp_of",
]


def build(path: Path | None = None) -> int | None:
    """Builds the bundled index; the number of its places, or None where it was up to date."""
    from civcas.gazetteer import bundled  # reads the sources, which only building needs

    target = path or index_path()
    stamp = bundled.stamp()
    if stamp_of(target) == stamp:
        return None
    regions = msgspec.json.encode(bundled.region_names()).decode()
    told = {"regions": regions, FACT: encoded([GEONAMES, OWN])}
    return write_index(target, bundled.entries(), stamp=stamp, **told)
