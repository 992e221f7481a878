"""Which figures, days and places of one report belong to one event."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from civcas.core.accounts import gather
from civcas.core.codebook import named_codebook
from civcas.core.extract.claims import read
from civcas.core.locate import Candidate, locate
from civcas.core.records import Account, DateValue, Document
from civcas.languages import load

PLACES = {  # an invented country, in the sea south of the Gulf of Guinea
    "sampleville": Candidate(
        gazetteer_id="1", name="Sampleville", lat=-10.0, lon=1.0, kind="PPL", country="SV", admin1="North"
    ),
    "testford": Candidate(
        gazetteer_id="2", name="Testford", lat=-12.0, lon=1.5, kind="PPL", country="SV", admin1="South"
    ),
    "northby": Candidate(
        gazetteer_id="4", name="Northby", lat=-10.4, lon=1.0, kind="PPL", country="SV", admin1="North"
    ),
    "invention": Candidate(gazetteer_id="3", name="Invention", lat=-11.0, lon=1.2, kind="PCLI", country="SV"),
}


def lookup(name: str) -> Sequence[Candidate]:
    found = PLACES.get(name.lower())
    return [found] if found else []


def accounts(text: str, published: str | None = "2019-05-09") -> list[Account]:
    document = Document(id="invented", text=text, published=published, publisher="Sample outlet")
    claims = read(document, load("en"))
    return gather(document, claims, locate(document, claims, lookup), named_codebook("default"))


def killed(account: Account) -> list[tuple[str, int | None, int | None]]:
    return [(h.group, h.min, h.max) for h in account.harm if h.kind == "killed" and not h.part]


def test_a_report_of_one_event_is_one_account() -> None:
    (account,) = accounts(
        "On 7 May an airstrike hit a market in Sampleville, killing 12 civilians, including three children. "
        "Residents said 14 people died. The wounded were taken to a hospital in Testford."
    )
    assert account.kind == "incident"
    assert killed(account) == [("civilians", 12, 12), ("people", 14, 14)]
    assert account.when is not None
    assert account.when.edtf == "2019-05-07"
    assert account.where is not None
    assert account.where.name == "Sampleville"
    assert account.infrastructure == ("commerce", "market")


def test_two_days_and_places_are_two_events() -> None:
    first, second = accounts(
        "On 3 May an airstrike in Sampleville killed 12.\n\nOn 7 May an airstrike in Testford killed five people."
    )
    assert [killed(first), killed(second)] == [[("people", 12, 12)], [("people", 5, 5)]]
    assert first.where is not None
    assert second.where is not None
    assert (first.where.name, second.where.name) == ("Sampleville", "Testford")


def test_a_body_that_tells_the_figures_of_the_headline_again_tells_of_its_event() -> None:
    lead = "An airstrike in Sampleville killed 12 people and injured 30.\n\n"
    (account,) = accounts(f"{lead}The airstrike on the village of Northby killed 12 people and injured 30.")
    assert killed(account) == [("people", 12, 12)]
    assert len(accounts(f"{lead}An airstrike on the village of Northby killed five people.")) == 2
    assert len(accounts(f"{lead}An airstrike in Testford killed 12 people and injured 30.")) == 2


def test_a_total_since_the_campaign_began_is_no_incident() -> None:
    found = accounts(
        "On 7 May an airstrike in Sampleville killed 12. Since the campaign began, 2,300 civilians have been killed."
    )
    assert [a.kind for a in found] == ["incident", "tally"]
    assert killed(found[0]) == [("people", 12, 12)]
    assert killed(found[1]) == [("civilians", 2300, 2300)]


def test_declared_strikes_stand_apart() -> None:
    (account,) = accounts("The US carried out 43 strikes in Invention in April.")
    assert account.kind == "strikes"
    assert (account.declared[0].what, account.declared[0].min, account.declared[0].max) == ("strikes", 43, 43)


def test_a_strike_without_a_toll_is_an_account_of_unknown_harm() -> None:
    (account,) = accounts("An airstrike hit a school in Sampleville on 7 May.")
    assert account.harm == ()
    assert account.infrastructure == ("education", "school")


def test_what_is_said_of_combined_or_denied_harm_is_no_figure() -> None:
    (account,) = accounts(
        "On 7 May an airstrike in Sampleville caused 30 casualties. The army denied killing 12 civilians."
    )
    assert not [h for h in account.harm if h.min or h.max]


@pytest.mark.parametrize(
    "text", ["", "   \n\n", "The price of tomatoes rose in Sampleville.", "12", "killed", "\u202e\u0000", "، ، ،"]
)
def test_a_text_that_tells_of_no_harm_gives_no_account(text: str) -> None:
    assert accounts(text) == []


def test_the_same_report_is_gathered_the_same_way() -> None:
    text = "On 7 May an airstrike in Sampleville killed 12 people, among them Ann Sample, 34, and Bob Sample, 5."
    assert accounts(text) == accounts(text)


def test_an_account_is_named_by_what_its_document_says_where() -> None:
    (account,) = accounts("On 7 May an airstrike in Sampleville killed 12 people.")
    assert account.spans == tuple(sorted({(c.span.start, c.span.end) for c in account.claims}))
    for claim in account.claims:
        claim.span.check("On 7 May an airstrike in Sampleville killed 12 people.")


def conceded(text: str) -> list[tuple[str | None, str, int | None]]:
    return [(s.speaker, h.kind, h.min) for a in accounts(text) for s in a.statements for h in s.conceded]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("The Turkish military said the strike regrettably killed two civilians.", [("killed", 2)]),
        ("The Russian military admitted that the raid killed two men and injured three others.",
         [("killed", 2), ("injured", 3)]),
        ("Witnesses said nine people died, while the Russian military admitted that two civilians were killed.",
         [("killed", 2)]),
        ("The Iraqi army apologized for killing three civilians by mistake.", [("killed", 3)]),
        ("Turkey denied that its strike killed two civilians.", []),
        ("Israel said it killed a Hamas commander.", []),
        ("The Russian military is investigating whether the strike killed six people.", []),
    ],
)  # fmt: skip
def test_what_a_party_grants_stands_in_its_statement(text: str, figures: list[tuple[str, int]]) -> None:
    assert [(kind, number) for _, kind, number in conceded(text)] == figures


def test_the_day_of_a_trial_is_not_the_day_of_the_event() -> None:
    (account,) = accounts("Two people were killed in a shooting in Sampleville. A man was charged Friday with murder.")
    assert account.when is None
    assert [c.value.role for c in account.claims if isinstance(c.value, DateValue)] in ([], ["aftermath"])


def test_somebody_known_who_died_later_died_of_the_event_told() -> None:
    (account,) = accounts(
        "On 3 May a boy was shot and wounded in Sampleville.\n\nThe boy died at a hospital on 8 May.\n"
    )
    assert account.when is not None
    assert account.when.edtf == "2019-05-03"
    assert [(h.kind, h.min) for h in account.harm] == [("injured", 1), ("killed", 1)]
