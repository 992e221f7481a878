"""A place is found under every spelling of its name, the kind of match is told, and no common word finds a place."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civcas.core.placenames import fold_name, plain_name, romanised, skeleton
from civcas.gazetteer import Gazetteer, index_path
from civcas.gazetteer.entries import Entry
from civcas.gazetteer.index import write_index

# One name of a place each, as a list has it, and other spellings of it with the match they are to have.
_FOLDED = {
    "Al Jinah": ("al-Jina", "Al-Jineh", "Jīnah", "el Jina", "AL-JINAH", "Al‑Jinah", "Jeenah"),
    "الجينة": ("جينة", "الجينه", "جينه", "الـجـيـنـة", "الجِينَة"),
    "Khan Shaykhun": (
        "Khan Sheikhoun",
        "Khān Shaykhūn",
        "Khan Cheikhoun",
        "Khan-Shaykhoon",
        "Khansheikhoun",
    ),
    "خان شيخون": ("خان شيخون", "خانشيخون"),
    "Deir ez-Zor": ("Dayr az Zawr", "Deir al-Zour", "Der ez-Zor", "Deir-ez-Zor", "Dair az-Zaur"),
    "Ash Shajarah": ("Al-Shajara", "Esh-Shajara", "ash-Shajarah", "Shajara"),
    "An Nu'manabad": ("al-Numanabad", "Nuʿmānābād", "en-Numanabad"),
    "Ad Dana": ("Al-Dana", "ed-Dana", "Dana", "Al Danah"),
    "Tall Rifat": ("Tell Rifaat", "Tel Rifaat", "Til Rif'at", "Tal Rifat"),
    "Bayt Lahya": ("Beit Lahia", "Beit Lahiya", "Bait Lahya"),
    "Kafr Nabl": ("Kfar Nabl", "Kafar Nabl", "Kafer Nabl"),
    "Jabal Qasyun": ("Jebel Kasioun", "Jabal Kasyoun", "Djebel Qassioun"),
    "Abu az Zuhur": ("Abu al-Dhuhur", "Abou Dhouhour", "Abu adh-Dhuhur"),
    "Al Ghazaliyah": ("Ghazaliya", "al-Gazalia", "El-Ghazaliyeh"),
    "Qalat al Madiq": ("Kalat al-Madik", "Qalaat al Madiq"),
    "Thawraville": ("Sawraville", "Tawraville"),
    "إدلب": ("ادلب", "أدلب", "اِدلب"),
    "موسى": ("موسي", "مُوسَى"),
    "رأس العين": ("راس العين", "رأس عين"),
    "Saint Wardan": ("St. Wardan", "St Wardan"),
    "Møllehus": ("Mollehus", "MØLLEHUS"),
}
_FUZZY = {
    "Mansurata": ("Mansurratat",),
    "Wardanabad": ("Wardanabat", "Wardnabad"),
    "Sandy Creekton": ("Sand Creekton",),
    "وردانآباد": ("وردنآباد",),
}
# Words that reports are full of, and names a slip from which some of them lie.
_WORDS = [
    "night",
    "four",
    "five",
    "dead",
    "street",
    "market",
    "school",
    "people",
    "police",
    "army",
    "attack",
    "house",
    "women",
    "child",
    "forces",
    "power",
    "water",
    "bridge",
    "bread",
    "yesterday",
    "hospital",
    "hospitals",
    "province",
    "reported",
    "building",
    "commander",
    "statement",
    "civilians",
    "government",
    "قتيل",
    "جرحى",
    "سوق",
    "مدرسة",
    "مستشفى",
    "المدنيين",
    "الطيران",
    "غارة",
    "سيارة",
    "براميل",
    "المصادر",
]
_TRAPS = (
    "Nights",
    "Fourr",
    "Fivet",
    "Deade",
    "Streed",
    "Markit",
    "Schol",
    "Peoble",
    "Polixe",
    "Armye",
    "Attach",
    "Womin",
    "Forcess",
    "Powder",
    "Waters",
    "Bridget",
    "Breadh",
    "Yesterdam",
    "Hospitel",
    "Provincia",
    "Reporteda",
    "Buildinge",
    "Commandera",
    "Statemente",
    "Civiliana",
    "Governmento",
    "قتيلا",
    "السوقا",
    "مدرسات",
    "مستشفيا",
    "المدنييت",
    "طيرانة",
    "غاراة",
    "سياراة",
    "براميلة",
    "مصادرة",
)


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gazetteer]:
    path: Path = tmp_path_factory.mktemp("spellings") / "index.sqlite"
    names = itertools.chain(_FOLDED, _FUZZY, _TRAPS)
    entries = (Entry(gazetteer_id=f"t:{name}", name=name, lat=1, lon=1) for name in names)
    write_index(path, entries, stamp="spellings")
    with Gazetteer([path]) as opened:
        yield opened


@pytest.mark.parametrize(("name", "other"), [(n, other) for n, others in _FOLDED.items() for other in others])
def test_another_spelling_of_a_name_is_the_name(gazetteer: Gazetteer, name: str, other: str) -> None:
    found = gazetteer.lookup(other)
    assert f"t:{name}" in {c.gazetteer_id for c in found}
    assert {c.match for c in found} <= {"exact", "folded"}
    assert found[0].match == ("exact" if plain_name(other) == plain_name(name) else "folded")


@pytest.mark.parametrize("name", [*_FOLDED, *_FUZZY])
def test_a_name_as_it_stands_is_exact_and_first(gazetteer: Gazetteer, name: str) -> None:
    found = gazetteer.lookup(name)
    assert (found[0].gazetteer_id, found[0].match, found[0].likeness) == (f"t:{name}", "exact", 1.0)


@pytest.mark.parametrize(("name", "other"), [(n, other) for n, others in _FUZZY.items() for other in others])
def test_a_slip_of_the_pen_is_a_likeness_and_told_as_one(gazetteer: Gazetteer, name: str, other: str) -> None:
    found = gazetteer.lookup(other)[0]
    assert (found.gazetteer_id, found.match) == (f"t:{name}", "fuzzy")
    assert 0.8 < found.likeness < 1


@pytest.mark.parametrize("word", [*_WORDS, *(word.capitalize() for word in _WORDS if word.isascii())])
def test_a_short_or_common_word_is_no_place_by_likeness(gazetteer: Gazetteer, word: str) -> None:
    assert [c for c in gazetteer.lookup(word) if c.match == "fuzzy"] == []


def test_of_the_bundled_places_none_is_like_a_common_word() -> None:
    with Gazetteer([index_path()]) as bundled:
        assert {
            word: found for word in _WORDS if (found := [c.name for c in bundled.lookup(word) if c.match == "fuzzy"])
        } == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Homs", "Hama"),
        ("Jinah", "Jannah"),
        ("Dara", "Zara"),
        ("Raqqa", "Rutba"),
        ("Talafar", "Telaviv"),
        ("الرقة", "الرحبة"),
        ("Crimesc", "Krymsk"),
        ("Wardan", "Wadran"),
    ],
)
def test_other_names_are_other_places(tmp_path: Path, one: str, other: str) -> None:
    write_index(tmp_path / "one.sqlite", [Entry(gazetteer_id="t:1", name=one, lat=1, lon=1)], stamp="one")
    with Gazetteer([tmp_path / "one.sqlite"]) as gazetteer:
        assert gazetteer.lookup(other) == ()


_NAMES = st.text(
    st.sampled_from("abcdefghijklmnopqrstuvwxyzABDGHKLMNQRSTZāīūḩşţ -'’ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآءАБВабв"),
    max_size=24,
)


_SPELT: dict[str, Callable[[str], str]] = {
    "in capitals": str.upper,
    "in small letters": str.lower,
    "in spaces": "  {} ".format,
    "with hyphens": lambda name: name.replace(" ", "-"),
    "with the article": lambda name: f"al-{name}" if fold_name(name).isascii() and fold_name(name) else name,
}


@given(_NAMES, st.sampled_from(sorted(_SPELT)))
def test_whatever_folds_to_a_name_has_its_key_and_sound(name: str, how: str) -> None:
    other = _SPELT[how](name)
    assert fold_name(other) == fold_name(name)
    assert romanised(fold_name(other)) == romanised(fold_name(name))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_NAMES.filter(lambda name: bool(fold_name(name))), min_size=1, max_size=6))
def test_every_name_of_a_list_is_found_in_it_by_its_name_and_by_its_key(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    path = tmp_path_factory.mktemp("any") / "index.sqlite"
    entries = [Entry(gazetteer_id=f"t:{n}", name=name, lat=1, lon=1) for n, name in enumerate(names)]
    write_index(path, entries, stamp="any")
    with Gazetteer([path]) as gazetteer:
        for number, name in enumerate(names):
            found = {c.gazetteer_id: c.match for c in gazetteer.lookup(name)}
            assert found[f"t:{number}"] == "exact"


@given(_NAMES)
def test_levelling_is_done_once_and_for_all(name: str) -> None:
    sound = romanised(fold_name(name))
    if len(skeleton(fold_name(name))) > 1:
        assert skeleton(sound) == skeleton(fold_name(name)), "the index asks for the consonants of the sound alone"
    assert plain_name(plain_name(name)) == plain_name(name)
