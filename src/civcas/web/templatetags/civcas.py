"""What templates say records with."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

from civcas.catalogue.queries import Query
from civcas.core.assess.shield import BLACK
from civcas.core.records import Range
from civcas.core.visible import visible
from civcas.web import labels

register = template.Library()

register.filter("label", labels.label)
register.filter("country", labels.country)
register.filter("number", labels.number)


@register.filter
def span(value: Range | None) -> str:
    return labels.span_of(value.min, value.max) if value else labels.span_of(None, None)


@register.simple_tag
def between(low: int | None, high: int | None) -> str:
    return labels.span_of(low, high)


@register.simple_tag
def comma() -> str:
    """What stands between things told one after another."""
    return pgettext("between things told one after another", ", ")


@register.filter
def day(value: str | datetime.date | datetime.datetime | None) -> str:
    """A day in words of the page's language."""
    if not value:
        return ""
    if isinstance(value, str):
        try:
            return day(datetime.date.fromisoformat(value[:10]))
        except ValueError:
            return visible(value, one_line=True)
    return format_date(value, "d MMMM y", locale=get_language() or "en")


@register.filter
def period(value: Any) -> str:
    """When it was, from a record with start and end."""
    if value is None or not value.start:
        return labels.label(None)
    return day(value.start) if value.start == value.end or not value.end else f"{day(value.start)} – {day(value.end)}"


@register.filter
def shown(text: str | None) -> SafeString:
    """Words of a report: hidden characters made visible, names that nobody released blacked out."""
    withheld = format_html('<span class="masked">{}</span>', "xxxxx")
    return format_html_join(withheld, "{}", ((part,) for part in visible(text or "").split(BLACK)))


@register.simple_tag
def address(query: Query, **other: str | None) -> str:
    """The parameters of the query's address, some replaced or (None) dropped."""
    pairs = query.pairs(**{"page": None, **other})
    return f"?{urlencode(pairs)}" if pairs else "?"


@register.simple_tag
def without(query: Query, facet: str, value: str) -> str:
    """The address of the query without one value of a filter."""
    pairs = [pair for pair in query.pairs(page=None) if pair != (facet, value)]
    return f"?{urlencode(pairs)}" if pairs else "?"


@register.filter
def rtl(language: str | None) -> str:
    """The direction of a text in that language."""
    return "rtl" if (language or "").partition("-")[0] in ("ar", "fa", "he", "ku", "ur", "ps") else "ltr"


@register.filter
def facet_value(value: str, facet: str) -> str:
    return labels.facet_value(facet, value)
