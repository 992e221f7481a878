"""What a desk has decided beforehand (project.toml): parties, outlets, inclusion, conflicts, publication."""

from __future__ import annotations

import functools
import importlib.resources
import re
from typing import Literal

import msgspec

from civcas.core.errors import BadPack, BadSource
from civcas.core.records import Record
from civcas.core.values import Period

OutletKind = Literal[
    "agency", "newspaper", "broadcaster", "local", "activist", "monitor", "rescue", "health", "official",
    "belligerent", "social", "other",
]  # fmt: skip
MOST_KNOWN = 20_000  # speakers remembered with what they come to
Forms = dict[str, tuple[str, ...]]  # language tag -> surface forms as they stand in reports


class PartyEntry(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A belligerent: how the record calls it and how reports do."""

    name: str
    slug: str
    aliases: Forms = {}
    adjectives: Forms = {}  # attribute beside an act or weapon, never beside a person
    in_area: Forms = {}  # mean this party in its countries, whatever they mean elsewhere
    state: bool = False
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2, where it acts
    part_of: tuple[str, ...] = ()  # coalitions: naming the party and its coalition is no competing claim
    active_from: str | None = None  # EDTF
    active_until: str | None = None


class Outlet(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A source of reports."""

    name: str
    kind: OutletKind = "other"
    aliases: Forms = {}
    belongs_to: tuple[str, ...] = ()  # parties and outlets it is not independent of
    credible: bool = True
    several: bool = False  # words for more than one unnamed source ("local sources")


class Conflict(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A conflict with the countries and the period (EDTF) the desk watches."""

    name: str
    countries: tuple[str, ...]
    start: str | None = None
    end: str | None = None
    monitored_from: str | None = None
    monitored_until: str | None = None


class Publication(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What has to be true before an incident is published."""

    sign_off: bool = False  # by a second person
    minimum_sources: int = 1


class Inclusion(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which events belong in the record (Every Casualty: publish the criteria)."""

    criteria: tuple[str, ...] = ()
    harm: tuple[str, ...] = ("killed", "injured", "missing", "detained")


class Project(Record, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """The desk's decisions taken beforehand, read from project.toml."""

    version: str
    name: str = "project"
    codebook: str = "default"
    parties: tuple[PartyEntry, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    inclusion: Inclusion = Inclusion()
    publication: Publication = Publication()

    def party(self, name: str | None) -> PartyEntry | None:
        """The party of that name, slug or alias in any language, whatever the case."""
        return self._parties.get((name or "").casefold())

    def outlet(self, name: str | None) -> Outlet | None:
        """The outlet of that name or alias in any language, whatever the case."""
        return self._outlets.get((name or "").casefold())

    def source(self, words: str | None) -> PartyEntry | Outlet | None:
        """The party or outlet named in the words that name a speaker ("a spokesman of the Northern Army"). Forms
        that are adjectives too name nobody here: a Northern journalist does not speak for the Northern Army."""
        words = words or ""
        if words not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[words] = self._source(words)
        return self._known[words]

    def _source(self, words: str) -> PartyEntry | Outlet | None:
        tokens = _tokens(words)
        lengths = range(min(len(tokens), self._longest), 0, -1)
        stretches = (tokens[n : n + length] for length in lengths for n in range(len(tokens) - length + 1))
        return next((self._sources[s] for s in stretches if s in self._sources), None)

    def party_in(self, name: str, country: str | None, form: str | None = None) -> str:
        """The party's name, or the party that the same surface form means in that country."""
        return self._in_area.get((country or "", (form or "").casefold()), name)

    @functools.cached_property
    def _known(self) -> dict[str, PartyEntry | Outlet | None]:
        """What was asked of `source` before: a record names the same few sources again and again."""
        return {}

    @functools.cached_property
    def _parties(self) -> dict[str, PartyEntry]:
        return {key: party for party in reversed(self.parties) for key in _names(party)}

    @functools.cached_property
    def _outlets(self) -> dict[str, Outlet]:
        return {key: outlet for outlet in reversed(self.outlets) for key in _names(outlet)}

    @functools.cached_property
    def _in_area(self) -> dict[tuple[str, str], str]:
        entries = ((p, form) for p in self.parties for forms in p.in_area.values() for form in forms)
        return {(country, form.casefold()): p.name for p, form in entries for country in p.countries}

    @functools.cached_property
    def _sources(self) -> dict[tuple[str, ...], PartyEntry | Outlet]:
        adjectives = {_tokens(form) for p in self.parties for forms in p.adjectives.values() for form in forms}
        entries: tuple[PartyEntry | Outlet, ...] = (*self.parties, *self.outlets)
        return {t: e for e in entries for name in _names(e) if (t := _tokens(name)) and t not in adjectives}

    @functools.cached_property
    def _longest(self) -> int:
        return max(map(len, self._sources), default=0)


def _names(entry: PartyEntry | Outlet) -> set[str]:
    slug = (entry.slug,) if isinstance(entry, PartyEntry) else ()
    return {n.casefold() for n in (entry.name, *slug, *(f for forms in entry.aliases.values() for f in forms))}


def _tokens(words: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", words.casefold().replace(".", "")))


def read_project(text: str, *, source: str) -> Project:
    """The project that a TOML text states; raises BadPack naming the source and the fault."""
    try:
        project = msgspec.toml.decode(text, type=Project)
    except msgspec.DecodeError as fault:
        raise BadPack(f"{source}: {fault}") from fault
    _check(project, source)
    return project


def _check(project: Project, source: str) -> None:
    """One surface form means one party; dates are EDTF; what is named exists."""
    meaning: dict[tuple[str, str], str] = {}
    known = {p.name for p in project.parties} | {o.name for o in project.outlets}
    for party in project.parties:
        for field in ("aliases", "adjectives"):
            for language, forms in getattr(party, field).items():
                for form in forms:
                    other = meaning.setdefault((f"{field} {language}", form.casefold()), party.name)
                    if other != party.name:
                        said = f"{form!r} ({language}) is said to mean both {other!r} and {party.name!r}"
                        raise BadPack(f"{source}: {said}")
        for edtf in filter(None, (party.active_from, party.active_until)):
            try:
                Period.parse(edtf)
            except BadSource as fault:
                raise BadPack(f"{source}: party {party.name!r}: {fault}") from fault
    for names, what in (([p.name for p in project.parties], "party"), ([p.slug for p in project.parties], "slug")):
        double = next((n for n in names if names.count(n) > 1), None)
        if double:
            raise BadPack(f"{source}: the {what} {double!r} stands twice")
    for party in project.parties:
        stranger = next((n for n in party.part_of if n not in known), None)
        if stranger:
            raise BadPack(f"{source}: party {party.name!r} is said to be part of {stranger!r}, which is no party here")
    for outlet in project.outlets:
        unknown = next((n for n in outlet.belongs_to if n not in known), None)
        if unknown:
            raise BadPack(f"{source}: outlet {outlet.name!r} names {unknown!r}, which is no party or outlet here")


def default_project() -> Project:
    """The project that ships with civcas."""
    text = importlib.resources.files("civcas.core").joinpath("project.toml").read_text(encoding="utf-8")
    return read_project(text, source="civcas/core/project.toml")
