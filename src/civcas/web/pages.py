"""The pages of the public archive. Each is drawn from the catalogue and nothing else."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_from_request, gettext
from django.views.decorators.http import require_GET, require_http_methods

from civcas.catalogue import Found, Query, parse_query
from civcas.catalogue.columns import GRADES
from civcas.catalogue.queries import SORTS
from civcas.core.entries import Entry, Ground, Quote
from civcas.web import labels
from civcas.web.api import openapi
from civcas.web.context import catalogue
from civcas.web.letters import Refused, letter_of, receive
from civcas.web.site import site_of

KEPT = 400  # drawn pages
MOST_CHOICES = 60  # of one filter on a page; the rest are reached by search
_pages: OrderedDict[tuple[str, int], tuple[bytes, str]] = OrderedDict()
_lock = threading.Lock()
View = Callable[..., HttpResponse]


def drawn_once(view: View) -> View:
    """The page is drawn once for each state of the catalogue; a browser that has it already is told so."""

    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        stamp = catalogue().stamp
        key = (request.get_full_path(), stamp)
        with _lock:
            kept = _pages.get(key)
        if kept is None:
            response = view(request, *args, **named)
            if response.status_code != 200:
                return response
            kept = (response.content, f'W/"{stamp}-{hashlib.sha256(response.content).hexdigest()[:20]}"')
            with _lock:
                _pages[key] = kept
                while len(_pages) > KEPT:
                    _pages.popitem(last=False)
        content, tag = kept
        headers = {"ETag": tag, "Cache-Control": "public, max-age=0, must-revalidate"}
        if request.headers.get("If-None-Match") == tag:
            return HttpResponseNotModified(headers=headers)
        return HttpResponse(content, headers=headers)

    return require_GET(answer)


def home(request: HttpRequest) -> HttpResponse:
    """To the front page in the reader's language."""
    return HttpResponseRedirect(f"/{get_language_from_request(request)}/")


@drawn_once
def front(request: HttpRequest) -> HttpResponse:
    """Totals, months, map, and what is not known."""
    nothing = Query()
    totals = catalogue().totals(nothing)
    settled = [totals["confirmed"], totals["fair"]]
    about = catalogue().about()
    return render(request, "front.html", {
        "settled": {name: sum(getattr(t, name) for t in settled) for name in settled[0].__struct_fields__},
        "apart": [(grade, totals[grade]) for grade in ("weak", "contested", "discounted")],
        "query": nothing, "about": about, "watched": [c for c in about.project.conflicts if c.monitored_from],
        **_chart(nothing), **_map(nothing),
        "found": catalogue().find(Query(size=5, sort="changed")),
    })  # fmt: skip


@drawn_once
def archive(request: HttpRequest) -> HttpResponse:
    """List and map side by side, with filters and counts; the whole state is in the address."""
    query, refused = parse_query(_parameters(request))
    found = catalogue().find(query)
    return render(request, "archive.html", {
        "query": query, "found": found, "refused": refused, "facets": _facets(found), **_turns(query),
        "sorts": [(s, labels.label(s) if s != "killed" else gettext(labels.SORTED_BY_KILLED)) for s in SORTS],
        "chosen": [(f, v, labels.facet_value(f, v)) for f, values in query.chosen for v in values],
        "totals": catalogue().totals(query), **_chart(query), **_map(query),
    })  # fmt: skip


