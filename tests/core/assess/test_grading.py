import pytest
from msgspec.structs import replace
from tests.factories import account, claim, decision, harm

from civcas.core.assess import assess
from civcas.core.codebook import named_codebook
from civcas.core.match import each_alone, match
from civcas.core.project import read_project
from civcas.core.records import (
    Account,
    Anchor,
    Assessment,
    Claim,
    ClaimKind,
    Incident,
    Party,
    StatementPosition,
    Term,
)

CODEBOOK = named_codebook("default")
PROJECT = read_project(
    """
version = "1"
[[parties]]
name = "Northern Army"
slug = "northern_army"
part_of = ["Northern Alliance"]
aliases.en = ["Northern Army"]
[[parties]]
name = "Northern Alliance"
slug = "northern_alliance"
aliases.en = ["Northern Alliance", "the Alliance"]
[[parties]]
name = "Southern Front"
slug = "southern_front"
countries = ["YE"]
aliases.en = ["Southern Front"]
in_area.en = ["the Alliance"]
[[outlets]]
name = "Front Radio"
belongs_to = ["Southern Front"]
[[outlets]]
name = "several sources"
several = true
aliases.en = ["local sources"]
""",
    source="test",
)
DAY, PLACE = "2017-03-16", (35.1, 36.2)


def told(by: str | tuple[str, ...] = "Northern Army", **fields: object) -> Account:
    fields.setdefault("killed", "5")
    return account(on=DAY, at=PLACE, by=by, **fields)  # type: ignore[arg-type]


def assessed(*accounts: Account) -> Assessment:
    documents = tuple(dict.fromkeys(a.document for a in accounts))
    ids = tuple(a.id for a in accounts)
    return assess(Incident(code="SY170316a", documents=documents, accounts=ids, members=accounts), CODEBOOK, PROJECT)


def verdict(*accounts: Account) -> tuple[str | None, str | None]:
    assessment = assessed(*accounts)
    return assessment.strike_status, assessment.grade


def test_two_independent_origins_make_a_likely_strike_and_fair_harm() -> None:
    assert verdict(told(publisher="Sample One"), told(publisher="Sample Two")) == ("likely_strike", "fair")


def test_one_origin_however_often_it_is_told_is_one() -> None:
    copies = [told(publisher="Sample One") for _ in range(5)]
    assert verdict(*copies) == ("single_source_claim", "weak")
    quoting = [told(publisher=f"Sample {n}", harms=[harm("killed", "5", speaker="Doctor Nader")]) for n in range(5)]
    assert verdict(*quoting) == ("single_source_claim", "weak")
    assert (assessed(*quoting).sources, assessed(*quoting).origins) == (5, 1)


def test_near_copies_are_one_origin() -> None:
    text = "on the evening of the day shells fell on the market street of the town and shops burned until the night"
    copies = [told(publisher=f"Sample {n}", words=text) for n in range(4)]
    assert assessed(*copies).origins == 1
    assert verdict(*copies) == ("single_source_claim", "weak")


def test_words_for_several_sources_are_more_than_one() -> None:
    assert verdict(told(harms=[harm("killed", "5", speaker="local sources")])) == ("likely_strike", "fair")


def test_origins_are_never_more_than_reports_though_a_grade_rests_on_every_voice() -> None:
    def quoting(*speakers: str) -> Account:
        return told(harms=[harm("killed", "5", speaker=speaker) for speaker in speakers])

    alone = assessed(quoting("Doctor Nader", "Nurse Lina", "local sources"))
    assert (alone.sources, alone.origins, alone.grade) == (1, 1, "fair")
    shared = assessed(quoting("Doctor Nader", "Nurse Lina"), quoting("Doctor Nader"))
    assert (shared.sources, shared.origins) == (2, 2)
    repeated = assessed(quoting("Doctor Nader", "Nurse Lina"), quoting("Doctor Nader"), quoting("Doctor Nader"))
    assert (repeated.sources, repeated.origins) == (3, 2)


def test_a_belligerents_outlet_is_no_credible_source_of_harm() -> None:
    assert verdict(told(publisher="Front Radio"), told(publisher="Sample One")) == ("single_source_claim", "weak")


def test_two_sides_blamed_are_contested_and_nobody_blamed_is_too() -> None:
    one, other = told("Northern Army", publisher="Sample One"), told("Southern Front", publisher="Sample Two")
    assert verdict(one, other) == ("contested_strike", "contested")
    nobody = [told((), publisher=f"Sample {n}") for n in range(2)]
    assert verdict(*nobody) == ("contested_strike", "contested")
    assert verdict(told(())) == ("contested_strike", "weak")


def test_a_coalition_and_its_member_are_one_side() -> None:
    one, other = told("Northern Army", publisher="Sample One"), told("Northern Alliance", publisher="Sample Two")
    assert verdict(one, other) == ("likely_strike", "fair")


