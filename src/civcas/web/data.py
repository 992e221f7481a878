"""What the pages and programs load as data: cells of the map, disputed lines, downloads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from civcas.catalogue import Query, parse_query
from civcas.catalogue.filing import civilians
from civcas.core.disputed import territories
from civcas.core.entries import Entry
from civcas.web.context import catalogue

_encode = msgspec.json.Encoder(order="deterministic").encode


def asked(request: HttpRequest) -> tuple[Query, tuple[str, ...]]:
    return parse_query({name: [str(v) for v in values] for name, values in request.GET.lists()})


@require_GET
def cells(request: HttpRequest) -> HttpResponse:
    """The cells of the map within its edges at its zoom."""
    query, refused = asked(request)
    try:
        zoom = float(request.GET.get("z", "3"))
    except ValueError:
        zoom = float("nan")
    if refused or not 0 <= zoom <= 24:
        return JsonResponse({"error": "not understood", "parameters": [*refused, "z"]}, status=422)
    body = _encode({"cells": catalogue().cells(query, zoom)})
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "public, max-age=0"})


@require_GET
def disputed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (every view is given one)
    """The outlines of disputed territories, to be drawn as broken lines."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": t.name, "claimed_by": t.claimed_by, "administered_by": t.administered_by},
            "geometry": {"type": "LineString", "coordinates": [*t.outline, t.outline[0]]},
        }
        for t in territories().values()
        if t.outline
    ]
    answer = JsonResponse({"type": "FeatureCollection", "features": features})
    answer["Cache-Control"] = "public, max-age=86400"
    return answer


# ------------------------------------------------------------------ downloads

COLUMNS: Mapping[str, Callable[[Entry], object]] = {
    "code": lambda e: e.code,
    "date_start": lambda e: e.when.start if e.when else None,
    "date_end": lambda e: e.when.end if e.when else None,
    "location": lambda e: e.where.name if e.where else None,
    "region": lambda e: e.where.admin1 if e.where else None,
    "country": lambda e: e.where.country if e.where else None,
    "latitude": lambda e: e.where.lat if e.where else None,
    "longitude": lambda e: e.where.lon if e.where else None,
    "radius_km": lambda e: e.where.radius_km if e.where else None,
    "precision": lambda e: e.where.precision if e.where else None,
    "civilians_killed_min": lambda e: civilians(e.killed).min,
    "civilians_killed_max": lambda e: civilians(e.killed).max,
    "children_killed_min": lambda e: e.killed["children"].min if "children" in e.killed else None,
    "children_killed_max": lambda e: e.killed["children"].max if "children" in e.killed else None,
    "women_killed_min": lambda e: e.killed["women"].min if "women" in e.killed else None,
    "women_killed_max": lambda e: e.killed["women"].max if "women" in e.killed else None,
    "civilians_injured_min": lambda e: civilians(e.injured).min,
    "civilians_injured_max": lambda e: civilians(e.injured).max,
    "belligerents": lambda e: "; ".join(f"{b.name} ({b.attribution})" for b in e.belligerents),
    "strike_type": lambda e: "; ".join(e.strike_type),
    "strike_status": lambda e: e.strike_status,
    "grade": lambda e: e.grade,
    "infrastructure": lambda e: "; ".join(e.infrastructure),
    "sources": lambda e: len(e.sources),
    "origins": lambda e: e.origins,
    "urls": lambda e: " ".join(s.url for s in e.sources if s.url),
}


@require_GET
def download(request: HttpRequest, form: str) -> HttpResponseBase:
    """All that the filter finds, as CSV, GeoJSON or JSON lines."""
    if form not in _FORMS:
        raise Http404
    query, refused = asked(request)
    if refused:
        return JsonResponse({"error": "not understood", "parameters": list(refused)}, status=422)
    media_type, lines = _FORMS[form]
    answer = StreamingHttpResponse(lines(catalogue().entries(query)), content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="civcas-incidents.{form}"'
    return answer


def _csv(entries: Iterable[Entry]) -> Iterator[bytes]:
    """UTF-8 with a mark at its head, so that spreadsheets read Arabic."""
    yield b"\xef\xbb\xbf" + _line(COLUMNS)
    for entry in entries:
        yield _line(_cell(of(entry)) for of in COLUMNS.values())
    for credit in catalogue().about().credits:
        yield _line([f"# {credit}"])


def _line(cells: Iterable[object]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue().encode()


def _cell(value: object) -> object:
    """The cell; words that a spreadsheet would run as a formula are given a quote mark before them."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value


def _jsonl(entries: Iterable[Entry]) -> Iterator[bytes]:
    for entry in entries:
        yield _encode(entry) + b"\n"


def _geojson(entries: Iterable[Entry]) -> Iterator[bytes]:
    credit = json.dumps(list(catalogue().about().credits), ensure_ascii=False)
    yield f'{{"type":"FeatureCollection","credit":{credit},"features":['.encode()
    for number, entry in enumerate(entries):
        where = entry.where
        point = [where.lon, where.lat] if where and where.lat is not None else None
        feature = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": point} if point else None,
            "properties": {name: of(entry) for name, of in COLUMNS.items() if name not in ("latitude", "longitude")},
        }
        yield (b"," if number else b"") + _encode(feature)
    yield b"]}\n"


_FORMS: Mapping[str, tuple[str, Callable[[Iterable[Entry]], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "geojson": ("application/geo+json", _geojson),
    "jsonl": ("application/x-ndjson", _jsonl),
}


@require_GET
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return HttpResponse("User-agent: *\nDisallow: /download/\nDisallow: /api/\n", content_type="text/plain")
