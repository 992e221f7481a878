"""The API: the published record for programs, with the filters of the archive, and a document that describes it."""

from __future__ import annotations

import functools
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from civcas import __version__
from civcas.catalogue import Query, parse_query
from civcas.catalogue.file import Line
from civcas.catalogue.queries import FACETS, LARGEST_PAGE, SORTS
from civcas.catalogue.reading import Month, Total
from civcas.core.entries import Entry
from civcas.web.context import catalogue

_encode = msgspec.json.Encoder(order="deterministic").encode
PARAMETERS: dict[str, str] = {
    "q": "Words to be found, in any script; all of them.",
    "from": "First day, month or year (2017-03-16, 2017-03, 2017).",
    "to": "Last day, month or year.",
    "bbox": "West, south, east, north in degrees.",
    **dict.fromkeys(map(str, FACETS), "A value of this filter; may be given several times."),
    "sort": f"One of {', '.join(SORTS)}.",
    "page": "From 1.",
    "size": f"Incidents on a page, at most {LARGEST_PAGE}.",
}


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of incidents."""

    total: int
    page: int
    pages: int
    next: str | None
    incidents: list[dict[str, Any]]
    facets: dict[str, dict[str, int]]
    credit: tuple[str, ...]


def _answer(value: object, status: int = 200) -> HttpResponse:
    answer = HttpResponse(_encode(value), status=status, content_type="application/json")
    answer["Access-Control-Allow-Origin"] = "*"  # nothing here is anybody's own
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _asked(request: HttpRequest) -> tuple[Query, HttpResponse | None]:
    """The query, and the refusal where there is something in it that nobody can mean."""
    query, refused = parse_query({name: [str(v) for v in values] for name, values in request.GET.lists()})
    unknown = sorted(set(request.GET) - PARAMETERS.keys())
    if refused or unknown:
        told = {"error": "these parameters are not understood", "parameters": sorted({*refused, *unknown})}
        return query, _answer(told, 422)
    return query, None


def as_object(line: Line) -> dict[str, Any]:
    """The line with the names of its fields."""
    return {name: getattr(line, name) for name in line.__struct_fields__}


@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    query, refusal = _asked(request)
    if refusal:
        return refusal
    found = catalogue().find(query)
    following = msgspec.structs.replace(query, page=query.page + 1)
    more = f"{request.path}?{_parameters(following)}" if query.page < found.pages else None
    return _answer(
        Page(
            total=found.total, page=query.page, pages=found.pages, next=more,
            incidents=[as_object(line) for line in found.lines],
            facets={str(name): counts for name, counts in found.facets.items()}, credit=catalogue().about().credits,
        )
    )  # fmt: skip


def _parameters(query: Query) -> str:
    return urlencode(query.pairs())


@require_GET
def incident(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001 (every view is given one)
    entry = catalogue().entry(code)
    if entry is None:
        lead = catalogue().lead(code)
        if lead is not None:
            return _answer({"code": code, "moved_to": lead})
        return _answer({"error": "there is no such incident"}, 404)
    return _answer(entry)


@require_GET
def totals(request: HttpRequest) -> HttpResponse:
    query, refusal = _asked(request)
    return refusal or _answer(catalogue().totals(query))


@require_GET
def months(request: HttpRequest) -> HttpResponse:
    query, refusal = _asked(request)
    return refusal or _answer(catalogue().months(query))


@require_GET
def document(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    answer = JsonResponse(openapi())
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@functools.cache
def openapi() -> dict[str, Any]:
    """The API as OpenAPI 3.1; the shapes are those of the records themselves."""
    shapes, components = msgspec.json.schema_components(
        [Page, Entry, dict[str, Total], list[Month]], ref_template="#/components/schemas/{name}"
    )
    page, entry, sums, series = shapes
    query = [{"name": n, "in": "query", "description": d, "schema": {"type": "string"}} for n, d in PARAMETERS.items()]

    def path(summary: str, shape: object, parameters: object) -> dict[str, Any]:
        answers = {
            "200": {"description": "Found.", "content": {"application/json": {"schema": shape}}},
            "422": {"description": "A parameter is not understood."},
            "429": {"description": "Too many requests; Retry-After says when to go on."},
        }
        return {"get": {"summary": summary, "parameters": parameters, "responses": answers}}

    code = [{"name": "code", "in": "path", "required": True, "schema": {"type": "string"}}]
    return {
        "openapi": "3.1.0",
        "info": {"title": "The published record", "version": __version__},
        "paths": {
            "/api/v1/incidents": path("Incidents that a filter finds, a page at a time", page, query),
            "/api/v1/incidents/{code}": path("One incident with its quotes and reasons", entry, code),
            "/api/v1/totals": path("Sums by grade over what a filter finds", sums, query),
            "/api/v1/months": path("Incidents and killed by month and grade", series, query),
        },
        "components": {"schemas": components},
    }
