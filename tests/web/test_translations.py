"""Every word of the pages stands in the translation catalogue, and every message of it in Arabic."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

import civcas.web.site

WEB = Path(civcas.web.site.__file__).parent
KEYWORDS: Any = {"gettext": None, "gettext_noop": None, "_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def _messages() -> set[str]:
    """The English words of every message in templates and code."""
    found = set()
    for file in sorted(WEB.rglob("*")):
        if file.suffix == ".html":
            source = templatize(file.read_text("utf-8"), origin=str(file))
        elif file.suffix == ".py":
            source = file.read_text("utf-8")
        else:
            continue
        for _, function, message, _ in extract_python(io.BytesIO(source.encode()), KEYWORDS.keys(), [], {}):
            told: Any = message
            parts = [told] if isinstance(told, str) else [part for part in told or () if part]
            if parts and all(isinstance(part, str) for part in parts):
                found.add(parts[1] if function == "pgettext" else parts[0])
    return found


@pytest.mark.parametrize("tag", sorted(p.name for p in (WEB / "locale").iterdir()))
def test_every_message_is_there_and_keeps_its_places(tag: str) -> None:
    with (WEB / "locale" / tag / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalog = read_po(file)
    told: dict[Any, Any] = {}
    for message in catalog:
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        told[key] = message.string if isinstance(message.string, tuple) else (message.string,)
    wanted = _messages()
    assert len(wanted) > 250
    assert sorted(m for m in wanted if not all(told.get(m, ("",)))) == []
    for words in wanted:
        places = set(re.findall(r"%\(\w+\)s|\{\w+\}", words))
        for said in told[words]:
            assert set(re.findall(r"%\(\w+\)s|\{\w+\}", said)) <= places, words
    assert sorted(key for key in told if key and key not in wanted) == [], "no page says these any more"


def test_no_template_says_anything_outside_the_catalogue() -> None:
    spoken = []
    for file in sorted((WEB / "templates").rglob("*.html")):
        text = re.sub(
            r"{%\s*blocktranslate.*?endblocktranslate\s*%}|{%.*?%}|{{.*?}}|<pre[^>]*>.*?</pre>",
            " ",
            file.read_text("utf-8"),
            flags=re.S,
        )
        words = re.sub(r"<[^>]+>", " ", text)
        spoken += [(file.name, w) for w in re.findall(r"[^\W\d_]{3,}", words) if w not in ALLOWED]
    assert spoken == []


ALLOWED = {
    "xxxxx",
    "SHA",
    "API",
    "JSON",
    "CSV",
    "GeoJSON",
    "OpenAPI",
    "GET",
    "lines",
    "مثال",
    "مصنوع",
    "قال",
    "شهود",
    "ثلاثة",
    "أشخاص",
}
"""Names of forms and rules, and the invented quote of the style page."""
