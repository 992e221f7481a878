import itertools
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.factories import account, anchor, decision

from civcas.core.match import compare_all, each_alone, explanations, match, redirects, uncertain
from civcas.core.records import Account, Anchor, Decision, Incident

QASRA, HARBA, TALIN = (35.10, 36.20), (35.80, 36.90), (34.20, 37.70)
"""Three invented villages, some 90 km apart."""


def documents(incidents: Sequence[Incident]) -> set[frozenset[str]]:
    return {frozenset(i.documents) for i in incidents}


def test_one_day_one_place_and_near_figures_are_one_event() -> None:
    left = account(killed="41-", on="2017-03-16", at=QASRA, place="Qasra", infrastructure=("religious", "mosque"))
    right = account(killed="47", on="2017-03-16", at=QASRA, place="Al Qasrah", infrastructure=("religious", "mosque"))
    other = account(killed="3", on="2017-03-16", at=HARBA, place="Harba")
    assert documents(match([left, right, other])) == {
        frozenset({left.document, right.document}),
        frozenset({other.document}),
    }


def test_the_same_place_a_week_later_is_another_event() -> None:
    left = account(killed="5", on="2017-03-16", at=QASRA, place="Qasra")
    right = account(killed="5", on="2017-03-23", at=QASRA, place="Qasra")
    assert len(match([left, right])) == 2


def test_a_report_without_a_date_joins_the_event_reported_the_same_day() -> None:
    text = "raid market square qasra ambulance stalls vendors smoke morning shoppers"
    left = account(killed="5", on="2017-03-16", at=QASRA, place="Qasra", words=text)
    right = account(killed="5", at=QASRA, place="Qasra", published="2017-03-17", words=text)
    other = "drone road car driver passengers burnt bridge night north"
    late = account(killed="5", at=QASRA, place="Qasra", published="2017-05-17", words=other)
    assert documents(match([left, right, late])) == {
        frozenset({left.document, right.document}),
        frozenset({late.document}),
    }


def test_two_events_of_one_report_are_two_incidents_however_alike() -> None:
    one = account(killed="5", on="2017-03-16", at=QASRA, document="round-up", start=0)
    two = account(killed="5", on="2017-03-16", at=QASRA, document="round-up", start=500)
    third = account(killed="5", on="2017-03-16", at=QASRA)
    incidents = match([one, two, third])
    assert len(incidents) == 2
    assert sorted(len(i.accounts) for i in incidents) == [1, 2]


def test_tallies_and_strike_counts_are_never_incidents() -> None:
    event = account(killed="5", on="2017-03-16", at=QASRA)
    total = account(killed="2715", on="2017-03", at=QASRA, kind="tally")
    strikes = account(on="2017-03-16", at=QASRA, kind="strikes")
    assert documents(match([event, total, strikes])) == {frozenset({event.document})}


def test_a_strike_mentioned_in_passing_is_no_incident_until_a_report_is_about_it() -> None:
    about = account(killed="5", on="2017-03-16", at=QASRA, document="report", start=0)
    passing = account(on="2017-03-16", at=HARBA, document="report", start=500)
    assert documents(match([about, passing])) == {frozenset({"report"})}
    own = account(on="2017-03-16", at=HARBA, document="short note")
    assert documents(match([about, passing, own])) == {frozenset({"report"}), frozenset({"report", "short note"})}
    kept = match([about, passing], [decision("not_same", about, passing)])
    assert len(kept) == 2


def test_what_spoke_is_shown_with_its_weight() -> None:
    left = account(killed="41", on="2017-03-16", at=QASRA, by="Northern Army", victims=["Sami Nader Qasim"])
    right = account(killed="33", on="2017-03-17", at=QASRA, by="Southern Army", victims=["Samy Nader Qassim"])
    (comparison,) = compare_all([left, right])
    told = {f.name: f for f in comparison.features}
    assert "1 days apart" in told["period"].detail
    assert "the same place" in told["place"].detail
    assert told["killed"].detail == "33 against 41" or told["killed"].detail == "41 against 33"
    assert told["belligerents"].weight < 0 < told["victims"].weight
    assert comparison.score == pytest.approx(sum(f.weight for f in comparison.features))
    assert all(len(text) > 30 for text in explanations().values())


# ------------------------------------------------------------ what speaks against


