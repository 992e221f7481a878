import pytest
from tests.factories import account, claim, decision, harm

from civcas.core.assess import Standing, assess
from civcas.core.codebook import named_codebook
from civcas.core.match import each_alone, match
from civcas.core.project import read_project
from civcas.core.records import Account, Anchor, Assessment, Figure, Incident, Range, Victim

CODEBOOK = named_codebook("default")
PROJECT = read_project(
    """
version = "1"
[[parties]]
name = "Northern Army"
slug = "northern_army"
state = true
aliases.en = ["Northern Army"]
[[parties]]
name = "Southern Front"
slug = "southern_front"
aliases.en = ["Southern Front"]
""",
    source="test",
)
DAY, PLACE = "2017-03-16", (35.1, 36.2)


def assessed(*accounts: Account) -> Assessment:
    documents = tuple(dict.fromkeys(a.document for a in accounts))
    incident = Incident(
        code="SY170316a", documents=documents, accounts=tuple(a.id for a in accounts), members=tuple(accounts)
    )
    return assess(incident, CODEBOOK, PROJECT)


def told(killed: str | None = None, **fields: object) -> Account:
    return account(killed, on=DAY, at=PLACE, **fields)  # type: ignore[arg-type]


def rules(assessment: Assessment, field: str) -> list[str]:
    return [r.rule for r in assessment.reasons if r.field == field]


@pytest.mark.parametrize(
    ("figures", "low", "high"),
    [
        (["12"], 12, 12),
        (["33-", "151-"], 33, 151),  # 3.2.8: of different origins, they stand side by side
        (["41-", "47-"], 41, 47),
        (["41-"], 41, 41),  # 3.1.11: nothing closes the end but the minimum
        (["101-"], 101, 101),
        (["12-24"], 12, 24),
        (["-5", "3"], 3, 5),
        (["-5"], None, 5),
        (["0-0", "4"], 4, 4),  # a report of nobody harmed lowers no other's figure
        (["0-0"], 0, 0),
    ],
)
def test_lowest_to_highest_of_what_is_told(figures: list[str], low: int | None, high: int) -> None:
    assessment = assessed(*(told(f) for f in figures))
    assert assessment.killed["civilians"] == Range(min=low, max=high)
    if low is not None:
        assert rules(assessment, "killed.civilians.min") == ["3.2.1"]


def test_unknown_is_blank_and_never_nought() -> None:
    assessment = assessed(told(injured="3"))
    assert assessment.killed == {"civilians": Range(), "belligerents": Range()}
    assert assessment.injured["civilians"] == Range(min=3, max=3)
    assert assessment.missing == {}


def test_each_end_of_a_range_names_its_claims() -> None:
    low, high = told("33"), told("151")
    reasons = {r.field: r.claims for r in assessed(low, high).reasons}
    assert reasons["killed.civilians.min"] == (low.claims[0].id,)
    assert reasons["killed.civilians.max"] == (high.claims[0].id,)


def test_a_later_higher_toll_of_the_same_voice_overtakes() -> None:
    early = told("3", publisher="Sample Radio", published="2017-03-16")
    late = told("9", publisher="Sample Radio", published="2017-03-18")
    other = told("9", publisher="Another Sample", published="2017-03-18")
    assessment = assessed(early, late)
    assert assessment.killed["civilians"] == Range(min=9, max=9)
    assert rules(assessment, "killed.civilians.min") == ["3.2.8"]
    assert assessed(early, other).killed["civilians"] == Range(min=3, max=9)


def test_a_toll_that_says_it_rose_overtakes_the_earlier_ones() -> None:
    early = told("3", published="2017-03-16")
    rising = told(harms=[harm("killed", "9", rises=True)], published="2017-03-18")
    assert assessed(early, rising).killed["civilians"] == Range(min=9, max=9)


def test_a_first_count_yields_to_any_higher_one() -> None:
    first = told(harms=[harm("killed", "3", early=True)], published="2017-03-18")
    assert assessed(first, told("9", published="2017-03-16")).killed["civilians"] == Range(min=9, max=9)
    assert assessed(first, told("2")).killed["civilians"] == Range(min=2, max=3)


def test_what_a_report_states_itself_outweighs_whom_it_quotes_below_it() -> None:
    quoted = [harm("killed", "5", speaker="a resident"), harm("killed", "30", speaker="a medic")]
    assert assessed(told("18-", harms=quoted)).killed["civilians"] == Range(min=18, max=30)
    assert assessed(told(harms=quoted)).killed["civilians"] == Range(min=5, max=30)


