"""What is blacked out of the words of a record; all names are invented."""

from __future__ import annotations

import datetime

import msgspec
import pytest
from tests.factories import claim

from civcas.core.assess.shield import BLACK, WITHHELD, Shield
from civcas.core.log import decision
from civcas.core.records import (
    Account,
    Anchor,
    Assessment,
    Claim,
    Decision,
    DecisionVerb,
    Document,
    Figure,
    Person,
    Reason,
    Statement,
    Victim,
    Where,
)

AT = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)


def mention(name: str, start: int = 0, document: str = "d") -> Claim:
    return claim("victim", Person(name=name), document=document, start=start, quote=name)


def account(*names: str, claims: tuple[Claim, ...] = ()) -> Account:
    told = [mention(name, 100 * n) for n, name in enumerate(names)]
    victims = tuple(Victim(name=c.value.name, claims=(c.id,)) for c in told if isinstance(c.value, Person))
    return Account(id="a", document="d", kind="incident", victims=victims, claims=(*told, *claims))


def said(verb: DecisionVerb, name: str, start: int = 0, **value: str) -> Decision:
    anchor = Anchor(document="d", kind="victim", spans=((start, start + len(name)),))
    return decision(verb, [anchor], actor="rana", at=AT, reason="an invented reason", value=value)


def shield(*names: str) -> Shield:
    return Shield.of([account(*names)], [])


@pytest.mark.parametrize(
    ("names", "text", "shown"),
    [
        (("Sarhan Marzouk",), "The body of Sarhan Marzouk was found.", f"The body of {BLACK} was found."),
        (("Sarhan Marzouk",), "Marzouk's house; SARHAN; sarhan-marzouk", f"{BLACK} house; {BLACK}; {BLACK}"),
        (("Sarhan Marzouk",), "Serhan Marzuk and the Marzouqs", f"{BLACK} and the {BLACK}"),
        (("Sarhan al-Marzouk",), "Sarhan bin Adel al-Marzouk", f"{BLACK} bin Adel al-{BLACK}"),
        (("Na'aman Qattan",), "Naaman Qattan, Na'aman", f"{BLACK}, {BLACK}"),
        (("Abdul Rahman Qattan",), "Abdulrahman Qattan, Abd al-Rahman", f"{BLACK}, Abd al-{BLACK}"),
        (("سرحان مرزوق",), "قتل سرحان مرزوق وسرحان للمرزوق", f"قتل {BLACK}"),
        (("سرحان مرزوق",), "The name was Sarhan Marzouk.", f"The name was {BLACK}."),
        (("Sarhan Marzouk",), "اسمه سرحان المرزوق", f"اسمه {BLACK}"),
        (("Sarhan Marzouk",), "Two people were killed in Homs.", "Two people were killed in Homs."),
        ((), "Sarhan Marzouk", "Sarhan Marzouk"),
    ],
)
def test_words_of_hidden_names_are_blacked_out(names: tuple[str, ...], text: str, shown: str) -> None:
    assert shield(*names).text(text) == shown


def test_a_claim_that_quotes_a_name_is_shown_under_another_id() -> None:
    """The id of a claim is a hash of its words: from it a list of names would tell which one was blacked out."""
    quoting = claim("killed", Figure(number=1), document="d", start=300, quote="one man, Sarhan Marzouk")
    plain = claim("killed", Figure(number=2), document="d", start=400, quote="two men")
    told = account("Sarhan Marzouk", claims=(quoting, plain))
    shown = Shield.of([told], []).account(told)
    assert [c.span.quote for c in shown.claims] == [f"one man, {BLACK}", "two men"]
    assert shown.claims[0].id not in {c.id for c in told.claims}
    assert shown.claims[1] == plain
    assert [v.name for v in shown.victims] == [WITHHELD]


def test_reasons_and_statements_of_an_assessment_follow() -> None:
    quoting = claim("killed", Figure(number=1), document="d", start=300, quote="Sarhan Marzouk died")
    told = account("Sarhan Marzouk", claims=(quoting,))
    named = told.claims[0].id
    found = Assessment(
        code="SY240501a", documents=("d",), accounts=("a",), victims=told.victims,
        where=Where(name="Tell Sarhan", quote="near the house of Sarhan"),
        statements=(Statement(speaker="Adel Marzouk", position="disputes_other", quote="Marzouk's father"),),
        reasons=(Reason(field="killed.civilians.min", rule="3.2.2", text="names: Sarhan", claims=(named, quoting.id)),),
    )  # fmt: skip
    guard = Shield.of([told], [])
    shown = guard.assessment(found)
    assert b"Sarhan" in msgspec.json.encode(found)
    assert shown.where is not None
    assert (shown.where.name, shown.where.quote) == ("Tell Sarhan", f"near the house of {BLACK}")
    assert (shown.statements[0].speaker, shown.statements[0].quote) == (f"Adel {BLACK}", f"{BLACK} father")
    (reason,) = shown.reasons
    assert reason.text == f"names: {BLACK}"
    assert reason.claims == tuple(c.id for c in guard.account(told).claims)
    assert named not in reason.claims


def test_the_title_and_the_address_of_a_report_tell_no_name() -> None:
    guard = shield("سرحان مرزوق")
    url = "https://example.org/%D8%B3%D8%B1%D8%AD%D8%A7%D9%86"
    shown = guard.record(Document(id="d", text="", title="مقتل سرحان", url=url, publisher="Marzouk Press"))
    assert (shown.title, shown.url, shown.publisher) == (f"مقتل {BLACK}", None, f"{BLACK} Press")
    assert guard.url("https://example.org/a/strike-in-homs") == "https://example.org/a/strike-in-homs"


def test_a_release_opens_one_name_and_not_that_of_the_brother() -> None:
    told = account("Sarhan Marzouk", "Adel Marzouk")
    guard = Shield.of([told], [said("release_name", "Sarhan Marzouk")])
    assert [v.name for v in guard.account(told).victims] == ["Sarhan Marzouk", WITHHELD]
    assert guard.text("Sarhan and Adel Marzouk") == f"Sarhan and {BLACK}"


def test_a_longer_form_of_a_released_name_stays_hidden() -> None:
    """Whoever released a name of two words did not release that of the grandfather."""
    told = account("Sarhan Marzouk", "Sarhan Nadim Marzouk")
    guard = Shield.of([told], [said("release_name", "Sarhan Marzouk")])
    victim = Victim(name="Sarhan Nadim Marzouk", spellings=("Sarhan Marzouk",), claims=tuple(c.id for c in told.claims))
    shown = guard.victim(victim)
    assert (shown.name, shown.spellings, shown.released) == ("Sarhan Marzouk", (), True)


def test_a_refusal_prevails_whatever_was_released() -> None:
    told = account("Sarhan Marzouk")
    refused = [said("consent", "Sarhan Marzouk", consent="refused"), said("release_name", "Sarhan Marzouk")]
    assert [v.name for v in Shield.of([told], refused).account(told).victims] == [WITHHELD]


def test_names_read_in_the_past_only_are_hidden_too() -> None:
    then, now = account("Sarhan Marzouk"), Account(id="b", document="d", kind="incident", claims=())
    shown = Shield.of([now], []).account(then)
    assert ([v.name for v in shown.victims], shown.claims) == ([WITHHELD], ())
