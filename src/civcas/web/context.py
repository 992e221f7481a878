"""What every page is given: the site's title, the catalogue's state, and the two languages with their addresses."""

from __future__ import annotations

import functools
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from civcas.catalogue import Catalogue
from civcas.catalogue.file import NAME
from civcas.web.site import LANGUAGES, site_of


@functools.cache
def catalogue() -> Catalogue:
    """The catalogue of the site's workspace."""
    return Catalogue(site_of(settings).workspace / NAME)


def site(request: HttpRequest) -> dict[str, Any]:
    tag = get_language() or "en"
    rest = request.get_full_path().removeprefix(f"/{tag}/")
    prefixed = request.path.startswith(f"/{tag}/")
    return {
        "site": site_of(settings),
        "tag": tag,
        "rtl": tag == "ar",
        "credits": catalogue().about().credits,
        "tongues": [(t, name, f"/{t}/{rest}" if prefixed else f"/{t}/") for t, name in LANGUAGES if t != tag],
        "place_in_site": request.resolver_match.url_name if request.resolver_match else None,
    }
