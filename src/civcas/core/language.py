"""What any language must supply: a lexicon, patterns over tags, and the little that data cannot say.

A pack's terms.toml holds `[[term]]` tables (tag, words, attributes), `[macros]`, `[[chunk]]` rules that
join units into one, and `[[claim]]` rules whose named groups say what is claimed. Tags become one
letter each, so that a rule is a regular expression over the tags of a sentence (docs/adr/0004).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from civcas.core.errors import BadPack
from civcas.core.extract.text import TOKEN, fold_words
from civcas.core.rules import Grammar, compile_rules, letters_of

Attributes = Mapping[str, Any]
BASE_TAGS = (
    "WORD", "CAP", "NUM", "DECIMAL", "COMMA", "COLON", "SEMI", "DASH", "LPAR", "RPAR", "QUOTE", "SLASH", "PERCENT",
    "MARK", "QTY", "WHO", "DATE", "AGE", "NAME", "HASHWORD",
    "PARTY", "PARTYADJ",
)  # fmt: skip
PARTIES = ("PARTY", "PARTYADJ")
PUNCTUATION = {
    ",": "COMMA", ":": "COLON", ";": "SEMI", "-": "DASH", "(": "LPAR", ")": "RPAR", "[": "LPAR", "]": "RPAR",
    '"': "QUOTE", "/": "SLASH", "%": "PERCENT",
}  # fmt: skip


class Entry(msgspec.Struct, frozen=True):
    """A lexicon entry: its tag and attributes; a cased one is seen only with a capital first letter, one with
    `definite` only where its first word bears the article (true) or lacks it (false), one with `ends` only where
    its first word ends in that letter as written, before folding made two letters one."""

    tokens: tuple[str, ...]
    tag: str
    attributes: Attributes
    cased: bool = False
    definite: bool | None = None
    ends: str | None = None


class LanguagePack(msgspec.Struct, frozen=True, kw_only=True):
    """One language: data compiled for the engine."""

    tag: str
    version: str
    letters: Mapping[str, str]  # tag -> letter
    lexicon: Mapping[
        str, Mapping[str | None, tuple[Entry, ...]]
    ]  # first token -> second (None: alone) -> longest first
    chunks: Grammar
    claims: Grammar
    abbreviations: frozenset[str]
    erase: tuple[re.Pattern[str], ...]
    prefixes: tuple[tuple[str, str], ...]  # glued word and the tag it gets, such as wa- "AND"
    loose: frozenset[str]  # prefixes split off of words that the lexicon does not hold, too
    article: tuple[str, ...]  # left out on both sides when words are compared
    endings: tuple[str, ...]  # left off a word that is none of the lexicon's with them and one without
    shapes: tuple[tuple[re.Pattern[str], str], ...]  # the tag of words not in the lexicon, by their form
    capitals: bool  # whether a capital letter marks a name
    day_first: bool  # whether 3/4 is the third of April
    stop_words: frozenset[str]
    triggers: frozenset[str]  # tags, one of which every account needs: what the prefilter looks for
    given: Mapping[str, Literal["male", "female", "either"]]  # given name -> the gender it tells
    hooks: Mapping[str, Callable[..., Any]]

    @property
    def origin(self) -> str:
        """How its claims are signed, such as rules/en@1."""
        return f"rules/{self.tag}@{self.version}"

    def key(self, token: str) -> str:
        """The token as the lexicon compares it: without its article."""
        for article in self.article:
            if token.startswith(article) and len(token) >= len(article) + 2:
                return token[len(article) :]
        return token

    def known(self, token: str) -> str | None:
        """The key under which the lexicon holds the token, None where it does not."""
        key = self.key(token)
        if key in self.lexicon:
            return key
        for ending in self.endings:
            if key.endswith(ending) and key[: -len(ending)] in self.lexicon:
                return key[: -len(ending)]
        return None


def compile_pack(
    terms: Mapping[str, Any],
    parties: Iterable[Mapping[str, Any]],
    hooks: Mapping[str, Callable[..., Any]],
    *,
    source: str,
) -> LanguagePack:
    """The pack that a terms.toml describes, with the parties' names among its words; raises BadPack."""
    try:
        meta = terms["language"]
        entries = [*terms["term"], *parties]
        tags = dict.fromkeys([*BASE_TAGS, *(e["tag"] for e in entries), *(r["make"] for r in terms.get("chunk", ()))])
        tags |= dict.fromkeys(p[1] for p in (*meta.get("prefixes", ()), *meta.get("shapes", ())))
        letters = letters_of(tags)
        article = tuple(fold_words(a) for a in meta.get("article", ()))
        pack = LanguagePack(
            tag=meta["tag"],
            version=str(meta["version"]),
            letters=letters,
            lexicon={},
            chunks=compile_rules(terms.get("chunk", ()), terms.get("macros", {}), letters, source),
            claims=compile_rules(terms.get("claim", ()), terms.get("macros", {}), letters, source),
            abbreviations=frozenset(meta.get("abbreviations", ())),
            erase=tuple(re.compile(p) for p in meta.get("erase", ())),
            prefixes=tuple((fold_words(p), tag) for p, tag in meta.get("prefixes", ())),
            loose=frozenset(fold_words(p) for p in meta.get("loose", ())),
            article=article,
            endings=tuple(fold_words(e) for e in meta.get("endings", ())),
            shapes=tuple((re.compile(form), tag) for form, tag in meta.get("shapes", ())),
            capitals=bool(meta.get("capitals", True)),
            day_first=bool(meta.get("day_first", True)),
            stop_words=frozenset(fold_words(w) for w in meta.get("stop_words", ())),
            triggers=_triggers(meta.get("triggers", ()), tags, source),
            given={fold_words(n): gender for gender, names in terms.get("given", {}).items() for n in names},
            hooks=hooks,
        )
        return msgspec.structs.replace(pack, lexicon=_lexicon(entries, pack, source))
    except (KeyError, TypeError, re.error) as fault:
        raise BadPack(f"{source}: {type(fault).__name__} {fault}") from fault


