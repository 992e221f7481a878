"""The published record of an archive, for programs: the API of `civcas serve` in a few lines of Python.

for incident in Archive("https://archive.example.org").incidents(grade="fair", country="YE"):
    print(incident["code"], incident["killed_min"], incident["killed_max"])
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from typing import Any

from civcas.core.errors import BadSource

PATIENCE = 3  # times that an answer of 429 is waited for
LONGEST_WAIT = 60


class Archive:
    """An archive at an address. Filters are those of its pages: q, from_, to, grade, country, belligerent ..."""

    def __init__(self, address: str, *, timeout: float = 30) -> None:
        parts = urllib.parse.urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise BadSource(f"{address!r} is no address of an archive, such as https://archive.example.org")
        self._base = f"{parts.scheme}://{parts.netloc}"
        self._timeout = timeout

    def incidents(self, **filters: str | Sequence[str]) -> Iterator[dict[str, Any]]:
        """Every incident that the filters find, page after page as they are asked for."""
        path: str | None = f"/api/v1/incidents?{_parameters(filters)}"
        while path:
            page = self._get(path)
            yield from page["incidents"]
            path = page["next"]

    def incident(self, code: str) -> dict[str, Any]:
        """One incident with quotes and reasons, under the code it has today; raises BadSource where there is none."""
        found = self._get(f"/api/v1/incidents/{urllib.parse.quote(code, safe='')}")
        return self.incident(found["moved_to"]) if "moved_to" in found else found

    def totals(self, **filters: str | Sequence[str]) -> dict[str, Any]:
        """Sums by grade."""
        return self._get(f"/api/v1/totals?{_parameters(filters)}")

    def _get(self, path: str) -> dict[str, Any]:
        for _ in range(PATIENCE):
            try:
                with urllib.request.urlopen(self._base + path, timeout=self._timeout) as answer:  # noqa: S310 (http only)
                    found: dict[str, Any] = json.load(answer)
                    return found
            except urllib.error.HTTPError as fault:
                if fault.code != 429:
                    raise BadSource(f"{self._base}{path}: {fault.code} {fault.reason}") from None
                time.sleep(min(LONGEST_WAIT, int(fault.headers.get("Retry-After") or 1)))
            except (urllib.error.URLError, ValueError, TimeoutError) as fault:
                raise BadSource(f"{self._base}{path}: {getattr(fault, 'reason', fault)}") from None
        raise BadSource(f"{self._base} has no time for more requests now")


def _parameters(filters: dict[str, str | Sequence[str]]) -> str:
    """The filters as parameters; `from_` is written so because `from` is a word of Python."""
    return urllib.parse.urlencode({name.rstrip("_"): value for name, value in filters.items()}, doseq=True)
