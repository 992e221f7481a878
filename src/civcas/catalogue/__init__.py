"""The published record in one file: what the public archive reads, and all it reads (docs/adr/0007).

`refresh` brings the file up to the store; `Catalogue` answers from it: filters, counts, search, map, totals, entries.
"""

from civcas.catalogue.filing import refresh
from civcas.catalogue.queries import Query, parse_query
from civcas.catalogue.reading import Catalogue, Found

__all__ = ["Catalogue", "Found", "Query", "parse_query", "refresh"]
