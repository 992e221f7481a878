"""Releases of armed forces: whose day they speak from, what belongs to another day, and who was detained in all."""

from __future__ import annotations

from civcas.core.accounts import gather
from civcas.core.codebook import named_codebook
from civcas.core.extract.claims import read
from civcas.core.locate import locate
from civcas.core.records import Account, Document
from civcas.languages import load

HEAD = "Command 2011-02-S-049 For Immediate Release   SAMPLEVILLE, Invention (Feb. 8, 2011) - "


def accounts(text: str) -> list[Account]:
    document = Document(id="invented", text=text, publisher="Sample command")
    return gather(document, read(document, load("en")), {}, named_codebook("isaf"))


def told(account: Account, kind: str) -> int:
    return max((h.min or 0 for h in account.harm if h.kind == kind and not h.part), default=0)


def when(account: Account) -> str | None:
    return account.when.edtf if account.when else None


def test_each_report_of_a_text_speaks_from_its_own_day() -> None:
    first, second = accounts(
        f"{HEAD}A force detained six insurgents yesterday.\n\n"
        "SAMPLEVILLE, Invention (Feb. 17) - A force killed two insurgents yesterday."
    )
    assert (when(first), told(first, "detained")) == ("2011-02-07", 6)
    assert (when(second), told(second, "killed")) == ("2011-02-16", 2)


def test_a_night_is_of_two_days() -> None:
    (account,) = accounts(f"{HEAD}A force detained a facilitator during an overnight operation.")
    assert when(account) == "2011-02-07/2011-02-08"


def test_the_day_of_a_title_is_not_the_day_of_the_event() -> None:
    (account,) = accounts(
        "Feb. 8: Operations in the north\n\n2011-02-S-049\n\nLast night a force killed two insurgents."
    )
    assert when(account) == "2011-02-07"


def test_a_release_that_names_no_year_has_no_day() -> None:
    (account,) = accounts("SAMPLEVILLE, Invention (Feb. 8) - A force detained an insurgent today.")
    assert account.when is None


def test_whom_a_captured_leader_killed_before_is_no_toll_of_the_capture() -> None:
    (account,) = accounts(f"{HEAD}A force captured a leader responsible for the killing of two teachers yesterday.")
    assert (told(account, "detained"), told(account, "killed")) == (1, 0)


def test_who_is_also_detained_comes_on_top_unless_already_listed() -> None:
    (on_top,) = accounts(f"{HEAD}A force captured a leader yesterday. It also detained several suspected insurgents.")
    (listed,) = accounts(
        f"{HEAD}A force captured a leader and several of his associates yesterday. "
        "During the search several suspected insurgents were also detained."
    )
    assert (told(on_top, "detained"), told(listed, "detained")) == (4, 4)


def test_the_men_are_as_many_as_they_were_just_before() -> None:
    (account,) = accounts(f"{HEAD}A force found six men in a compound yesterday. The force decided to detain the men.")
    assert told(account, "detained") == 6


def test_who_is_detained_with_fighters_is_counted_with_them() -> None:
    (account,) = accounts(f"{HEAD}The targeted individual was detained along with several of his associates yesterday.")
    assert told(account, "detained") == 4


def test_a_day_of_separate_operations_is_a_total_and_no_event() -> None:
    total, incident = sorted(
        accounts(
            f"{HEAD}More than 15 insurgents were killed during separate operations in southern and eastern Invention "
            "over the last 24 hours.\n\nA force killed three insurgents yesterday."
        ),
        key=lambda account: account.kind != "tally",
    )
    assert (total.kind, told(total, "killed")) == ("tally", 16)
    assert (incident.kind, told(incident, "killed")) == ("incident", 3)


def test_an_account_of_a_statement_lies_where_its_grid_reference_does() -> None:
    text = "On 3 May 2019 a strike at 37S FU 296 908 unintentionally killed two civilians, the command said."
    document = Document(id="invented", text=text, publisher="Sample command")
    claims = read(document, load("en"))
    (account,) = gather(document, claims, locate(document, claims, lambda _: ()), named_codebook("default"))
    assert account.where is not None
    assert (account.where.lat, account.where.lon) == (35.152209, 40.423387)
    assert account.where.radius_km is not None
    assert account.where.radius_km < 1  # six figures are a square of a hundred metres