def test_a_word_without_number_counts_only_where_no_voice_gives_a_number() -> None:
    said = claim("killed", Figure(word="plural"))
    vague = account(on=DAY, at=PLACE, harms=[harm("killed", "2", claims=(said.id,))], claims=[said])
    assert assessed(vague, told("18")).killed["civilians"] == Range(min=18, max=18)
    assert assessed(vague).killed["civilians"] == Range(min=2, max=2)


def test_names_are_a_floor_and_one_person_is_counted_once() -> None:
    names = ["Sami Nader Qasim", "Samy Nader Qassim", "Huda Nader Qasim"]
    assessment = assessed(told("1", victims=names))
    assert assessment.killed["civilians"] == Range(min=2, max=2)
    assert rules(assessment, "killed.civilians.min")[-1] == "3.2.2"
    assert len(assessment.victims) == 2


def test_more_names_than_any_report_counts_are_other_spellings_unless_one_report_lists_them() -> None:
    one, other = told("2", victims=["Sami Nader", "Huda Qasim"]), told("2", victims=["Samee Nadir", "Hoda Al Qasem"])
    assert assessed(one, other).killed["civilians"] == Range(min=2, max=2)
    listing = told(victims=["Sami Nader", "Huda Qasim", "Omar Saleh"])
    assert assessed(one, listing).killed["civilians"] == Range(min=3, max=3)


def test_a_low_figure_of_the_injured_in_one_report_stands_beside_those_that_give_more() -> None:
    low, high = told(injured="1"), [told(injured="4"), told(injured="6")]
    assert assessed(low, high[0]).injured["civilians"] == Range(min=1, max=4)
    assert assessed(low, *high).injured["civilians"] == Range(min=1, max=6)
    assert assessed(low, told(injured="1"), *high).injured["civilians"] == Range(min=1, max=6)
    assert assessed(told("1"), told("4"), told("4"), told("6")).killed["civilians"] == Range(min=1, max=6)


def test_a_figure_five_times_any_other_is_a_wider_total_and_overtakes_nothing() -> None:
    assert assessed(told("4"), told("19")).killed["civilians"] == Range(min=4, max=19)
    assert assessed(told("4"), told("20")).killed["civilians"] == Range(min=4, max=4)
    rising = told(harms=[harm("killed", "90", rises=True)])
    assert assessed(told("4"), rising).killed["civilians"] == Range(min=4, max=4)
    assert assessed(told("4"), told("20"), told("20")).killed["civilians"] == Range(min=4, max=20)


def test_brothers_who_share_all_but_the_first_name_are_two_and_a_first_name_alone_is_one_of_them() -> None:
    names = ["Omar Nader Sami Qasim", "Ziad Nader Sami Qasim", "Omar"]
    assessment = assessed(told("1", victims=names))
    assert assessment.killed["civilians"] == Range(min=2, max=2)
    assert [v.name for v in assessment.victims] == ["Omar Nader Sami Qasim", "Ziad Nader Sami Qasim"]


def test_a_first_name_counts_beside_full_ones_where_age_or_kin_says_who_it_is() -> None:
    victims = [
        Victim(name="Huda Nader"),
        Victim(name="Rami", age=4),
        Victim(name="Sami", relation="son"),
        Victim(name="Khalil"),  # who that is, nothing tells
    ]
    assert assessed(told("1", victims=victims)).killed["civilians"] == Range(min=3, max=3)


def test_a_few_more_names_than_the_toll_leave_it_and_many_more_raise_it() -> None:
    names = ["Omar Nader", "Huda Saleh", "Rami Qasim", "Lina Besh", "Ziad Harbin", "Mona Tellan"]
    assert assessed(told("5", victims=names)).killed["civilians"] == Range(min=5, max=5)
    assert assessed(told("4", victims=names)).killed["civilians"] == Range(min=6, max=6)


def test_the_injured_and_combatants_named_raise_no_toll_of_civilians() -> None:
    victims = [Victim(name="Huda Nader", outcome="injured"), Victim(name="Omar Saleh", group="belligerents")]
    assert assessed(told("1", victims=victims)).killed["civilians"] == Range(min=1, max=1)


