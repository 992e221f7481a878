"""What stands before every page: a limit on what one address may ask for, and headers that Django has no name for."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from civcas.web.site import site_of

LIMITS = {"/api/": (120, 60.0), "/download/": (30, 60.0), "POST": (10, 600.0)}
"""Requests that one address has in so many seconds. Pages have no limit of their own: they are cheap and cached."""
REMEMBERED = 20_000  # addresses; the longest unseen is forgotten first
PERMISSIONS = "geolocation=(), camera=(), microphone=(), payment=(), usb=(), interest-cohort=()"


class Guards:
    """The middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kind = _kind(request)
        if kind and (wait := self._wait(kind, address_of(request), time.monotonic())):
            response = HttpResponse("too many requests\n", status=429, content_type="text/plain; charset=utf-8")
            response["Retry-After"] = str(int(wait) + 1)
            return response
        response = self._next(request)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    def _wait(self, kind: str, address: str, now: float) -> float:
        """The seconds until the address may ask again; 0 where it may now."""
        most, period = LIMITS[kind]
        with self._lock:
            left, since = self._buckets.pop((kind, address), (float(most), now))
            left = min(float(most), left + (now - since) * most / period)
            allowed = left >= 1
            self._buckets[kind, address] = (left - 1 if allowed else left, now)
            while len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) * period / most


def _kind(request: HttpRequest) -> str | None:
    if request.method == "POST":
        return "POST"
    return next((kind for kind in LIMITS if kind in request.path), None)


def address_of(request: HttpRequest) -> str:
    """The reader's network address: what the operator's own proxy says last, else the peer's."""
    if site_of(settings).behind_proxy:
        said = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        if said:
            return said[:64]
    return str(request.META.get("REMOTE_ADDR") or "")