@drawn_once
def incident(request: HttpRequest, code: str) -> HttpResponse:
    """One incident: its ranges, and under each number the quoted words it rests on."""
    entry = catalogue().entry(code)
    if entry is None:
        lead = catalogue().lead(code)
        if lead is None:
            raise Http404
        return HttpResponsePermanentRedirect(reverse("incident", args=[lead]))
    nearby = Query(words=code)
    return render(request, "incident.html", {
        "entry": entry, "harm": _harm(entry), "grounds": _grounds(entry), "query": nearby,
        "address": request.build_absolute_uri(request.path), **_map(nearby, zoom=6),

    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, code: str) -> HttpResponse:
    """The form to correct, to add, or to ask that something be taken down; what is sent waits at the desk."""
    entry = catalogue().entry(code)
    if entry is None:
        raise Http404
    problems: Sequence[str] = ()
    if request.method == "POST":
        try:
            receive(site_of(settings), letter_of(request.POST, code, get_language() or "en"))
            return render(request, "write.html", {"entry": entry, "sent": True})
        except Refused as fault:
            problems = fault.problems
    status = 400 if problems else 200
    return render(request, "write.html", {"entry": entry, "problems": problems, "given": request.POST}, status=status)


@drawn_once
def data(request: HttpRequest) -> HttpResponse:
    query, refused = parse_query(_parameters(request))
    pairs = urlencode(query.pairs(page=None, size=None))
    context = {"query": query, "refused": refused, "parameters": pairs, "found": catalogue().find(query)}
    return render(request, "data.html", {**context, "about": catalogue().about()})


@drawn_once
def method(request: HttpRequest) -> HttpResponse:
    """The rules in force, drawn from the codebook and the project that the record was made with."""
    about = catalogue().about()
    words = [
        (word.replace("_", " "), labels.span_of(e.min, e.max), e.source) for word, e in about.codebook.words.items()
    ]
    return render(request, "method.html", {"about": about, "words": words})


@drawn_once
def changes(request: HttpRequest) -> HttpResponse:
    """What moved since a day, newest first."""
    query, refused = parse_query({**_parameters(request), "sort": ["changed"]})
    since, dated = query.since, Query(sort="changed", page=query.page, size=50)
    found = catalogue().find(dated)
    entries = [e for line in found.lines if (e := catalogue().entry(line.code)) is not None]
    moved = sorted(
        ((c.at, e, c) for e in entries for c in e.changes if since is None or c.at.date() >= since),
        key=lambda m: m[0], reverse=True,
    )  # fmt: skip
    context = {"moved": moved, "query": dated, "since": since, "found": found, "refused": refused}
    return render(request, "changes.html", {**context, **_turns(dated)})


@drawn_once
def api_page(request: HttpRequest) -> HttpResponse:
    return render(
        request, "api.html", {"document": openapi(), "example": request.build_absolute_uri("/api/v1/incidents")}
    )


@drawn_once
def style(request: HttpRequest) -> HttpResponse:
    """Every part of the pages, on one."""
    found = catalogue().find(Query(size=2))
    return render(request, "style.html", {"found": found, "query": Query(), "grades": GRADES})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return render(request, "problem.html", {"what": 404}, status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return HttpResponse("bad request\n", status=400, content_type="text/plain; charset=utf-8")


def failed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return HttpResponse("the page could not be drawn\n", status=500, content_type="text/plain; charset=utf-8")


# ------------------------------------------------------------------ parts


def _parameters(request: HttpRequest) -> Mapping[str, Sequence[str]]:
    return {name: [str(v) for v in values] for name, values in request.GET.lists()}


def _turns(query: Query) -> dict[str, str]:
    return {"previous": str(query.page - 1), "following": str(query.page + 1)}


def _facets(found: Found) -> list[tuple[str, str, list[tuple[str, str, int, bool]]]]:
    """(filter, its words, [(value, words, count, chosen)]), the chosen ones kept whatever they count."""
    told: list[tuple[str, str, list[tuple[str, str, int, bool]]]] = []
    for facet, counts in found.facets.items():
        chosen = found.query.values(facet)
        values = dict(counts) | {v: 0 for v in chosen if v not in counts}
        ranked = sorted(values, key=lambda v: (v not in chosen, -values[v], v))[:MOST_CHOICES]
        if len(values) > 1 or chosen:
            rows = [(v, labels.facet_value(facet, v), values[v], v in chosen) for v in ranked]
            told.append((facet, labels.label(facet), rows))
    return told


def _chart(query: Query) -> dict[str, Any]:
    """The months of what the query finds, whatever its own period, as the chart and its table need them."""
    months = catalogue().months(query)
    grades = [g for g in GRADES if any(g in m.counts for m in months)]
    return {
        "months": months,
        "chart": {
            "months": [m.month for m in months],
            "grades": grades,
            "labels": [labels.label(g) for g in grades],
            "counts": [[m.counts.get(g, 0) for m in months] for g in grades],
            "address": f"{reverse('archive')}?{urlencode(query.pairs(page=None))}",
        },
        "month_rows": [(m.month, [m.counts.get(g, 0) for g in grades], sum(m.killed_min.values())) for m in months],
        "month_grades": grades,
    }


def _map(query: Query, *, zoom: int = 7) -> dict[str, Any]:
    """What the map is told: addresses, edges and words. Everything it loads is of this site."""
    tag = get_language() or "en"
    edges = catalogue().bounds(query)
    return {
        "map_told": {
            "language": tag,
            "rtl": tag == "ar",
            "worker": static("civcas/map-worker.mjs"),
            "world": static("civcas/world.json"),
            "disputed": reverse("disputed"),
            "cells": f"{reverse('cells')}?{urlencode(query.pairs(page=None, size=None, bbox=None))}",
            "incident": reverse("incident", args=["CODE"]),
            "bounds": edges,
            "zoom": zoom,
            "credit": "Natural Earth · " + " · ".join(catalogue().about().credits),
            "words": {
                "incidents": gettext("{n} incidents"),
                "killed": gettext("{n} killed"),
                "NavigationControl.ZoomIn": gettext("Zoom in"),
                "NavigationControl.ZoomOut": gettext("Zoom out"),
                "Popup.Close": gettext("Close"),
                "Map.Title": gettext("Map"),
            },
        }
    }


def _harm(entry: Entry) -> list[tuple[str, list[tuple[str, Any]]]]:
    """(kind, [(group, range)]) of what is known, civilians first."""
    told = []
    for kind in ("killed", "injured", "missing", "detained"):
        groups: dict[str, Any] = getattr(entry, kind)
        known = [(g, r) for g, r in groups.items() if g == "civilians" or r.min is not None or r.max is not None]
        known.sort(key=lambda pair: (pair[0] != "civilians", pair[0]))
        if known:
            told.append((kind, known))
    return told


def _grounds(entry: Entry) -> list[tuple[str, str, list[Ground], list[Quote]]]:
    """(id, title, grounds, the quotes they rest on, each once) for each field, in the order of the page."""
    told: dict[str, list[Ground]] = {}
    for ground in sorted(entry.grounds, key=lambda g: not g.field.startswith("killed.civilians")):
        told.setdefault(".".join(ground.field.split(".")[:2]), []).append(ground)
    return [
        (name, " · ".join(labels.label(part) for part in name.split(".")), grounds,
         [entry.quotes[n - 1] for n in dict.fromkeys(n for g in grounds for n in g.quotes)])
        for name, grounds in told.items()
    ]  # fmt: skip
