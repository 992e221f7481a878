"""Whose data an index holds and on what terms: kept in the index, so that the credit travels with the places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from civcas.core.records import Record
from civcas.gazetteer.files import Form
from civcas.gazetteer.index import facts_of

FACT = "sources"  # under which an index keeps its sources


class Source(Record, frozen=True, kw_only=True):
    """A place list as a desk credits it. `prefixes` begin the ids of its places: "geonames:281133"."""

    name: str
    prefixes: tuple[str, ...]
    credit: str | None = None  # None where nobody has said it
    licence: str | None = None
    url: str | None = None
    form: str | None = None
    places: int | None = None

    @property
    def line(self) -> str:
        """The credit as it is printed under a map, a table or an answer."""
        told = ", ".join(part for part in (self.credit or f"{self.name} (no credit stated)", self.licence) if part)
        return f"{told} ({self.url})" if self.url else told


GEONAMES = Source(
    name="GeoNames", prefixes=("geonames", "people"), credit="Place data: GeoNames (geonames.org)", licence="CC BY 4.0",
    url="https://creativecommons.org/licenses/by/4.0/", form="bundled",
)  # fmt: skip
OWN = Source(
    name="civcas", prefixes=("civcas",), credit="Supplement of places: civcas", licence="Apache-2.0", form="bundled"
)
_TERMS: dict[Form, tuple[str | None, str | None, str | None]] = {
    "geonames": (GEONAMES.credit, GEONAMES.licence, GEONAMES.url),
    # OCHA's common operational datasets each state their own terms, most of them CC BY-IGO.
    "pcodes": ("Place codes: OCHA common operational datasets", "terms of the dataset's page", "https://data.humdata.org"),
    "geojson": (None, None, None),
    "table": (None, None, None),
}  # fmt: skip


def source_of(file: Path, form: Form, places: int, *, credit: str | None, licence: str | None) -> Source:
    """The source that a list is; what the desk says of credit and licence goes before what its form lets expect."""
    usual_credit, usual_licence, url = _TERMS[form]
    said = credit is not None or licence is not None
    return Source(
        name=file.name, prefixes=(file.stem,), credit=credit or usual_credit, licence=licence or usual_licence,
        url=None if said else url, form=form, places=places,
    )  # fmt: skip


def encoded(sources: Iterable[Source]) -> str:
    return msgspec.json.encode(list(sources)).decode()


def sources_in(index: Path) -> tuple[Source, ...]:
    """The sources that an index was made of; none where it is no index of this version."""
    return msgspec.json.decode(facts_of(index).get(FACT, "[]"), type=tuple[Source, ...])


def credits(indexes: Sequence[Path], ids: Iterable[str | None] | None = None) -> tuple[Source, ...]:
    """The sources to be credited: of the places with these gazetteer ids, or of everything in the indexes.

    What shows places (a map, a download, an answer of the API) shows `line` of each.
    """
    used = None if ids is None else {number.rpartition(":")[0] for number in ids if number}
    told = (source for index in indexes for source in sources_in(index))
    return tuple(source for source in told if used is None or used.intersection(source.prefixes))
