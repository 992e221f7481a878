import pytest

from civcas.core.errors import BadPack
from civcas.core.project import default_project, read_project

SMALL = """
version = "1"
[[parties]]
name = "Northern Forces"
slug = "northern_forces"
aliases.en = ["the North"]
adjectives.en = ["Northern"]
"""


def test_the_default_project_is_sound() -> None:
    project = default_project()
    assert len(project.parties) > 40
    assert all(party.aliases.get("en") for party in project.parties)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("the Pentagon", "US Forces"),
        ("قسد", "YPG/SDF"),
        ("قوات النظام", "Syrian Government Forces"),
        ("داعش", "ISIS"),
        ("IDF", "Israeli Military"),
        ("the Coalition", "US-led Coalition"),
        ("russian_military", "Russian Military"),
    ],
)
def test_a_party_is_found_by_the_forms_reports_use(form: str, name: str) -> None:
    party = default_project().party(form)
    assert party is not None
    assert party.name == name


def test_no_name_is_no_party() -> None:
    assert default_project().party("") is None
    assert default_project().party(None) is None


def test_the_coalition_is_another_one_in_another_country() -> None:
    project = default_project()
    assert project.party_in("US-led Coalition", "YE", "the coalition") == "Saudi-led Coalition"
    assert project.party_in("US-led Coalition", "AF", "التحالف") == "ISAF/NATO Coalition"
    assert project.party_in("US-led Coalition", "SY", "the coalition") == "US-led Coalition"
    assert project.party_in("US-led Coalition", None, "the coalition") == "US-led Coalition"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("a spokesman of the Israeli army", "Israeli Military"),
        ("U.S. officials", "US Forces"),
        ("the Syrian Observatory for Human Rights", "Syrian Observatory for Human Rights"),
        ("ناشطون", None),
        ("a US journalist", None),
        (None, None),
    ],
)
def test_who_speaks_is_found_in_the_words_that_name_them(words: str | None, name: str | None) -> None:
    source = default_project().source(words)
    assert (source.name if source else None) == name


def test_an_outlet_of_a_party_says_whose_it_is() -> None:
    outlet = default_project().outlet("sana")
    assert outlet is not None
    assert outlet.belongs_to == ("Syrian Government Forces",)


def test_a_form_that_means_two_parties_is_refused_by_name() -> None:
    double = SMALL + '[[parties]]\nname = "Others"\nslug = "others"\naliases.en = ["The north"]\n'
    with pytest.raises(BadPack, match=r"desk\.toml: 'The north' \(en\).*Northern Forces.*Others"):
        read_project(double, source="desk.toml")


@pytest.mark.parametrize(
    "fault",
    [
        'belligerent = "x"\n' + SMALL,
        SMALL + '[[outlets]]\nname = "Radio"\nbelongs_to = ["Nobody"]\n',
        SMALL + '[[parties]]\nname = "Northern Forces"\nslug = "other"\n',
        SMALL + 'part_of = ["Nobody"]',
        SMALL + 'active_until = "last winter"\n',
        "version = ",
    ],
)
def test_a_faulty_project_is_refused_with_its_source(fault: str) -> None:
    with pytest.raises(BadPack, match=r"^desk\.toml"):
        read_project(fault, source="desk.toml")