def test_a_place_of_another_name_speaks_against_one_event_though_no_gazetteer_knows_it() -> None:
    words = "airstrike killed people were march"
    placed = account(killed="5-", on="2017-03-03", at=QASRA, place="Qasra", words=f"{words} civilians qasra")
    unknown = account(killed="10", on="2017-03-03", place="Harba", words=f"{words} ten harba")
    assert len(match([placed, unknown])) == 2
    (comparison,) = compare_all([placed, unknown])
    assert {f.name: f.detail for f in comparison.features}["place"].endswith("are names of two places")
    for name in ("Al-Qasrah", "القصرة", "Qasra countryside"):
        same = account(killed="10", on="2017-03-03", place=name, words=f"{words} ten")
        assert len(match([placed, same])) == 1, name
    text = f"{words} on the market square while the vendors carried smoke blackened crates into waiting vans"
    copies = [account(killed="5", on="2017-03-03", place=name, words=text) for name in ("Qasra", "Harba")]
    assert len(match(copies)) == 1


def test_two_undated_reports_of_one_town_are_one_event_only_if_more_is_alike() -> None:
    words = "people were killed qasra"

    def seen(killed: str, victims: Sequence[str] = ()) -> Account:
        told = f"{killed} {words}"
        return account(killed=killed, at=QASRA, place="Qasra", words=told, victims=victims, captured="2024-05-05")

    assert len(match([seen("5"), seen("9")])) == 2
    assert len(match([seen("5"), seen("5")])) == 1
    assert len(match([seen(killed, ["Sami Nader Qasim"]) for killed in ("5", "9")])) == 1
    for day, events in (("2024-05-04", 1), ("2024-04-29", 2)):  # seen just after the other's day, or days later
        dated = account(killed="9", on=day, at=QASRA, place="Qasra", words=f"nine {words}")
        assert len(match([seen("5"), dated])) == events, day


def test_alike_reports_of_calendar_days_do_not_chain() -> None:
    """Every day another: only days next to each other may be one event."""
    told = [account(killed="4", on=f"2017-03-{n:02}", at=QASRA, place="Qasra", words="shelling") for n in range(1, 29)]
    daily = [replace(a, when=replace(a.when, quote=f"{n} March")) for n, a in enumerate(told, 1) if a.when]
    groups = [[a.when.start for a in i.members if a.when] for i in match(daily)]
    assert max((max(days) - min(days)).days for days in groups) <= 1


# ------------------------------------------------------------------ decisions


def test_a_decision_joins_what_looks_different_and_undo_restores() -> None:
    left, right = account(killed="5", on="2017-03-16", at=QASRA), account(killed="9", on="2017-03-20", at=HARBA)
    joined = decision("same", left, right)
    undone = decision("undo", value={"decision": joined.id})
    assert len(match([left, right])) == 2
    (incident,) = match([left, right], [joined])
    assert [c.decided_by for c in incident.comparisons] == [joined.id]
    assert match([left, right], [joined, undone]) == match([left, right])
    redone = decision("undo", value={"decision": undone.id})
    assert match([left, right], [joined, undone, redone]) == match([left, right], [joined])


def test_a_decision_keeps_apart_what_looks_the_same() -> None:
    left, right = (account(killed="5", on="2017-03-16", at=QASRA) for _ in range(2))
    assert len(match([left, right])) == 1
    assert len(match([left, right], [decision("not_same", left, right)])) == 2


def test_of_two_decisions_that_contradict_the_later_holds() -> None:
    a, b, c = (account(killed=str(n), on="2017-03-16", at=at) for n, at in ((5, QASRA), (50, HARBA), (500, TALIN)))
    ab, bc = decision("same", a, b), decision("same", b, c)
    apart = decision("not_same", a, c)
    later = match([a, b, c], [ab, bc, apart])
    assert not [i for i in later if {a.id, c.id} <= set(i.accounts)]
    earlier = match([a, b, c], [apart, ab, bc])
    assert not [i for i in earlier if not {a.id, b.id, c.id} <= set(i.accounts)]


def test_a_decision_outlives_a_reader_that_moves_the_spans() -> None:
    left, right = (account(killed="5", on="2017-03-16", at=QASRA, document=d, start=40) for d in ("one", "two"))
    apart = decision("not_same", left, right)
    moved = [account(killed="5", on="2017-03-16", at=QASRA, document=d, start=44) for d in ("one", "two")]
    assert len(match(moved)) == 1
    assert len(match(moved, [apart])) == 2


def test_merge_and_split_speak_of_codes() -> None:
    a, b = account(killed="5", on="2017-03-16", at=QASRA), account(killed="90", on="2017-03-25", at=HARBA)
    codes = {i.accounts[0]: i.code for i in match([a, b])}
    merged = match([a, b], [decision("merge", *(Anchor(code=c) for c in sorted(codes.values())))], codes=codes)
    assert len(merged) == 1
    assert redirects(codes, merged) == {c: merged[0].code for c in codes.values() if c != merged[0].code}
    now = dict.fromkeys(merged[0].accounts, merged[0].code)
    split = decision("split", Anchor(code=merged[0].code), anchor(b))
    assert len(match([a, b], [split], codes=now)) == 2