@pytest.mark.parametrize(
    ("position", "status", "grade"),
    [
        ("accepts", "declared_strike", "confirmed"),
        ("acknowledges_strike", "declared_strike", "fair"),
        ("claims_combatants", "declared_strike", "fair"),
        ("denies", "likely_strike", "fair"),
        ("investigating", "likely_strike", "fair"),
    ],
)
def test_what_a_belligerent_says_of_its_strike(position: StatementPosition, status: str, grade: str) -> None:
    says = {"a Northern Army spokesman": position}
    accounts = (told(publisher="Sample One", says=says), told(publisher="Sample Two"))
    assert verdict(*accounts) == (status, grade)
    (named,) = assessed(*accounts).belligerents
    assert (named.name, named.position) == ("Northern Army", position)
    assert named.attribution == ("known" if status == "declared_strike" else "suspected")


def test_somebody_elses_word_declares_nothing() -> None:
    accounts = (told(publisher="Sample One", says={"a resident": "accepts"}), told(publisher="Sample Two"))
    assert verdict(*accounts) == ("likely_strike", "fair")


def test_an_inquiry_follows_a_denial_and_a_denial_retold_later_undoes_it_not() -> None:
    denied = told(publisher="Sample One", published="2017-03-17", says={"Northern Army": "denies"})
    inquiry = told(publisher="Sample Two", published="2017-03-20", says={"Northern Army": "investigating"})
    retold = told(publisher="Sample Three", published="2017-03-30", says={"Northern Army": "denies"})
    (named,) = assessed(denied, inquiry, retold).belligerents
    assert named.position == "investigating"
    assert [s.position for s in assessed(denied, inquiry, retold).statements] == ["denies", "investigating"]


def test_only_fighters_dead_is_discounted() -> None:
    fighters = [harm("killed", "4", group="belligerents")]
    accounts = [told(killed=None, harms=fighters, publisher=f"Sample {n}") for n in range(2)]
    assert verdict(*accounts) == ("likely_strike", "discounted")


def test_a_form_means_the_party_of_the_country_where_it_acted() -> None:
    said: Claim = claim("belligerent", Party(name="Northern Alliance"), quote="the Alliance")
    here = told("Northern Alliance", claims=[said])
    there = told("Northern Alliance", claims=[said], country="YE")
    for given, name in ((here, "Northern Alliance"), (there, "Southern Front")):
        parties = tuple(replace(b, claims=(said.id,)) for b in given.belligerents)
        assert [b.name for b in assessed(replace(given, belligerents=parties)).belligerents] == [name]


def test_exchanging_two_belligerents_changes_no_count_status_or_grade() -> None:
    def story(first: str, second: str) -> Assessment:
        says: dict[str, StatementPosition] = {first: "denies", second: "supports_other"}
        claimed = harm("killed", "12-24", group="belligerents", speaker=first)
        return assessed(
            told(first, publisher="Sample One", says=says, harms=[claimed]), told(first, publisher="Sample Two")
        )

    one, other = story("Northern Army", "Southern Front"), story("Southern Front", "Northern Army")
    assert (one.killed, one.strike_status, one.grade) == (other.killed, other.strike_status, other.grade)


def test_a_grade_overridden_shows_who_and_why() -> None:
    (incident,) = each_alone([told()])
    made = decision(
        "override", Anchor(code=incident.code), value={"field": "grade", "to": "fair"}, reason="a second witness"
    )
    changed = assess(incident, CODEBOOK, PROJECT, [made])
    assert changed.grade == "fair"
    assert [(r.rule, r.text, r.suggested) for r in changed.reasons if r.field == "grade"] == [
        ("decision", "set to fair by reviewer: a second witness", None),
        ("3.5", "1 independent source of harm", "weak"),
    ]


def test_every_value_has_a_reason() -> None:
    one, other = told(publisher="Sample One", injured="7"), told(publisher="Sample Two")
    (incident,) = match([one, other])
    fields = {r.field for r in assess(incident, CODEBOOK, PROJECT).reasons}
    assert fields >= {"killed.civilians.min", "injured.civilians.max", "strike_status", "grade", "when", "where"}


def sourced(kind: ClaimKind, slug: str, **fields: object) -> Account:
    """An account of a report that quotes several sources and says of them, or of itself, what the slug says."""
    said = claim(kind, Term(slug=slug), document="document-0")
    fields.setdefault("harms", [harm("killed", "5", speaker="local sources")])
    return told(claims=[said], document="document-0", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "slug", "status", "grade"),
    [
        ("sourcing", "attributed_by_several", "likely_strike", "fair"),
        ("sourcing", "attributed_by_one", "single_source_claim", "fair"),
        ("sourcing", "attributed_by_nobody", "single_source_claim", "weak"),
        ("sourcing", "harm_by_one", "single_source_claim", "weak"),
        ("strike_status", "declared_strike", "declared_strike", "fair"),
        ("grade", "weak", "likely_strike", "weak"),
        ("grade", "contested", "likely_strike", "contested"),
    ],
)
def test_what_a_lone_report_says_of_its_sources_is_heard(kind: ClaimKind, slug: str, status: str, grade: str) -> None:
    assert verdict(sourced(kind, slug)) == (status, grade)
    spoke = [r for r in assessed(sourced(kind, slug)).reasons if r.field in ("strike_status", "grade")]
    assert any(r.claims for r in spoke)


def test_the_judgement_of_one_report_decides_nothing_beside_others() -> None:
    assert verdict(sourced("grade", "weak"), told(publisher="Sample Two")) == ("likely_strike", "fair")
