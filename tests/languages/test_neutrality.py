"""Exchanging the names of belligerents in a text changes no figure: who acted never weighs on what is counted."""

from __future__ import annotations

import itertools
from collections import Counter
from functools import cache
from typing import Any

import msgspec
import pytest
from tests.languages.cases import HARM, Case, cases, document

from civcas.core.extract.claims import read, units_of
from civcas.core.extract.tagging import Unit
from civcas.core.extract.text import fold, sentences
from civcas.core.records import Document
from civcas.languages import load

# Names of parties that stand alike in a sentence; the first list of a tag serves the names that are in no list.
FORMS: dict[str, dict[str, list[list[str]]]] = {
    "en": {
        "PARTY": [
            ["Israel", "Russia", "Turkey", "Iran", "Hamas", "Hezbollah", "ISIS"],
            ["Israeli military", "Russian military", "Turkish military", "Syrian army", "Iraqi army", "Saudi military"],
            [
                "US forces",
                "Israeli forces",
                "Russian forces",
                "Turkish forces",
                "Syrian Democratic Forces",
                "Houthi forces",
            ],
            ["Israeli soldiers", "Russian troops", "Turkish troops", "Taliban fighters", "Hamas militants"],
        ],
        "PARTYADJ": [["Israeli", "Russian", "Turkish", "American", "Iranian", "Ukrainian", "Syrian"]],
    },
    "ar": {
        "PARTY": [
            ["روسيا", "تركيا", "إيران", "أمريكا", "قسد", "داعش"],
            ["الجيش التركي", "الجيش الإسرائيلي", "الجيش الروسي", "الجيش الأمريكي", "الجيش العراقي", "الجيش السوداني"],
            [
                "قوات النظام",
                "القوات الروسية",
                "القوات التركية",
                "قوات الدعم السريع",
                "قوات الاحتلال",
                "القوات الأمريكية",
            ],
            [
                "تنظيم الدولة",
                "حزب الله",
                "حركة طالبان",
                "حركة الشباب",
                "جماعة الحوثي",
                "التحالف الدولي",
                "هيئة تحرير الشام",
            ],
        ],
        "PARTYADJ": [
            ["روسي", "تركي", "إسرائيلي", "أمريكي", "إيراني"],
            ["روسية", "تركية", "إسرائيلية", "أمريكية", "إيرانية"],
            ["الروسي", "التركي", "الإسرائيلي", "الأمريكي", "الإيراني"],
            ["الروسية", "التركية", "الإسرائيلية", "الأمريكية", "الإيرانية"],
        ],
    },
}


def _named(case: Case) -> list[tuple[str, str]]:
    return list(_parties(case.language, case.text))


@cache
def _parties(language: str, words: str) -> tuple[tuple[str, str], ...]:
    """The surfaces that name a party in the words, with their tags."""
    pack = load(language)
    text = Document(id="case", text=words)
    folded = fold(words, pack.erase)
    found: dict[tuple[str, str], None] = {}
    for start, end in sentences(folded, pack.abbreviations, words):
        for unit in units_of(text, folded, start, end, pack, None):
            for part in _parts(unit):
                if part.tag in ("PARTY", "PARTYADJ") and not part.parts:
                    first, last = folded.original(part.start, part.end)
                    found[words[first:last], part.tag] = None
    return tuple(found)


def _parts(unit: Unit) -> list[Unit]:
    inner = [p for units in unit.parts.values() for u in units for p in _parts(u)]
    return inner or [unit]


def _others(surface: str, tag: str, language: str) -> list[str]:
    forms = FORMS[language][tag]
    alike = next((form for form in forms if surface.removeprefix("the ") in form), forms[0])
    return [name for name in alike if name != surface]


def _figures(case: Case, text: str) -> Counter[Any]:
    """What the text claims of harm, without its quotes and speakers."""
    said: Counter[Any] = Counter()
    for claim in read(document(case, text), load(case.language)):
        if claim.kind in HARM:
            said[claim.kind, msgspec.json.encode(claim.value), claim.negated, claim.scope] += 1
    return said


def _exchanged(text: str, one: str, other: str) -> str:
    """The text with each name in the other's place."""
    return text.replace(one, "\x00").replace(other, one).replace("\x00", other)


NAMING = [case for case in cases() if 1 <= len(_named(case)) <= 2]


@pytest.mark.parametrize("case", NAMING, ids=lambda case: f"{case.language}-{case.line}")
def test_other_names_change_no_figure(case: Case) -> None:
    told = _figures(case, case.text)
    for surface, tag in _named(case):
        for other in _others(surface, tag, case.language):
            text = _exchanged(case.text, surface, other)
            assert _figures(case, text) == told, f"{surface} for {other}: {text}"


@pytest.mark.parametrize(
    "case", [c for c in NAMING if len(_named(c)) == 2], ids=lambda case: f"{case.language}-{case.line}"
)
def test_exchanged_names_change_no_figure(case: Case) -> None:
    (one, tag), (other, second) = _named(case)
    if tag != second or one in other or other in one:
        pairs = [(name, other) for name in _others(one, tag, case.language)[:3] if name not in other]
    else:
        pairs = [(one, other)]
    told = _figures(case, case.text)
    for name, partner in pairs:
        text = _exchanged(_exchanged(case.text, one, name), name, partner) if name != one else case.text
        assert _figures(case, _exchanged(text, name, partner)) == told, text


@pytest.mark.parametrize("language", sorted(FORMS))
def test_enough_cases_name_a_party(language: str) -> None:
    assert sum(case.language == language for case in NAMING) >= 15


@pytest.mark.parametrize("language", sorted(FORMS))
def test_the_names_exchanged_are_parties_of_the_pack(language: str) -> None:
    pack = load(language)
    for tag, forms in FORMS[language].items():
        for name in itertools.chain.from_iterable(forms):
            case = Case(language, 0, name, None, (), (), False)
            assert (name, tag) in _named(case), f"{name} is no {tag} of {pack.tag}"
