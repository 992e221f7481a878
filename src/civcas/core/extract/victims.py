"""Who is named among the people harmed: names alone or in lists, with what is said of each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, get_args

from civcas.core.extract.quantities import OLDEST
from civcas.core.extract.sentence import Sentence, merged
from civcas.core.extract.tagging import Unit
from civcas.core.language import LanguagePack
from civcas.core.records import Claim, Gender, Group, Person
from civcas.core.rules import Rule

PEOPLE = ("WHO", "PERSON")
REACH = 16  # units: the longest note in brackets behind a name
ADULTS: Mapping[Gender, Group] = {"female": "women", "male": "men"}
GENDERS: tuple[Gender, ...] = get_args(Gender)


def bystander(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """Names in the group `name` that are nobody's who was harmed: who speaks, mourns, or is only said to have the kin
    in the group `kin`; with `places` where something was, unless it begins as a person's name does."""
    for _, parts in sentence.matches(rule):
        if "kin" in parts and not any("relation" in unit.attributes for unit in parts["kin"]):
            continue
        for unit in merged(parts)["name"]:
            if not rule.attributes.get("places") or not given(unit, sentence.pack):
                sentence.used.add(("victim", _bare(unit.parts.get("name", (unit,)), unit)[0].start))
    return iter(())