def test_one_who_was_injured_and_died_is_among_the_killed() -> None:
    first = told(victims=[Victim(name="Huda Nader", outcome="injured", age=7)])
    later = told(victims=[Victim(name="Huda Nader", outcome="killed")])
    (victim,) = assessed(first, later).victims
    assert (victim.outcome, victim.age) == ("killed", 7)
    assert assessed(first, later).killed["children"] == Range(min=1, max=1)


def test_an_age_outweighs_a_word_and_a_name_without_age_is_an_adults() -> None:
    victims = [
        Victim(name="Sami Nader", age=41, gender="male", group="children"),  # "his son"
        Victim(name="Huda Saleh", gender="female"),
        Victim(name="Rami Qasim", age=9),
    ]
    killed = assessed(told(victims=victims)).killed
    assert (killed["men"], killed["women"], killed["children"]) == (Range(min=1, max=1),) * 3


def test_two_of_one_name_and_different_age_are_two() -> None:
    victims = [Victim(name="Huda Nader", age=7), Victim(name="Huda Nader", age=40)]
    assert assessed(told(victims=victims)).killed["civilians"] == Range(min=2, max=2)


def test_children_women_and_men_are_parts_and_a_floor() -> None:
    parts = [harm("killed", "3", group="children", part=True), harm("killed", "2", group="women", part=True)]
    assert assessed(told("12", harms=parts)).killed["civilians"] == Range(min=12, max=12)
    raised = assessed(told("4", harms=parts))
    assert raised.killed["civilians"] == Range(min=5, max=5)
    assert raised.killed["children"] == Range(min=3, max=3)
    assert rules(raised, "killed.civilians.min")[-1] == "3.8"
    assert assessed(told("1", harms=parts)).killed["civilians"] == Range(min=1, max=1)  # of a wider total


def test_groups_counted_one_by_one_are_summed_where_no_whole_is_given() -> None:
    groups = [harm("killed", "3", group="children"), harm("killed", "2", group="women")]
    assert assessed(told(harms=groups)).killed["civilians"] == Range(min=5, max=5)


# ------------------------------------------------------------------ combatants


def test_fighters_among_the_dead_are_no_civilians() -> None:
    parts = [harm("killed", "3", group="belligerents", part=True)]
    assessment = assessed(told("12", harms=parts))
    assert assessment.killed["civilians"] == Range(min=9, max=9)
    assert assessment.killed["belligerents"] == Range(min=3, max=3)


def test_what_a_belligerent_claims_of_combatants_is_a_maximum_and_no_civilian_less() -> None:
    claimed = harm("killed", "12-24", group="belligerents", speaker="a Northern Army spokesman")
    assessment = assessed(told("47-", harms=[claimed]))
    assert assessment.killed["belligerents"] == Range(min=0, max=24)
    assert assessment.killed["civilians"] == Range(min=47, max=47)
    assert rules(assessment, "killed.belligerents.max") == ["3.4.2"]


def test_disputed_status_counts_in_the_maxima_only() -> None:
    assessment = assessed(told("5", harms=[harm("killed", "2", group="contested")]))
    assert assessment.killed["civilians"] == Range(min=5, max=7)
    assert assessment.killed["belligerents"] == Range(min=0, max=2)


# ------------------------------------------------------------------- decisions


def test_an_excluded_report_counts_for_nothing() -> None:
    kept, gone = told("5"), told("90")
    (incident,) = match([kept, gone], [decision("same", kept, gone)])
    left = assess(incident, CODEBOOK, PROJECT, [decision("exclude", Anchor(document=gone.document))])
    assert left.killed["civilians"] == Range(min=5, max=5)
    assert left.sources == 1


def test_a_value_set_by_a_person_holds_with_their_reason_until_undone() -> None:
    (incident,) = each_alone([told("5")])
    value = {"field": "killed.civilians.max", "to": 8}
    made = decision("override", Anchor(code=incident.code), value=value, reason="seen in the footage")
    changed = assess(incident, CODEBOOK, PROJECT, [made])
    assert changed.killed["civilians"] == Range(min=5, max=8)
    set_, rule = [r for r in changed.reasons if r.field == value["field"]]
    assert (set_.rule, set_.text) == ("decision", "set to 8 by reviewer: seen in the footage")
    assert (rule.rule, rule.suggested) == ("3.3.1", "5")
    undo = decision("undo", value={"decision": made.id})
    assert assess(incident, CODEBOOK, PROJECT, [made, undo]) == assess(incident, CODEBOOK, PROJECT)


