"""People by name, age and gender, in whatever spelling or script; all names are invented."""

from __future__ import annotations

import pytest

from civcas.core.errors import BadSource
from civcas.core.match.lists import coded, duplicates, held_against, listed, named
from civcas.core.match.persons import Entry, Roster, across, likeness, words_of
from civcas.core.records import Anchor, Victim, When
from civcas.core.values import Period

CROWD = ("Nadim Salloum", "Karim Haddad", "Rula Shami", "Hassan Qabbani", "Amal Jundi", "Bassel Atrash")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Sarhan Marzouk", "سرحان مرزوق"),
        ("Hudhaifa al-Qattan", "حذيفة القطان"),
        ("Abdul Rahman Salloum", "عبدالرحمن سلوم"),
        ("Abdelrahman Salloum", "عبد الرحمن السلوم"),
        ("Ezzeddine Sayyad", "عز الدين صياد"),
        ("Nasrallah Jundi", "نصر الله الجندي"),
        ("Na'aman Barghout", "نعمان البرغوث"),
        ("Mohammad AlKadro", "محمد كدرو"),
        ("Hajj Muhammed Kadro", "Mohamad Kaddro"),
    ],
)
def test_spellings_of_one_name_are_alike_word_for_word(left: str, right: str) -> None:
    mine, theirs = words_of(left), words_of(right)
    assert len(mine) == len(theirs) == 2
    assert all(likeness(a, b) > 0.5 for a, b in zip(mine, theirs, strict=True))


@pytest.mark.parametrize(("left", "right"), [("Sarhan", "مرزوق"), ("Rahman", "عبدالرحمن"), ("Karim", "نديم")])
def test_other_names_are_not(left: str, right: str) -> None:
    assert likeness(words_of(left)[0], words_of(right)[0]) < 0.5


def test_across_is_of_two_scripts_only() -> None:
    assert across("sarhan", "سرحان")
    assert not across("sarhan", "sarhan")
    assert not across("sarhan", "نديم")


def roster(*more: Entry) -> Roster:
    return Roster([*(Entry(id=name, names=(name,)) for name in CROWD), *more])


def entry(name: str, age: float | None = None, **fields: object) -> Entry:
    return Entry(id="asked", names=(name,), age=age, **fields)  # type: ignore[arg-type]


SARHAN = Entry(id="17", names=("Sarhan Adel Marzouk", "سرحان عادل مرزوق"), age=34, gender="male")


@pytest.mark.parametrize(
    ("asked", "status", "conflicts"),
    [
        (entry("Sarhan Adel Marzuq"), "full", ()),
        (entry("سرحان عادل مرزوق", 35), "full", ()),
        (entry("Sarhan Marzouk", 34), "full", ()),
        (entry("Sarhan Marzouk"), "partial", ()),
        (entry("Sarhan Adel Marzouk", 50), "partial", ("age 34–50",)),
        (entry("Sarhan Adel Marzouk", 34, gender="female"), "partial", ("gender female against male",)),
        (entry("Adel Adel Marzouk"), "none", ()),
        (entry("Sarhan"), "none", ()),
        (entry(""), "none", ()),
        (entry("Nobody Whosoever"), "none", ()),
    ],
)
def test_the_status_on_a_list(asked: Entry, status: str, conflicts: tuple[str, ...]) -> None:
    held = roster(SARHAN).held(asked)
    assert held.status == status
    if held.candidates:
        assert (held.candidates[0].id, held.candidates[0].conflicts) == ("17", conflicts)


def test_two_rows_that_fit_alike_leave_it_open() -> None:
    twin = Entry(id="18", names=("Sarhan Adel Marzouk",), age=34)
    held = roster(SARHAN, twin).held(entry("Sarhan Adel Marzouk", 34))
    assert (held.status, {c.id for c in held.candidates}) == ("partial", {"17", "18"})


