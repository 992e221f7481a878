"""A place claim's words held against a gazetteer: how much of them is a name, what kind it says, who bears it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, TypeAlias

from civcas.core import placekinds
from civcas.core.records import Claim, PlaceName, Record


class Candidate(Record, frozen=True, kw_only=True):
    """A gazetteer entry that bears the name looked up; `kind` is its GeoNames feature code."""

    gazetteer_id: str
    name: str
    lat: float
    lon: float
    kind: str
    country: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    population: int | None = None
    match: Literal["exact", "folded", "fuzzy"] = "exact"
    likeness: float = 1.0  # below 1 where only the sound or the look of the name is the same
    radius_km: float | None = None  # where the gazetteer says so itself
    added: bool = False  # of a list that the desk added: the places it works on
    centroid: bool = False  # the point is the middle of an area that the list draws or names
    disputed: str | None = None  # key of the disputed territory it lies in


Lookup: TypeAlias = Callable[[str], Sequence[Candidate]]

DEMONYM = "DEM"  # kind of the entries that name a people, never a place
_LIKE_ENOUGH = 0.9  # below it a fuzzy match is another name
_NAMED_AFTER = ("street", "landmark")  # a street or school named after a city is not that city
_AREAS = ("governorate", "district", "subdistrict")
_TOWNS = ("village", "town", "city")
_SETTLED = ("village", "town", "camp", "neighbourhood")
_SEAT = re.compile(r"^[A-Z]{1,3}-(?=[A-Z][a-z])")  # "D-Iowa": who sits for it
_LEADING = re.compile(  # what begins names: "South Bend", "St. Paul", "Las Vegas"
    r"\b((?:North|South|East|West|New|Old|St\.|Saint|Mount|Mt\.|Fort|Ft\.|Port|San|Santa|Los|Las|El|Upper|Lower)) $"
)
_PAIR = re.compile(r"([A-Z][a-z]{3,}|[A-Z][a-z]+ [A-Z][a-z]+)-[A-Z]")
_OFFICE = re.compile(r" Department\b")  # of a government, unless the gazetteer knows it
_ATTACHED = re.compile(r"-[a-z]+$")  # "Denver-based"
_POSSESSIVE = re.compile(r"['’]s\b")
_FOLLOWING = re.compile(r"(?:[ -](?:[A-Z][\w'’-]*|[a-z]+\b)){1,3}")
_QUOTES = "#_\"“”„«»'‘’("
_NEXT_ARABIC = re.compile(r" ([\u0620-\u064a]{2,})")


class Reading(Record, frozen=True, kw_only=True):
    """One place claim with the candidates for its name."""

    claim: Claim
    value: PlaceName
    words: str  # the part of the text that the gazetteer knows as a name
    kind: str | None  # the kind the text says it is of
    candidates: tuple[Candidate, ...]
    partial: bool = False  # the gazetteer knows only the first of the words


def read_place(claim: Claim, text: str, lookup: Lookup) -> Reading | None:
    """The claim with its candidates; None where it is no place: a people, or a word with a weak cue and no entry."""
    value = claim.value
    if claim.kind != "place" or not isinstance(value, PlaceName) or value.relation == "demonym":
        return None
    name = _tidy(value.name)
    stated = _stated(claim, value, text)
    likely: Reading | None = None
    for words, kind in _forms(claim, value, name, stated, text):
        if likely is not None and len(words.split()) < len(likely.words.split()):
            break  # the whole name misspelt is more likely meant than its first word
        for spelling in _spellings(words):
            candidates = lookup(spelling)
            if kind is None and _of_a_people(spelling, candidates):
                return None
            fitting = tuple(c for c in candidates if c.kind != DEMONYM and _can_be(c, kind, words, name))
            reading = Reading(
                claim=claim, value=value, words=words, kind=kind, candidates=fitting, partial=len(words) < len(name)
            )
            if any(c.match != "fuzzy" for c in fitting):
                return reading
            own = name.startswith(words) or name.endswith(words)  # a longer form must be known as it stands
            if fitting and own and likely is None and value.cue == "strong":
                likely = reading
    if likely is not None:
        return likely
    if value.cue == "weak" and value.lat is None:
        return None
    return Reading(claim=claim, value=value, words=name, kind=stated, candidates=())


def _of_a_people(words: str, candidates: Sequence[Candidate]) -> bool:
    """Whether the words are an adjective or a people; with the article they may be a country's name as well."""
    exact = any(c.kind == DEMONYM and c.match == "exact" for c in candidates)
    country = any(placekinds.kind_of(c.kind, c.population) == "country" for c in candidates)
    return exact or words.startswith("ال") and not country and any(c.kind == DEMONYM for c in candidates)


def _tidy(name: str) -> str:
    """The name without what a sentence or a hashtag hangs on it: "#تل_رفعت", "Cairo's"."""
    return " ".join(_POSSESSIVE.split(_SEAT.sub("", _plain(name)))[0].split()) or name


