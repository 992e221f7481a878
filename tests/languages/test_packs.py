"""Every pack loads, says what it says in known words, and holds nothing that can never be seen."""

from __future__ import annotations

import importlib.resources
import tomllib
from typing import Any, get_args

import pytest

from civcas.core.codebook import named_codebook
from civcas.core.errors import BadPack
from civcas.core.extract.emit import MAKERS
from civcas.core.extract.text import fold_words
from civcas.core.language import compile_pack
from civcas.core.records import Bound, Group, Scope, StatementPosition
from civcas.languages import LANGUAGES, load

HARM_GROUPS = ("killed", "injured", "missing", "detained", "displaced", "none", "toll", "both", "combined", "which")
GROUPS = {
    "speaker": {"speaker"},
    "scope": {"date", "unit"},
    "heading": set(),
    "victim": {"name", "age", "outcome"},
    "statement": {"party", "who", "acting"},
    "belligerent": {"party"},
    "term": {"term"},
    "place": {"place", "kind", "bearing", "unit", "distance"},
    "dating": {"date"},
    "declared": {"number", "what", "party", "percent", "against"},
}


def _terms(language: str) -> dict[str, Any]:
    file = importlib.resources.files(f"civcas.languages.{language}") / "terms.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_pack_loads_once_and_signs_with_its_version(language: str) -> None:
    pack = load(language)
    assert pack.origin == f"rules/{language}@{_terms(language)['language']['version']}"
    assert load(language) is pack


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_say_what_the_records_know(language: str) -> None:
    words = named_codebook("default").words
    for term in _terms(language)["term"]:
        assert term.get("group", "people") in get_args(Group), term
        assert term.get("bound", "exactly") in get_args(Bound), term
        assert term.get("word", "plural") in words, term
        assert term.get("count", "plural") in ("singular", "dual", "plural"), term
        assert term.get("gender", "male") in ("male", "female"), term
        for word in term["words"]:
            assert fold_words(word).strip(), f"{word!r} of {term['tag']} folds to nothing"


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_make_what_the_engine_makes(language: str) -> None:
    for rule in load(language).claims:
        assert rule.make in MAKERS, rule.name
        groups = set(rule.pattern.groupindex)
        if rule.make == "harm":
            assert groups, rule.name
            assert all(group.partition("_")[0].rstrip("0123456789") in HARM_GROUPS for group in groups), rule.name
        else:
            assert {g.partition("_")[0].rstrip("0123456789") for g in groups} <= GROUPS.get(rule.make, groups), (
                rule.name
            )
        if rule.make == "statement":
            assert rule.attributes["position"] in get_args(StatementPosition), rule.name
        if rule.make == "scope":
            assert rule.attributes["scope"] in get_args(Scope), rule.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_two_things(language: str) -> None:
    terms = _terms(language)
    twice = {**terms, "term": [*terms["term"], {"tag": "KILL", "words": [terms["term"][0]["words"][0]]}]}
    with pytest.raises(BadPack, match="is both"):
        compile_pack(twice, (), {}, source="twice")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rule_over_an_unknown_tag_is_refused(language: str) -> None:
    terms = _terms(language)
    broken = {**terms, "claim": [{"make": "harm", "match": "(?P<killed>NOSUCHTAG)"}]}
    with pytest.raises(BadPack, match="NOSUCHTAG"):
        compile_pack(broken, (), {}, source="broken")


def test_a_language_without_a_pack_is_named() -> None:
    with pytest.raises(BadPack, match="xx"):
        load("xx")
