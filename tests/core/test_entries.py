"""What the public sees of an incident: quotes in a little of what stands around them, nobody who is private."""

from __future__ import annotations

import msgspec
import pytest
from tests.factories import account

from civcas.core.assess import assess
from civcas.core.codebook import named_codebook
from civcas.core.entries import CONTEXT, Held, entry_of, is_private
from civcas.core.project import default_project
from civcas.core.records import Claim, Document, Figure, Incident, Person, Span

PROJECT, CODEBOOK = default_project(), named_codebook("default")


def _entry(document: Document, *claims: Claim) -> bytes:
    """The entry of an incident told by the document alone, as it is written."""
    told = msgspec.structs.replace(account(killed="8", on="2019-05-03"), document=document.id, claims=claims)
    incident = Incident(code="YE190503a", documents=(document.id,), accounts=(told.id,), members=(told,))
    assessment = assess(incident, CODEBOOK, PROJECT)
    held = Held(incident=incident, assessment=assessment, documents={document.id: document})
    return msgspec.json.encode(entry_of(held, PROJECT, CODEBOOK))


def _claim(document: Document, words: str, **fields: object) -> Claim:
    start = document.text.index(words)
    span = Span.of(document.text, start, start + len(words))
    value = fields.pop("value", Figure(number=8))
    return Claim.make(document=document.id, kind="killed", value=value, span=span, origin="rules/en@1", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("before", [0, 40, 1000])
@pytest.mark.parametrize("after", [0, 40, 1000])
def test_a_quote_stands_in_at_most_three_hundred_characters(before: int, after: int) -> None:
    text = "lorem " * before + "killed 8 people" + " ipsum" * after
    document = Document(id="d", text=text, publisher="Sample News")
    claim = _claim(document, "killed 8 people")
    told = msgspec.structs.replace(account(killed="8", on="2019-05-03"), document="d", claims=(claim,))
    harm = tuple(msgspec.structs.replace(h, claims=(claim.id,)) for h in told.harm)
    told = msgspec.structs.replace(told, harm=harm)
    incident = Incident(code="YE190503a", documents=("d",), accounts=(told.id,), members=(told,))
    held = Held(incident=incident, assessment=assess(incident, CODEBOOK, PROJECT), documents={"d": document})
    quotes = entry_of(held, PROJECT, CODEBOOK).quotes
    assert quotes
    for quote in quotes:
        assert quote.quote == "killed 8 people"
        assert len(quote.before) + len(quote.after) <= CONTEXT
        assert f"{quote.before}{quote.quote}{quote.after}" in text
        assert not quote.before.startswith("orem")


def test_a_name_that_nobody_released_is_in_no_field() -> None:
    document = Document(
        id="d", text="Salim Invented, 34, and 7 others were killed. Salim was a baker.", publisher="News"
    )
    person = _claim(document, "Salim Invented", value=Person(name="Salim Invented", age=34))
    figure = _claim(document, "7 others", value=Figure(number=7))
    written = _entry(document, msgspec.structs.replace(person, kind="victim"), figure).decode()
    assert "Invented" not in written
    assert "Salim" not in written


@pytest.mark.parametrize(
    ("publisher", "url", "private"),
    [
        ("@somebody", None, True),
        ("Somebody", "https://t.me/somebody/5", True),
        ("Somebody", "https://www.facebook.com/somebody", True),
        ("Somebody", "https://notfacebook.com/x", False),
        ("Somebody", "https://x.com.example.org/x", False),
        ("Sample News", "https://sample.example", False),
        ("Syrian Observatory for Human Rights", "https://t.me/observatory/5", False),
        (None, "HTTPS://X.COM/somebody", True),
        (None, None, False),
    ],
)
def test_whose_report_is_a_private_persons(publisher: str | None, url: str | None, private: bool) -> None:
    assert is_private(Document(id="d", text="x", publisher=publisher, url=url), PROJECT) is private


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://x.example", "//x"]
)
def test_only_addresses_of_the_web_are_links(url: str) -> None:
    document = Document(id="d", text="8 people were killed.", publisher="News", url=url)
    assert url not in _entry(document, _claim(document, "8 people")).decode()
