"""The web application of one workspace: Django's settings, made from what the operator says, and its WSGI callable."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import django
import msgspec
from csp.constants import NONE, SELF
from django.conf import settings

HERE = Path(__file__).parent
LANGUAGES = (("en", "English"), ("ar", "العربية"))
TAGS = ("django.templatetags.i18n", "django.templatetags.static", "civcas.web.templatetags.civcas")
LOCAL = ("localhost", "127.0.0.1", "[::1]")


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator settles about the site."""

    workspace: Path
    hosts: tuple[str, ...] = LOCAL  # names the site answers to; any other is refused
    title: str = "civcas"
    sample: bool = False  # says on every page that all of it is invented
    behind_proxy: bool = False  # a proxy that the operator runs ends TLS and names the reader's address
    database_url: str | None = None
    tiles: str | None = None  # a PMTiles file of the operator's own


def configured(site: Site) -> dict[str, Any]:
    """Django's settings for the site."""
    return {
        "CIVCAS": site,
        "DEBUG": False,
        "SECRET_KEY": secrets.token_urlsafe(48),  # signs nothing that outlives the process
        "ALLOWED_HOSTS": list(site.hosts),
        "ROOT_URLCONF": "civcas.web.urls",
        "INSTALLED_APPS": ["django.contrib.staticfiles", "csp", "civcas.store", "civcas.web"],
        "DATABASES": {},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "csp.middleware.CSPMiddleware",
            "civcas.web.guards.Guards",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.middleware.gzip.GZipMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.template.context_processors.i18n",
                        "civcas.web.context.site",
                    ],
                    "builtins": [
                        "django.templatetags.i18n",
                        "django.templatetags.static",
                        "civcas.web.templatetags.civcas",
                    ],
                },
            }
        ],
        "STATIC_URL": "/static/",
        "STATICFILES_DIRS": [HERE / "static"],
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_MAX_AGE": 86_400,
        "USE_I18N": True,
        "LANGUAGE_CODE": "en",
        "LANGUAGES": list(LANGUAGES),
        "LOCALE_PATHS": [HERE / "locale"],
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "LOGGING_CONFIG": None,
        "CONTENT_SECURITY_POLICY": policy(),
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "CSRF_COOKIE_SAMESITE": "Strict",
        "CSRF_COOKIE_SECURE": site.behind_proxy,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if site.behind_proxy else None,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 100_000,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 400,
        "DEFAULT_CHARSET": "utf-8",
    }


def policy() -> dict[str, Any]:
    """The content security policy: everything from this site, nothing from anywhere else, no code in a page."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "worker-src": [SELF, "blob:"],
            "style-src": [SELF],
            "style-src-attr": ["'unsafe-inline'"],  # the map places its markers so; no style sheet of a page is let in
            "img-src": [SELF, "data:", "blob:"],
            "font-src": [SELF],
            "connect-src": [SELF],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
            "base-uri": [NONE],
        }
    }


def site_of(configured: Any) -> Site:
    """The site that Django's settings are of."""
    site: Site = configured.CIVCAS
    return site


def configure(site: Site) -> None:
    """Sets Django up for the site, once in a process and before a store is opened in it."""
    settings.configure(**configured(site))
    django.setup()


def application() -> Callable[..., Any]:
    """The WSGI callable of the site that was configured, ready to answer."""
    from django.core.wsgi import get_wsgi_application

    from civcas.catalogue import Query
    from civcas.web.context import catalogue

    answering = get_wsgi_application()
    catalogue().find(Query(size=1))  # so that nobody waits while a large record is brought into memory
    return answering


def languages() -> Sequence[str]:
    return [tag for tag, _ in LANGUAGES]
