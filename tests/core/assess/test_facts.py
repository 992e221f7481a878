import datetime

import pytest
from msgspec.structs import replace
from tests.factories import account

from civcas.core.assess.facts import causes, period, place, strike_types, terms
from civcas.core.records import Account, Claim, Span, Term
from civcas.core.values import Period


@pytest.mark.parametrize(
    ("days", "agreed"),
    [
        (["2017-03-16", "2017-03-16", "2017-03-17"], "2017-03-16"),
        (["2017-03-16", "2017-03-17"], "2017-03-16/2017-03-17"),  # as many for one as for the other
        (["2017-03-20/2017-03-26", "2017-03-23"], "2017-03-23"),
        (["2017-03", "2017-03-23"], "2017-03-23"),
        (["2017-03-16", "2017-03-16", "2017-05-01"], "2017-03-16"),
        (["2017-03"], "2017-03-01/2017-03-31"),
        (["2017"], "2017"),
    ],
)
def test_the_days_most_accounts_agree_on(days: list[str], agreed: str) -> None:
    when, reason = period([account(on=day) for day in days])
    assert when is not None
    assert when.edtf == agreed
    assert reason is not None


def test_without_a_date_an_event_is_no_later_than_its_first_report_and_marked_uncertain() -> None:
    when, reason = period([account(published="2017-03-18"), account(published="2017-03-16T09:30:00Z")])
    assert when is not None
    assert (when.start, when.end) == (datetime.date(2017, 3, 15), datetime.date(2017, 3, 16))
    assert when.edtf == "2017-03-15?/2017-03-16?"
    assert Period.parse(when.edtf).days == 2
    assert when.quote is None
    assert reason is not None
    assert "no account gives a date" in reason.text


def test_the_day_of_a_capture_dates_no_event() -> None:
    assert period([account(captured="2024-05-05T10:00:00Z")]) == (None, None)
    when, _ = period([account(captured="2017-03-10"), account(published="2017-03-18", captured="2024-05-05")])
    assert when is not None
    assert when.edtf == "2017-03-17?/2017-03-18?"


def test_nothing_known_of_the_day_or_place_is_nothing() -> None:
    assert period([account()]) == (None, None)
    assert place([account()]) == (None, None)


def test_the_finest_place_of_those_most_agree_with() -> None:
    village = account(at=(35.10, 36.20), place="Qasra", radius_km=2)
    area = account(at=(35.30, 36.40), place="Northern Province", radius_km=80)
    stray = account(at=(33.00, 44.00), place="Qasra in another country", radius_km=1)
    where, reason = place([area, village, stray])
    assert where is not None
    assert where.name == "Qasra"
    assert reason is not None
    assert reason.text.startswith("2 of 3 accounts")


def _told_by(name: str, at: tuple[float, float], precision: str, radius_km: float) -> Account:
    told = account(at=at, place=name, radius_km=radius_km, admin1="Northshire")
    assert told.where is not None
    return replace(told, where=replace(told.where, precision=precision))


def test_headlines_that_name_only_the_city_agree_with_the_village_near_it() -> None:
    village = _told_by("Qasra", (35.10, 36.20), "village", 2)
    city = _told_by("Oldgate", (35.30, 36.30), "city", 5)
    countryside = _told_by("Oldgate", (35.30, 36.30), "district", 30)
    where, reason = place([city, village, countryside])
    assert where is not None
    assert where.name == "Qasra"
    assert reason is not None
    assert reason.text.startswith("3 of 3 accounts")


def test_one_account_of_a_village_does_not_outweigh_all_that_name_the_city() -> None:
    village = _told_by("Qasra", (35.10, 36.20), "village", 2)
    cities = [_told_by("Oldgate", (35.30, 36.30), "city", 5) for _ in range(4)]
    where, _ = place([village, *cities])
    assert where is not None
    assert where.name == "Oldgate"


def test_an_area_is_the_place_only_where_nothing_finer_is_told() -> None:
    province = _told_by("Northshire", (35.5, 36.5), "province_governorate", 80)
    town = _told_by("Milltown", (36.9, 36.5), "town", 3)
    where, _ = place([province, province, town])
    assert where is not None
    assert where.name == "Milltown"
    where, _ = place([province])
    assert where is not None
    assert where.name == "Northshire"


def test_terms_stand_in_the_order_of_how_often_they_are_told() -> None:
    accounts = [account(infrastructure=("education", "school")), account(infrastructure=("education",)), account()]
    assert terms(accounts, "infrastructure") == ("education", "school")


def test_a_cause_of_death_follows_from_what_struck() -> None:
    assert causes(["airstrike", "drone_strike"], []) == ("heavy_weapons_and_explosive_munitions",)
    assert causes(["ground_operation"], []) == ()


def test_air_and_artillery_are_told_as_either() -> None:
    kinds = [account(strike_type=("airstrike", "drone_strike")), account(strike_type=("artillery", "ground_operation"))]
    assert strike_types(kinds) == ("airstrike_and_or_artillery", "ground_operation")
    assert strike_types(kinds[:1]) == ("airstrike", "drone_strike")
    assert strike_types(kinds[1:]) == ("artillery", "ground_operation")


def test_what_is_only_bombarded_yields_to_a_strike_type_told_outright() -> None:
    likely = Claim.make(
        document="d", kind="strike_type", value=Term(slug="airstrike_and_or_artillery"),
        span=Span.of("bombarded", 0, 9), origin="rules/en", hedged=True,
    )  # fmt: skip
    bombarded = replace(account(strike_type=("airstrike_and_or_artillery",)), claims=(likely,))
    assert strike_types([bombarded]) == ("airstrike_and_or_artillery",)
    assert strike_types([bombarded, account(strike_type=("artillery",))]) == ("artillery",)


def test_a_town_that_the_finer_account_names_too_agrees_with_the_village() -> None:
    town = _told_by("Oldgate", (36.60, 38.90), "city", 5)
    village = _told_by("Qasra", (36.20, 38.40), "village", 2)
    assert town.where is not None
    assert village.where is not None
    framed = replace(village, places=(village.where, town.where))
    chosen, reason = place([town, town, framed])
    assert chosen is not None
    assert chosen.name == "Qasra"
    assert reason is not None
    assert reason.text.startswith("3 of 3 accounts")
    alone, _ = place([town, town, village])
    assert alone is not None
    assert alone.name == "Oldgate"
    far = replace(framed, where=replace(village.where, lat=33.0))
    elsewhere, _ = place([town, town, far])
    assert elsewhere is not None
    assert elsewhere.name == "Oldgate"
