"""The addresses of the site. A page's language is the first part of its path, so that an address can be shared."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from civcas.web import api, data, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("map/cells", data.cells, name="cells"),
    path("map/disputed", data.disputed, name="disputed"),
    path("download/incidents.<str:form>", data.download, name="download"),
    path("api/v1/openapi.json", api.document, name="api-document"),
    path("api/v1/incidents", api.incidents, name="api-incidents"),
    path("api/v1/incidents/<str:code>", api.incident, name="api-incident"),
    path("api/v1/totals", api.totals, name="api-totals"),
    path("api/v1/months", api.months, name="api-months"),
    path("robots.txt", data.robots),
    *i18n_patterns(
        path("", pages.front, name="front"),
        path("archive/", pages.archive, name="archive"),
        path("incident/<str:code>/", pages.incident, name="incident"),
        path("incident/<str:code>/write/", pages.write, name="write"),
        path("data/", pages.data, name="data"),
        path("method/", pages.method, name="method"),
        path("changes/", pages.changes, name="changes"),
        path("api/", pages.api_page, name="api"),
        path("style/", pages.style, name="style"),
    ),
]
handler400 = "civcas.web.pages.bad_request"
handler404 = "civcas.web.pages.not_found"
handler500 = "civcas.web.pages.failed"