def _plain(name: str) -> str:
    bare = name.replace("_", " ").lstrip("#")
    return _ATTACHED.sub("", bare) if bare.isascii() and " " not in bare else bare


def _can_be(c: Candidate, kind: str | None, words: str, name: str) -> bool:
    if c.match == "fuzzy" and c.likeness < _LIKE_ENOUGH:
        return False
    if words.endswith(".") and not name.endswith(".") and c.match != "exact":
        return False  # the end of a sentence, not of an abbreviation
    if kind == "countryside" and len(words) > len(name):  # "Rif Dimashq" is a province's name, no village's
        return placekinds.kind_of(c.kind, c.population) in _AREAS
    # "Jaffa Street" is a street; "the Mosul hospital" may well be in Mosul, "the Nasser hospital" is no place Nasser.
    if kind in _NAMED_AFTER and len(words) <= len(name) and not placekinds.answers(kind, c.kind):
        return kind == "landmark" and c.likeness == 1 and c.kind != "PPLX"
    return True


def _forms(
    claim: Claim, value: PlaceName, name: str, stated: str | None, text: str
) -> Iterator[tuple[str, str | None]]:
    """What may be the name, the longest first, with the kind that the words beside it say."""
    end = claim.span.end
    if text[end : end + 1] == ".":
        yield f"{name}.", stated  # abbreviations: "Ky.", "Conn."
    following = _FOLLOWING.match(text, end) if text[end : end + 1] == " " else None
    longer = following[0].split(" ")[1:] if following else []
    for size in range(len(longer), 0, -1):
        if placekinds.kind_named(longer[size - 1]) or longer[size - 1][:1].isupper():
            yield " ".join((name, *longer[:size])), stated
    if stated in _SETTLED and (following_word := _NEXT_ARABIC.match(text, end)):
        yield f"{name} {following_word[1]}", stated  # "قرية تل الورد الكبير": no capitals show where a name ends
    if ahead := _LEADING.search(text, max(0, claim.span.start - 8), claim.span.start):
        yield f"{ahead[1]} {name}", stated
    before = _unquoted(text[max(0, claim.span.start - 30) : claim.span.start].split("\n")[-1]).split()
    head = before[-1].strip("#_") if before else ""
    said_before = placekinds.kind_before([head]) if head else None
    if said_before and said_before not in _TOWNS:
        yield f"{head} {name}", stated or said_before  # "سد تشرين", "مخيم اليرموك", 'مخيم "الورد"'
    if value.kind and text[end + 1 : end + 1 + len(value.kind)].casefold() == value.kind:
        yield f"{name} {value.kind}", stated
    for words in _prefixes(name, anywhere=value.cue == "weak"):
        bare, said = placekinds.split_kind(words)
        yield words, stated or said
        if bare != words:
            yield bare, stated or said
    if said_before in _TOWNS:  # of these the word is seldom part of the name, though a list may hold it so
        yield f"{head} {name}", stated or said_before


def _unquoted(words: str) -> str:
    return words.rstrip(_QUOTES + " ")


def _stated(claim: Claim, value: PlaceName, text: str) -> str | None:
    """The kind said by the claim, or by the word behind the name ("Nasser Hospital") or before it ("مستشفى ناصر")."""
    known = placekinds.kind_named(value.kind)
    if known and known != "street":
        return known
    line = text[claim.span.end : claim.span.end + 40].split("\n")[0]
    behind = re.match(r"[ -]((?:[A-Z][\w'’-]* ){0,2})([A-Za-z]+)\b", line)
    if behind and not _OFFICE.match(line) and (kind := placekinds.kind_behind(behind[2])):
        return kind
    before = text[max(0, claim.span.start - 40) : claim.span.start].split("\n")[-1].split()
    return (placekinds.kind_before(before) if before else None) or known


def _prefixes(name: str, *, anywhere: bool) -> list[str]:
    """The name and, shortest last, what is left of it when its last words are taken for other words of the sentence.

    Latin script shows by its capitals where a name ends, so there only a tail in small letters is taken off, unless
    the words are merely capitals in a row ("Connecticut Democrat").
    """
    words = name.split()
    whole = [name]
    for size in range(len(words) - 1, 0, -1):
        tail = words[size]
        if anywhere or not tail[:1].isupper() and not (tail.isascii() and "-" in tail):
            whole.append(" ".join(words[:size]))
    if (pair := _PAIR.match(name)) is not None:
        whole.append(pair[1])  # "Fargo-Moorhead": the first of two
    # "تل مالد" without its second word is no place but the word for a hill.
    return [words for words in whole if words == name or words.casefold() not in placekinds.compound_heads()]


def _spellings(name: str) -> list[str]:
    """The name, and for Arabic the name without a particle that may be written as one with it."""
    if name[:1] not in "وفبلك" or len(name) < 4:
        return [name]
    if name.startswith("لل"):
        return [name, "ا" + name]  # للرقة: ل + الرقة
    return [name, name[1:]]
