"""Rules as patterns over tags, and which tags a sentence must hold for a rule to be worth trying.

Each tag is one letter of the private use area, and each rule one bit: a letter is known by the rules that it brings a
step nearer, and a rule that lacks one of its own is passed over without looking at the sentence (docs/adr/0004).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from civcas.core.errors import BadPack

FIRST_LETTER = 0xE000
MOST_WISHES = 4  # of a rule that are looked at: a fifth rules out next to nothing more
Wishes = tuple[frozenset[str], ...]


class Rule(msgspec.Struct, frozen=True):
    """A pattern over tags. `make` is the tag a chunk gets, or the kind of claims; groups name the parts."""

    name: str
    make: str
    pattern: re.Pattern[str]
    attributes: Mapping[str, Any]
    needs: str  # tag letters, one of which must be in the sentence for the rule to be tried
    wants: Wishes  # of each a letter must be in the sentence, or the rule has nothing to say


class Grammar(msgspec.Struct, frozen=True):
    """Rules in their order, laid out so that those which cannot match are passed over fast. A number stands for what a
    sentence's letters meet: MOST_WISHES stretches of bits, the n-th stretch with one for each rule's n-th wish."""

    rules: tuple[Rule, ...]
    open: int  # what is met without any letter: the wishes that a rule with fewer does not have
    met: Mapping[str, int]  # letter -> what it meets

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Grammar:
        rows = tuple(rules)
        unmet, met = 0, dict[str, int]()
        for number, rule in enumerate(rows):
            for nth in range(MOST_WISHES):
                bit = 1 << nth * len(rows) + number
                if nth >= len(rule.wants):
                    unmet |= bit
                else:
                    met |= {letter: met.get(letter, 0) | bit for letter in rule.wants[nth]}
        return cls(rows, unmet, met)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def meeting(self, string: Iterable[str]) -> int:
        """What the letters meet."""
        found, met = self.open, self.met
        for letter in set(string):
            if letter in met:
                found |= met[letter]
        return found

    def live(self, met: int) -> int:
        """The rules of which every wish is met: a bit each, the first rule's the lowest."""
        size = len(self.rules)
        found = met & (1 << size) - 1
        for nth in range(1, MOST_WISHES):
            found &= met >> nth * size
        return found

    def fitting(self, string: Iterable[str]) -> list[Rule]:
        """The rules that may match a string of these letters."""
        rules, live, found = self.rules, self.live(self.meeting(string)), []
        while live:
            lowest = live & -live
            found.append(rules[lowest.bit_length() - 1])
            live ^= lowest
        return found

    def matching(self, string: str) -> list[Rule]:
        """The rules that match somewhere in the string."""
        return [rule for rule in self.fitting(string) if rule.pattern.search(string)]


def letters_of(tags: Iterable[str]) -> dict[str, str]:
    """A letter for each tag."""
    return {tag: chr(FIRST_LETTER + n) for n, tag in enumerate(tags)}


_MACRO = re.compile(r"\{(\w+)(?::(\w+))?\}")
_TAG = re.compile(r"\b[A-Z][A-Z0-9_]+\b")


def compile_rules(
    rows: Iterable[Mapping[str, Any]], macros: Mapping[str, str], letters: Mapping[str, str], source: str
) -> Grammar:
    """The rules of a pack's tables, macros filled in; raises BadPack."""
    rules = []
    for number, row in enumerate(rows, 1):
        name = row.get("name") or f"{row['make']} {number}"
        text = row["match"]
        for _ in range(6):  # macros may name macros; {name:group} gives the whole a group name
            text = _MACRO.sub(functools.partial(_macro, macros=macros, where=f"{source}: rule {name}"), text)
        try:
            pattern = re.compile("".join(_TAG.sub(lambda m: letters[m.group()], text).split()))
        except (KeyError, re.error) as fault:
            raise BadPack(f"{source}: rule {name}: {fault}") from fault
        attributes = {k: v for k, v in row.items() if k not in ("name", "make", "match", "needs")}
        needs = "".join(letters[tag] for tag in row.get("needs", ()))
        cues = "".join(letters[tag] for tag in row.get("cues", ()))
        rules.append(Rule(name, row["make"], pattern, attributes, needs, _wants(pattern.pattern, needs, cues)))
    return Grammar.of(rules)


def _macro(found: re.Match[str], *, macros: Mapping[str, str], where: str) -> str:
    name, group = found.groups()
    if name.isdigit():
        return found.group()  # a regular expression's own {0,3}
    if name not in macros:
        raise BadPack(f"{where}: there is no macro {name!r}")
    return f"(?P<{group}>{macros[name]})" if group else f"(?:{macros[name]})"


def _wants(pattern: str, *further: str) -> Wishes:
    """The narrowest wishes of a rule: those of its pattern, and of each string of letters one of them."""
    wishes = {*required(pattern), *(frozenset(letters) for letters in further if letters)}
    return tuple(sorted(wishes, key=lambda wish: (len(wish), sorted(wish)))[:MOST_WISHES])


def required(pattern: str) -> list[frozenset[str]]:
    """Sets of letters, of each of which one stands in every string that the pattern matches. What is not understood
    asks for nothing: too few sets only cost time."""
    return _Pattern(pattern).choice()


_OPEN = re.compile(r"\((?:\?(?:P<\w+>|[:>]|<?[=!]))?")
_TIMES = re.compile(r"(?:[*?]|\{0?(?:,\d*)?\}|(?P<some>\+|\{\d+(?:,\d*)?\}))[?+]?")


class _Pattern:
    """A regular expression while it is looked through."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def choice(self) -> list[frozenset[str]]:
        options = [self.sequence()]
        while self.text[self.at : self.at + 1] == "|":
            self.at += 1
            options.append(self.sequence())
        if len(options) == 1:
            return options[0]
        return [frozenset().union(*(min(option, key=len) for option in options))] if all(options) else []

    def sequence(self) -> list[frozenset[str]]:
        found: list[frozenset[str]] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            wished = self.atom()
            times = _TIMES.match(self.text, self.at)
            if times:
                self.at = times.end()
            if not times or times["some"]:
                found += wished
        return found

    def atom(self) -> list[frozenset[str]]:
        if opened := _OPEN.match(self.text, self.at):
            self.at = opened.end()
            inner = self.choice()
            self.at += 1
            return [] if opened.group().endswith("!") else inner
        start = self.at
        if self.text[start] == "[":
            self.at = self.text.index("]", start) + 1
            letters = self.text[start + 1 : self.at - 1]
        else:
            self.at += 2 if self.text[start] == "\\" else 1
            letters = self.text[start : self.at]
        return [frozenset(letters)] if all(ord(letter) >= FIRST_LETTER for letter in letters) else []
