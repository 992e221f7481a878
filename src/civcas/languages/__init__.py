"""The language packs: a folder of data each, compiled once and read by the same engine."""

from __future__ import annotations

import functools
import importlib
import importlib.resources
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from civcas.core.errors import BadPack
from civcas.core.language import LanguagePack, compile_pack
from civcas.core.project import PartyEntry, default_project

LANGUAGES = ("ar", "en")


def load(tag: str, parties: tuple[PartyEntry, ...] | None = None) -> LanguagePack:
    """The pack of a language, knowing the parties (those of the default project where none are given)."""
    return _load(tag, default_project().parties if parties is None else parties)


_loaded: dict[tuple[str, int], tuple[tuple[PartyEntry, ...], LanguagePack]] = {}


def _load(tag: str, parties: tuple[PartyEntry, ...]) -> LanguagePack:
    """The compiled pack, kept as long as the same parties are asked for."""
    key = (tag, hash(tuple((p.name, p.slug) for p in parties)))
    if key not in _loaded or _loaded[key][0] != parties:
        _loaded[key] = (parties, _compile(tag, parties))
    return _loaded[key][1]


def _compile(tag: str, parties: Iterable[PartyEntry]) -> LanguagePack:
    if tag not in LANGUAGES:
        raise BadPack(f"there is no language pack {tag!r}; there are {', '.join(LANGUAGES)}")
    terms = {**_data(tag, "names.toml"), **_data(tag, "terms.toml")}
    return compile_pack(
        terms,
        _names(tag, parties, _fighters(terms), terms["language"].get("forces", ())),
        _hooks(tag),
        source=f"languages/{tag}/terms.toml",
    )


def _data(tag: str, name: str) -> dict[str, Any]:
    """A file of a pack's data; nothing where the pack has none of that name."""
    file = importlib.resources.files(f"civcas.languages.{tag}") / name
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except tomllib.TOMLDecodeError as fault:
        raise BadPack(f"languages/{tag}/{name}: {fault}") from fault


def _fighters(terms: Mapping[str, Any]) -> frozenset[str]:
    """The pack's nouns for fighters: a party's name that holds one names people who can be counted."""
    return frozenset(w for term in terms["term"] if term.get("group") == "belligerents" for w in term["words"])


def _names(
    tag: str, parties: Iterable[PartyEntry], fighters: frozenset[str], forces: Iterable[str]
) -> list[Mapping[str, Any]]:
    """The parties' names and adjectives as terms, tagged PARTY and PARTYADJ; those that name a party by its fighters
    ("Northland soldiers") are marked. Each party's forces may be called by any of its adjectives, whether its list of
    names says so or not, unless that is another's name."""
    found: list[Mapping[str, Any]] = []
    taken: set[str] = set()
    given = [(p, k, f.get(tag, ())) for p in parties for k, f in (("PARTY", p.aliases), ("PARTYADJ", p.adjectives))]
    made = [(p, "PARTY", [form.format(f) for f in fs for form in forces]) for p, k, fs in given if k == "PARTYADJ"]
    for party, kind, forms in (*given, *made):
        fresh = [form for form in forms if form.lower() not in taken]
        taken.update(form.lower() for form in fresh)
        armed = [form for form in fresh if kind == "PARTY" and fighters & set(form.split()[1:])]
        plain = [form for form in fresh if form not in armed]
        if plain:
            found.append({"tag": kind, "name": party.name, "words": plain, "definite": "as written"})
        if armed:
            found.append({"tag": kind, "name": party.name, "words": armed, "definite": "as written", "fighters": True})
    return found


@functools.cache
def _hooks(tag: str) -> Mapping[str, Callable[..., Any]]:
    """The pack's own functions: the little that data cannot say."""
    module = importlib.import_module(f"civcas.languages.{tag}.hooks")
    return dict(getattr(module, "HOOKS", {}))