def test_several_beside_one_widen_the_maximum_of_a_lone_report() -> None:
    several = claim("killed", Figure(word="plural"), start=90)
    lone = told("1", harms=[harm("killed", "2", claims=(several.id,))], claims=[several])
    assert assessed(lone).killed["civilians"] == Range(min=1, max=2)
    assert assessed(lone, told("1")).killed["civilians"] == Range(min=1, max=1)


def test_civilians_told_as_so_many_of_the_dead_are_the_civilians() -> None:
    some = told("6", harms=[harm("killed", "5", group="civilians", part=True)])
    assert assessed(some).killed["civilians"] == Range(min=5, max=5)


def test_those_counted_go_before_several() -> None:
    several = claim("killed", Figure(word="plural"), start=90)
    girls = harm("killed", "2", group="children")
    report = told(harms=[girls, harm("killed", "2", claims=(several.id,))], claims=[several])
    assert assessed(report, told("2")).killed["civilians"] == Range(min=2, max=2)


def test_a_sum_of_people_of_one_group_is_told_whole() -> None:
    both = Figure(group="belligerents", addends=(Figure(number=4), Figure(number=3)))
    total, first = claim(value=both, document="d"), claim(value=Figure(number=4, part=True), document="d", start=1)
    harms = [
        harm("killed", "4", group="belligerents", part=True, claims=(first.id,)),
        harm("killed", "7", group="belligerents", claims=(total.id,)),
    ]
    fighters = assessed(told(harms=harms, claims=[total, first])).killed["belligerents"]
    assert fighters == Range(min=7, max=7)  # "four soldiers and three officers"


def test_civilians_counted_with_others_are_a_part_of_the_sum() -> None:
    whole = claim(value=Figure(addends=(Figure(group="civilians", number=2), Figure(group="children", number=3))))
    summed, plain = harm("killed", "5", claims=(whole.id,)), harm("killed", "5")
    two = harm("killed", "2", group="civilians", part=True)
    killed = assessed(told(harms=[two, summed], claims=[whole])).killed
    assert killed["civilians"] == Range(min=5, max=5)  # "two civilians and three children"
    assert assessed(told(harms=[two, plain])).killed["civilians"] == Range(
        min=2, max=2
    )  # "five, two of them civilians"


def test_a_value_set_by_a_person_outlives_a_better_reading_that_contradicts_it() -> None:
    """The minimum that a person set stands above what is now the highest figure: that end follows, nothing stops."""
    (incident,) = each_alone([told("5")])
    value = {"field": "killed.civilians.min", "to": 9}
    made = decision("override", Anchor(code=incident.code), value=value, reason="nine death certificates")
    changed = assess(incident, CODEBOOK, PROJECT, [made])
    assert changed.killed["civilians"] == Range(min=9, max=9)
    moved, rule = [r for r in changed.reasons if r.field == "killed.civilians.max"]
    assert (moved.rule, moved.text) == ("decision", "moved to 9, for reviewer set the minimum to it")
    assert (rule.rule, rule.suggested) == ("3.3.1", "5")


def test_of_two_values_set_the_later_holds_and_the_rules_value_stays_beside_it() -> None:
    (incident,) = each_alone([told("5")])
    made = [
        decision("override", Anchor(code=incident.code), value={"field": "killed.civilians.max", "to": to})
        for to in (8, 7)
    ]
    changed = assess(incident, CODEBOOK, PROJECT, made)
    assert changed.killed["civilians"] == Range(min=5, max=7)
    given = [(r.rule, r.suggested) for r in changed.reasons if r.field == "killed.civilians.max"]
    assert given == [("decision", None), ("3.3.1", "5")]


def test_decisions_sorted_out_beforehand_give_the_same() -> None:
    kept, gone, other = told("5"), told("90"), told("7")
    same = decision("same", kept, gone)
    incidents = match([kept, gone, other], [same, decision("not_same", kept, other)])
    taken = [
        same,
        decision("exclude", gone),
        decision("correct", kept, value={"field": "killed.civilians.max", "to": 6}),
        decision("override", Anchor(code=incidents[1].code), value={"field": "grade", "to": "fair"}),
    ]
    for incident in incidents:
        one_by_one = assess(incident, CODEBOOK, PROJECT, taken)
        assert one_by_one == assess(incident, CODEBOOK, PROJECT, Standing.of(taken))
    assert {assess(i, CODEBOOK, PROJECT, taken).grade for i in incidents} == {"weak", "fair"}