def _lexicon(
    entries: Sequence[Mapping[str, Any]], pack: LanguagePack, source: str
) -> dict[str, dict[str | None, tuple[Entry, ...]]]:
    found: dict[str, dict[str | None, list[Entry]]] = {}
    seen: dict[tuple[tuple[str, ...], bool, bool | None, str | None], Entry] = {}
    clashes: list[str] = []
    for entry in entries:
        attributes = {k: v for k, v in entry.items() if k not in ("tag", "words", "cased", "definite", "ends")}
        for word in entry["words"]:
            tokens = tuple(pack.key(t) for t in TOKEN.findall(fold_words(word)) if t not in "#@_")
            if not tokens:
                raise BadPack(f"{source}: the term {word!r} of {entry['tag']} holds no word")
            definite = entry.get("definite")
            if definite == "as written":  # النظام is a party, نظام is any system
                definite = True if fold_words(word).startswith(pack.article) else None
            made = Entry(tokens, entry["tag"], attributes, bool(entry.get("cased", False)), definite, entry.get("ends"))
            key = (tokens, made.cased, made.definite, made.ends)
            other = seen.setdefault(key, made)
            if made.tag in PARTIES and other.tag not in PARTIES:
                seen[key] = made  # what a project calls a party is that party, whatever the word means elsewhere
            elif (other.tag, dict(other.attributes)) != (made.tag, attributes):
                clashes.append(f"{word!r} is both {other.tag} {dict(other.attributes)} and {made.tag} {attributes}")
    for made in seen.values():
        second = made.tokens[1] if len(made.tokens) > 1 else None
        found.setdefault(made.tokens[0], {}).setdefault(second, []).append(made)
    if clashes:
        raise BadPack(f"{source}: " + "; ".join(clashes))
    # Longest first; of equals the one with a condition first, so that "March" beats "march".
    return {
        first: {
            second: tuple(sorted(e, key=lambda e: (-len(e.tokens), not e.cased, e.ends is None, e.definite is None)))
            for second, e in following.items()
        }
        for first, following in found.items()
    }


def _triggers(named: Iterable[str], tags: Mapping[str, None], source: str) -> frozenset[str]:
    unknown = [tag for tag in named if tag not in tags]
    if unknown:
        raise BadPack(f"{source}: no term has the trigger tag {', '.join(unknown)}")
    return frozenset(named)