def test_a_rare_name_says_more_than_a_common_one() -> None:
    common = [
        Entry(id=f"c{n}", names=(f"Nadim {family}",)) for n, family in enumerate(("Atassi", "Barazi", "Dandashi"))
    ]
    many = roster(SARHAN, *common, Entry(id="n", names=("Nadim Salloum",)))
    rare = many.candidates(entry("Sarhan Marzouk"))[0]
    other = many.candidates(entry("Nadim Salloum"))[0]
    assert rare.score > other.score


def test_a_list_of_sixty_thousand_is_gone_through_by_blocks() -> None:
    """Who shares no pair of sounds is never compared: the work is that of the mates, not of the list."""
    crowd = [Entry(id=str(n), names=(f"{a}a{b}u {c}o{d}i",)) for n, (a, b, c, d) in enumerate(_letters(20_000))]
    big = Roster([*crowd, SARHAN])
    assert len(big._mates([words_of("Sarhan Adel Marzouk")], SARHAN)) < 50
    assert big.held(entry("Sarhan Adel Marzouk")).candidates[0].id == "17"


def _letters(number: int) -> list[tuple[str, str, str, str]]:
    letters = "bdfgjklmnrst"
    return [
        (letters[n % 12], letters[n // 12 % 12], letters[n // 144 % 12], letters[n // 1728 % 12]) for n in range(number)
    ]


# ------------------------------------------------------------------ lists and duplicates


def test_the_row_of_a_list_as_it_is_written() -> None:
    row = {"id": 17.0, "name": " Sarhan  Marzouk ", "original": None, "age": "٣٤ سنة", "gender": "ذكر"}
    found = listed(row, number=2)
    assert (found.id, found.name, found.age, found.gender) == ("17", "Sarhan Marzouk", 34, "male")
    assert listed({"name": "A B", "age": "6 months"}, number=2).age == 0.5
    assert listed({"name": "A B", "age": "unknown"}, number=9).id == "row 9"
    for bad in (
        {"name": " "},
        {"name": "A B", "age": "old"},
        {"name": "A B", "age": "126"},
        {"name": "A B", "age": "1e9"},
    ):
        with pytest.raises(BadSource):
            listed(bad, number=2)


def told(incident: str, name: str, day: str, age: float | None = None) -> tuple[object, ...]:
    anchor = Anchor(document=f"report-{incident}-{name}", kind="victim", spans=((0, len(name)),))
    return incident, Victim(name=name, age=age), [(name, anchor)], When.of(Period.parse(day))


def test_people_die_once_and_are_told_of_more_than_once() -> None:
    crowd = [told(f"SY19010{n}a", name, "2019-01-01") for n, name in enumerate(CROWD)]
    same = [
        told("SY190503a", "Sarhan Adel Marzouk", "2019-05-03", 34),
        told("SY190504a", "سرحان مرزوق", "2019-05-04", 34),
    ]
    late = told("SY190903a", "Sarhan Adel Marzouk", "2019-09-03", 34)
    people = coded([*crowd, *same, late])  # type: ignore[list-item]
    found = {tuple(sorted((p.left, p.right))): p for p in duplicates(people, [])}
    first, second, third = (p.code for p in people[-3:])
    soon, apart = found[tuple(sorted((first, second)))], found[tuple(sorted((first, third)))]
    assert [f.detail for f in soon.features if f.name == "incident"] == ["1 days apart"]
    assert [f.weight for f in apart.features if f.name == "incident"] == [-4.0]


def test_codes_are_as_long_as_it_takes_and_name_one_person() -> None:
    people = coded([told(f"SY{n:06}a", "Sarhan Marzouk", "2019-05-03") for n in range(3000)])  # type: ignore[misc]
    codes = {p.code for p in people}
    assert len(codes) == len(people)
    assert [p.code for p, _ in named(people, people[7].code)] == [people[7].code]
    assert named(people, "P-") == []


def test_nobody_is_on_an_empty_list() -> None:
    people = coded([told("SY190503a", "Sarhan Adel Marzouk", "2019-05-03")])  # type: ignore[list-item]
    assert [h.status for h in held_against(people, [], "list", [])] == ["none"]
    assert list(held_against([], [], "list", [])) == []
