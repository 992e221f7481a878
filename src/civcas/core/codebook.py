"""Words to numbers and the thresholds of the rules: a versioned file, read into a record (domain 3.1)."""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from civcas.core.errors import BadPack
from civcas.core.records import Figure, Record
from civcas.core.values import Count


class Word(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The range that a word stands for, and the rule or page that says so."""

    source: str
    min: int | None = None
    max: int | None = None
    numberless: bool = False  # says that there were several, not how many


class Minimum(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the lowest figure is raised (domain 3.2)."""

    names_are_a_floor: bool = True
    parts_are_a_floor: bool = True
    missing_count: bool = False
    names_leeway: float = 0.34


class Maximum(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an open end is closed (domain 3.1.11), and which figure is too high to be this incident's."""

    close_open_end: bool = True
    implausible_times: int = 0


class Status(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes somebody a combatant (domain 3.4)."""

    belligerent_claim_suffices: bool = False


class Grading(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many independent origins the grades need (domain 3.5)."""

    credible_sources: int = 2
    attributing_sources: int = 2
    copied_words: float = 0.8


class Codebook(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A desk's coding rules; `extends` names the codebook whose words and thresholds hold where this one is silent."""

    name: str
    version: str
    extends: str | None = None
    words: dict[str, Word] = {}
    minimum: Minimum = Minimum()
    maximum: Maximum = Maximum()
    status: Status = Status()
    grading: Grading = Grading()


def read_codebook(text: str, *, source: str) -> Codebook:
    """The codebook that a TOML text states, with what it leaves unsaid of the one it extends; raises BadPack."""
    try:
        codebook = msgspec.toml.decode(text, type=Codebook)
    except msgspec.DecodeError as fault:
        raise BadPack(f"{source}: {fault}") from fault
    said: dict[str, Any] = msgspec.toml.decode(text)
    for key, word in codebook.words.items():
        if word.min is not None and word.max is not None and word.min > word.max:
            raise BadPack(f"{source}: {key!r} has a minimum of {word.min} above its maximum of {word.max}")
    if codebook.extends:
        return _completed(codebook, said, named_codebook(codebook.extends))
    return codebook


def _completed(codebook: Codebook, said: Mapping[str, Any], base: Codebook) -> Codebook:
    """The codebook with the base's words and thresholds wherever its own text gives none."""
    tables = {}
    for name in ("minimum", "maximum", "status", "grading"):
        own = {key: getattr(getattr(codebook, name), key) for key in said.get(name, {})}
        tables[name] = msgspec.structs.replace(getattr(base, name), **own)
    return msgspec.structs.replace(codebook, words=base.words | codebook.words, **tables)


def named_codebook(name: str) -> Codebook:
    """A codebook that ships with civcas: default, isaf, acled or ucdp; raises BadPack for another name."""
    folder = importlib.resources.files("civcas.core").joinpath("codebooks")
    known = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    if name not in known:
        raise BadPack(f"no codebook is called {name!r}; those that ship are {', '.join(known)}")
    return read_codebook(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"), source=f"codebook {name}")


FAMILY = "family"  # the word for relatives of unsaid number; with a number, for so many families


def range_of(figure: Figure, codebook: Codebook) -> Count:
    """The range that a figure's words stand for (domain 3.1); unknown where the codebook lacks the word."""
    if figure.addends:  # "a woman and two children"
        total = _sum([range_of(part, codebook) for part in figure.addends])
        return total if figure.bound == "exactly" else _bounded(total, figure)
    if figure.word == FAMILY and figure.number is not None:  # so many times a family's least, or more
        families, one = _of_number(figure.number, figure), _of_word(Figure(word=FAMILY), codebook)
        return Count(min=(families.min or 0) * (one.min or 1), hedged=families.hedged)
    if figure.word is not None:
        return _of_word(figure, codebook)
    if figure.number is None:
        return Count()
    return _of_number(figure.number, figure)


def numberless(figure: Figure, codebook: Codebook) -> bool:
    """Whether the figure's words say that there were several and not how many; a sum says so with any of its parts."""
    word = codebook.words.get(figure.word or "")
    return (word is not None and word.numberless) or any(numberless(part, codebook) for part in figure.addends)


def _sum(parts: Sequence[Count]) -> Count:
    """The range of all parts together. One whose least is unknown adds nothing to the least: "a leader and several
    others" are one and more where the codebook has no figure for "several"."""
    known = [part.min for part in parts if part.min is not None]
    most = [part.max for part in parts if part.max is not None]
    return Count(
        min=sum(known) if known else None,
        max=sum(most) if len(most) == len(parts) else None,
        hedged=any(part.hedged for part in parts),
    )


def _of_number(number: int, figure: Figure) -> Count:
    match figure.bound:
        case "at_least":
            return Count(min=number)
        case "more_than":
            return Count(min=number + 1)
        case "up_to":
            return Count(max=number)
        case "fewer_than":
            return Count(max=max(number - 1, 0))
        case "almost":
            return Count(max=max(number - 1, 0), hedged=True)
        case "about":
            return Count(min=number, max=number, hedged=True)
        case "between" if figure.upper is not None:
            return Count(min=min(number, figure.upper), max=max(number, figure.upper))
        case _:
            return Count.exactly(number)


def _of_word(figure: Figure, codebook: Codebook) -> Count:
    word = codebook.words.get(figure.word or "")
    return _bounded(Count(min=word.min, max=word.max), figure) if word else Count()


def _bounded(count: Count, figure: Figure) -> Count:
    """A range with a bound keeps the end that the bound leaves standing: "at least dozens" is 12 and up."""
    match figure.bound:
        case "at_least" | "more_than":
            return Count(min=count.min, hedged=count.hedged)
        case "up_to" | "fewer_than":
            return Count(max=count.max, hedged=count.hedged)
        case "almost":
            return Count(max=count.max, hedged=True)
        case "about":
            return Count(min=count.min, max=count.max, hedged=True)
        case _:
            return count