def victim(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """Named victims: the groups `name` and `age` of the rule, in a sentence that holds one of its `cues`; with
    `aged` only names told with an age, with `known` those that begin with a given name the pack knows; a `listed`
    one takes its outcome from the heading it stands under, one `within_list` is read only on the lines of a list."""
    cues = "".join(sentence.pack.letters[tag] for tag in rule.attributes.get("cues", ()))
    if cues and not any(letter in sentence.string for letter in cues):
        return
    outcome = sentence.heading if rule.attributes.get("listed") else rule.attributes.get("outcome", "killed")
    if not outcome or (rule.attributes.get("within_list") and not sentence.listing):
        return
    for match, parts in sentence.matches(rule):
        told = sentence.headed(match.start()) if rule.attributes.get("listed") else None
        age = next((u.attributes.get("age", u.attributes.get("value")) for u in parts.get("age", ())), None)
        units = merged(parts)["name"]
        if rule.attributes.get("aged"):
            units = tuple(u for u in units if "age" in u.parts)
        if rule.attributes.get("known"):
            units = tuple(u for u in units if u.tag != "NAME" or given(u, sentence.pack) or u.parts.get("age"))
        yield from people_named(sentence, units, told or outcome, age=age)


def people_named(
    sentence: Sentence, units: Sequence[Unit], outcome: str, *, age: float | None = None
) -> Iterator[Claim]:
    """The people named in a stretch of units: "his wife A (31), their children B and C". A word such as "daughters"
    tells of all names until the next such word, "a man" of the next name; what stands in brackets is a note on the
    name before them. A lone capitalised word is a name only where something says so."""
    lead: Unit | None = None
    inside = False
    for unit in units:
        at = sentence.at(unit)
        if unit.tag in ("LPAR", "RPAR"):
            inside = unit.tag == "LPAR"
        elif inside or (at and sentence.units[at - 1].tag == "OF" and at > 1 and sentence.units[at - 2].tag in PEOPLE):
            continue  # "..., who was the wife of A"
        elif unit.tag in PEOPLE or (unit.tag != "NAME" and "name" in unit.parts):
            own = "name" in unit.parts
            if own:
                yield from _victim(sentence, unit, outcome, _notes(sentence.units, at), age=age)
            lead = unit if _several(unit) or not own else None
        elif unit.tag in ("NAME", "CAP"):
            notes = _notes(sentence.units, at)
            if unit.tag == "NAME" or lead or notes or age is not None or given(unit, sentence.pack):
                yield from _victim(sentence, unit, outcome, notes, lead=lead, age=age)
            lead = lead if lead and _several(lead) else None
        elif unit.tag in ("AND", "SEMI", "WITH") and lead and not _several(lead):
            lead = None


def _several(unit: Unit) -> bool:
    return unit.attributes.get("count") == "plural" or (
        unit.attributes.get("number", 1) != 1 or unit.attributes.get("word") is not None
    )


def _notes(units: Sequence[Unit], at: int) -> tuple[Unit, ...]:
    """What is said of the name at the index right beside it: in brackets, or an age before it or after a comma."""
    before = (units[at - 1],) if at and units[at - 1].tag == "AGE" else ()
    rest = units[at + 1 : at + 1 + REACH]
    if rest and rest[0].tag == "LPAR":
        end = next((n for n, unit in enumerate(rest) if unit.tag == "RPAR"), 0)
        return (*(u for u in rest[1:end] if u.tag in ("AGE", "QTY", "NUM", "NAME", *PEOPLE)), *before)
    if len(rest) > 1 and rest[0].tag == "COMMA" and rest[1].tag == "AGE":
        return (rest[1], *before)
    return before


def _victim(
    sentence: Sentence,
    unit: Unit,
    outcome: str,
    notes: Sequence[Unit] = (),
    *,
    lead: Unit | None = None,
    age: float | None = None,
) -> Iterator[Claim]:
    names = _bare(unit.parts.get("name", (unit,)), unit)
    if names[0].attributes.get("title") or ("victim", names[0].start) in sentence.used:
        return
    sentence.used.add(("victim", names[0].start))
    words = sentence.words(names)
    if words.endswith(("'s", "’s")) or any(part.attributes.get("thing") for part in names):
        return  # "Sami Harbin's house", "Harbin News Network"
    own, told = _said((unit, *notes)), _said((lead,) if lead else ())
    gender = own.get("gender") or _gender(unit, names, notes, sentence.pack) or told.get("gender")
    group = own["group"] if own.get("group", "people") != "people" else told.get("group", "people")
    person = Person(
        name=words,
        age=age if age is not None else _age(unit, notes, lead),
        gender=gender,
        outcome=outcome,  # type: ignore[arg-type]
        group=ADULTS[gender] if group in ADULTS.values() and gender else group,
        relation=own.get("relation") or told.get("relation"),
    )
    yield sentence.claim("victim", person, names[0].start, names[-1].end)


def _bare(names: Sequence[Unit], whole: Unit) -> Sequence[Unit]:
    """The name without titles before it and without what follows a dash between spaces."""
    names = names[next((n for n, unit in enumerate(names) if not unit.attributes.get("title")), 0) :] or (whole,)
    for n, unit in enumerate(names):
        if unit.tag == "DASH" and n and unit.start > names[n - 1].end:
            return names[:n]
    return names


def _said(sources: Iterable[Unit]) -> Mapping[str, Any]:
    """Group, gender and relation, from the first of the units that tells each."""
    out: dict[str, Any] = {}
    for source in sources:
        for key in ("group", "gender", "relation"):
            value = source.attributes.get(key)
            if value and out.get(key, "people") == "people":
                out[key] = value
    return out


def _age(unit: Unit, notes: Sequence[Unit], lead: Unit | None) -> float | None:
    """The age told with a name, a single lead's among it: "a 29-year-old woman, Sara Harbin"."""
    own = (*unit.parts.get("age", ()), *unit.parts.get("age_after", ()), *notes)
    if lead and not _several(lead):
        own = (*own, *(u for u in lead.parts.get("adjective", ()) if u.tag == "AGE"), *lead.parts.get("age", ()))
    own = (*own, *(u for u in unit.parts.get("adjective", ()) if u.tag == "AGE"))
    years = (u.attributes.get(key) for u in own for key in ("age", "value", "number") if u.tag != "WHO")
    return next((y for y in years if y is not None and y <= OLDEST), None)


def _gender(unit: Unit, names: Sequence[Unit], notes: Sequence[Unit], pack: LanguagePack) -> Gender | None:
    """What a title, the given name or a byname such as "mother of Rami" tells of the gender; None where it is open."""
    titles = (u.attributes.get("gender") for u in (*unit.parts.get("name", ())[:1], names[0]))
    bynames = (given(note, pack) for note in notes if note.tag == "NAME")
    return next((told for told in (*titles, given(names[0], pack), *bynames) if told in GENDERS), None)


def given(unit: Unit, pack: LanguagePack) -> Gender | Literal["either"] | None:
    """The gender that the first word of a name tells, None where it is no given name that the pack knows."""
    first = unit.parts.get("name", (unit,))[0].text
    return pack.given.get(first) or pack.given.get(first.partition("-")[2])