# ---------------------------------------------------------------------- codes


def test_a_code_is_country_day_and_letter() -> None:
    incidents = match(
        [account(killed="5", on="2017-03-16", at=at) for at in (QASRA, HARBA)] + [account(killed="1", country=None)]
    )
    assert [i.code for i in incidents] == ["SY170316a", "SY170316b", "XX000000a"]


def test_codes_stay_when_reports_arrive_and_none_is_given_twice() -> None:
    first, second = account(killed="5", on="2017-03-16", at=QASRA), account(killed="9", on="2017-03-16", at=HARBA)
    codes = {a: i.code for i in match([second]) for a in i.accounts}
    both = {i.accounts[0]: i.code for i in match([first, second], codes=codes)}
    assert both[second.id] == codes[second.id] == "SY170316a"
    assert both[first.id] == "SY170316b"
    fresh = match([first], retired={"SY170316a", "SY170316b"})
    assert fresh[0].code == "SY170316c"


def test_each_alone_keeps_the_order_of_the_accounts() -> None:
    accounts = [account(killed=str(n), on="2017-03-16", at=QASRA) for n in (9, 3, 7)]
    alone = each_alone(accounts)
    assert [i.members[0] for i in alone] == accounts
    assert len({i.code for i in alone}) == 3


# ----------------------------------------------------------------- properties

ACCOUNTS = st.lists(
    st.builds(
        lambda day, at, killed, document, n: account(
            killed=killed,
            on=f"2017-03-{day:02}",
            at=at,
            document=f"report-{document}",
            start=100 * n,
            id=f"{n:03}-{document}",
        ),
        day=st.integers(14, 18),
        at=st.sampled_from([QASRA, HARBA, TALIN]),
        killed=st.sampled_from(["1", "5", "12-24", "40-"]),
        document=st.integers(0, 5),
        n=st.integers(0, 30),
    ),
    min_size=2,
    max_size=9,
    unique_by=lambda a: a.id,
)


@given(ACCOUNTS, st.randoms(use_true_random=False))
def test_the_same_incidents_in_any_order(accounts: list[Account], chance: random.Random) -> None:
    assert match(accounts) == match(chance.sample(accounts, len(accounts)))


@given(ACCOUNTS, st.data())
def test_every_account_is_in_one_incident_and_no_decision_is_broken(
    accounts: list[Account], data: st.DataObject
) -> None:
    pairs = data.draw(st.lists(st.sampled_from(list(itertools.combinations(accounts, 2))), max_size=3))
    distinct = [(a, b) for a, b in pairs if a.document != b.document]
    decisions: list[Decision] = [decision("not_same", a, b) for a, b in distinct]
    incidents = match(accounts, decisions)
    assert sorted(a for i in incidents for a in i.accounts) == sorted(a.id for a in accounts)
    assert not [1 for a, b in distinct for i in incidents if {a.id, b.id} <= set(i.accounts)]
    undone = [*decisions, *(decision("undo", value={"decision": d.id}) for d in decisions)]
    assert match(accounts, undone) == match(accounts)


# ------------------------------------------------------------------ doubts


def test_what_is_in_doubt_is_listed_where_most_people_would_be_counted_twice() -> None:
    def pair(killed: int, at: tuple[float, float], told: str) -> list[Account]:
        return [
            account(killed=killed + n, on=f"2017-03-{16 + n}", at=(at[0] + n / 25, at[1]), words=told) for n in (0, 2)
        ]

    few, many = (
        pair(3, QASRA, "raid market stalls vendors awning"),
        pair(30, HARBA, "drone road tanker diesel culvert"),
    )
    incidents = match([*few, *many])
    found = uncertain(incidents)
    assert [d.people for d in found] == [30, 3]
    code = {i.accounts[0]: i.code for i in incidents}
    assert {found[0].left, found[0].right} == {code[a.id] for a in many}
    assert found[0].comparison.score == pytest.approx(sum(f.weight for f in found[0].comparison.features))
    settled = [decision("not_same", *many)]
    assert [d.people for d in uncertain(match([*few, *many], settled), settled)] == [3]
    joined = [decision("same", *many)]
    assert [d.people for d in uncertain(match([*few, *many], joined), joined)] == [3]
