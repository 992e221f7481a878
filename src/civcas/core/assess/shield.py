"""What the public may not read of people: names nobody released, wherever they stand in the words of the record.

The one rule: of a person whose name is not released the public sees age, gender and what happened, and no mention;
and in any words shown, every word that is a word of such a name in some spelling or script is blacked out. Better one
word too many than a name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from civcas.core.assess.naming import Place, places_of, standing
from civcas.core.assess.people import people
from civcas.core.extract.text import fold_words
from civcas.core.match.columns import PARTICLES
from civcas.core.match.persons import Word, likeness, words_of
from civcas.core.placenames import fold_name, skeleton
from civcas.core.records import (
    Account,
    Assessment,
    Belligerent,
    Claim,
    Decision,
    Declared,
    Dispute,
    Party,
    PartyResponse,
    Person,
    PlaceName,
    Position,
    StrikeReport,
    Total,
    Victim,
    Where,
    claims_of,
    digest,
)

R = TypeVar("R", bound=msgspec.Struct)

WITHHELD = "name withheld"
BLACK = "▮▮▮"
ALIKE = 0.7  # from here on two words of one script are taken for one name: lower than for counting people
TELLING = 3  # consonants that two scripts do not share by chance; fewer count only beside another such word

# Fields that hold terms, ids, days and codes of the record itself, never words of a report.
TERMS = frozenset(
    {
        "account", "accounts", "admin1", "against", "assessment", "attribution", "bound", "candidates", "captured",
        "causes", "claim", "claims", "code", "country", "cue", "date", "dated_by", "decided_by", "decision", "document",
        "documents", "edtf", "field", "gazetteer_id", "gender", "grade", "grounds", "group", "id", "infrastructure",
        "kind", "language", "left", "right", "munitions", "observations", "origin", "outcome", "position",
        "precision", "published",
        "responsibility", "role", "rule", "scope", "sha256", "slug", "strike_status", "strike_type", "type", "verdict",
        "what", "word",
    }
)  # fmt: skip
# Names of places and parties, which a person may bear too.
NAMES: dict[type, frozenset[str]] = {
    Where: frozenset({"name"}), PlaceName: frozenset({"name", "relation", "bearing"}), Belligerent: frozenset({"name"}),
    Party: frozenset({"name"}), PartyResponse: frozenset({"party"}), StrikeReport: frozenset({"party", "place"}),
    Declared: frozenset({"party"}), Position: frozenset({"party"}), Total: frozenset({"party"}),
    Dispute: frozenset(Dispute.__struct_fields__),
}  # fmt: skip

_TOKEN = re.compile(r"[^\W\d_]+(?:['’‘`´ʼ][^\W\d_]+)*")
_APOSTROPHE = re.compile("['’‘`´ʼ]")
_RUN = re.compile(rf"{BLACK}(?:(?:[\s\-–.'’]|\b(?:al|el|bin|ibn|abu|umm)\b)*{BLACK})+")
_CLITIC = re.compile("^[وفبلك]{1,2}(?=..)")


_DIGITS = re.compile(r"[\d_]+")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def _letters(escaped: re.Match[str]) -> str:
    return bytes.fromhex(escaped[0].replace("%", "")).decode("utf-8", "replace")


class Shield(msgspec.Struct):
    """The names that stay hidden in one incident, and those that are released."""

    words: frozenset[str] = frozenset()  # letters of the words of hidden names
    hidden: tuple[Word, ...] = ()
    open: Mapping[str, str] = {}  # id of each mention whose name is released: the name
    renamed: dict[str, str] = {}  # claims whose words were blacked out: an id is a hash of the words

    @classmethod
    def of(cls, accounts: Sequence[Account], decisions: Sequence[Decision]) -> Shield:
        """What hides the people whom the accounts name, but for those whom the decisions (in force) release."""
        claims = claims_of(accounts)
        opened: dict[str, str] = {}
        for victim in people(accounts, decisions) if decisions else ():
            opened |= _opened(victim, claims, decisions)
        names = {v.name for a in accounts for v in a.victims if not any(c in opened for c in v.claims)}
        names |= {p.name for p in _persons(claims.values(), opened)}
        made = _hiding(names, opened)
        for claim in claims.values():
            made.claim(claim)
        return made

    @property
    def empty(self) -> bool:
        return not self.words

    def text(self, text: str) -> str:
        """The words with every word of a hidden name blacked out."""
        if self.empty or not text:
            return text
        tokens = list(_TOKEN.finditer(text))
        grades = [self._grade(t.group()) for t in tokens]
        out, at = [], 0
        for n, token in enumerate(tokens):
            beside = max(grades[n - 1] if n else 0, grades[n + 1] if n + 1 < len(grades) else 0)
            if grades[n] == 2 or (grades[n] and beside):
                out += [text[at : token.start()], BLACK]
                at = token.end()
        return _RUN.sub(BLACK, "".join((*out, text[at:]))) if out else text

    def _grade(self, token: str) -> int:
        """2 where the token is a word of a hidden name, 1 where it may be one, 0 where it is none."""
        return max(map(self._graded, _forms(token)), default=0)

    def _graded(self, form: tuple[str, bool]) -> int:
        bare, as_name = form
        letters = fold_name(bare)
        if letters in self.words:
            return 2
        if not as_name or len(letters) < 2:
            return 0
        word, best = Word(letters, skeleton(letters).replace("z", "d")), 0
        for other in self.hidden:
            if letters.isascii() == other.letters.isascii():
                if likeness(word, Word(other.letters, other.sounds)) >= ALIKE:
                    return 2
            elif word.sounds and word.sounds == other.sounds:
                best = max(best, 2 if len(word.sounds) >= TELLING else 1)
        return best

    # ------------------------------------------------------------- records

    def claim(self, claim: Claim) -> Claim | None:
        """The claim as the public may see it; None for the mention of somebody whose name is not released."""
        if claim.kind == "victim" or isinstance(claim.value, Person):
            return claim if claim.id in self.open else None
        shown = self.record(claim)
        if shown == claim:
            return claim
        id_ = self.renamed.setdefault(claim.id, digest("shown", msgspec.structs.replace(shown, id="")))
        return msgspec.structs.replace(shown, id=id_)

    def account(self, account: Account) -> Account:
        names = {v.name for v in account.victims} | {p.name for p in _persons(account.claims, ())}
        if self.empty and not names:
            return account
        own = self._with(account)
        kept = msgspec.structs.replace(account, claims=(), victims=(), words=())
        return msgspec.structs.replace(
            own.record(kept),
            claims=tuple(c for claim in account.claims if (c := own.claim(claim)) is not None),
            victims=tuple(own.victim(v) for v in account.victims),
        )

    def assessment(self, assessment: Assessment) -> Assessment:
        if self.empty and not assessment.victims:
            return assessment
        gone = {c for v in assessment.victims for c in v.claims if c not in self.open}
        reasons = tuple(
            msgspec.structs.replace(r, claims=tuple(c for c in r.claims if c not in gone)) for r in assessment.reasons
        )
        kept = msgspec.structs.replace(assessment, victims=(), reasons=reasons)
        return msgspec.structs.replace(self.record(kept), victims=tuple(map(self.victim, assessment.victims)))

    def victim(self, victim: Victim) -> Victim:
        """The person, with those forms of the name that are released: the longest first."""
        names = dict.fromkeys(self.open[c] for c in victim.claims if c in self.open)
        first, *others = sorted(names, key=lambda n: (n != victim.name, -len(n), n)) or [WITHHELD]
        return msgspec.structs.replace(
            victim, name=first, spellings=tuple(others), consent=None, sensitivity=None, released=bool(names),
            relation=self.text(victim.relation) if victim.relation else None,
            claims=tuple(c for c in victim.claims if c in self.open),
        )  # fmt: skip

    def url(self, url: str | None) -> str | None:
        """The address, unless a hidden name stands in it."""
        plain = _DIGITS.sub(" ", _PERCENT.sub(_letters, url or ""))
        return url if self.text(plain) == plain else None

    def record(self, record: R) -> R:
        """The record with its words blacked out wherever they are words of a hidden name."""
        exempt = NAMES.get(type(record), frozenset())
        changes = {}
        for name in record.__struct_fields__:
            value = getattr(record, name)
            if name in ("claim", "claims"):
                shown = self._ids(value)
            elif name == "url":
                shown = self.url(value)
            elif name in TERMS or name in exempt:
                continue
            else:
                shown = self._value(value)
            if shown is not value and shown != value:
                changes[name] = shown
        return msgspec.structs.replace(record, **changes) if changes else record

    def _value(self, value: Any) -> Any:
        match value:
            case str():
                return self.text(value)
            case Claim():
                return self.claim(value)
            case msgspec.Struct():
                return self.record(value)
            case tuple():
                return tuple(shown for item in value if (shown := self._value(item)) is not None)
            case Mapping():
                return {key: self._value(item) for key, item in value.items()}
            case _:
                return value

    def _ids(self, value: Any) -> Any:
        """Ids of claims as the public knows them; whole claims as they are shown."""
        if isinstance(value, str):
            return self.renamed.get(value, value)
        if isinstance(value, tuple) and all(isinstance(v, str) for v in value):
            return tuple(self.renamed.get(v, v) for v in value)
        return self._value(value)

    def _with(self, account: Account) -> Shield:
        """This shield with the names of the account, which may be one read in the past."""
        names = {v.name for v in account.victims if not any(c in self.open for c in v.claims)}
        names |= {p.name for p in _persons(account.claims, self.open)}
        more = _hiding(names, self.open)
        if more.words <= self.words:
            return self
        return Shield(
            words=self.words | more.words, hidden=self.hidden + more.hidden, open=self.open, renamed=self.renamed
        )


def _persons(claims: Iterable[Claim], opened: Collection[str]) -> list[Person]:
    return [c.value for c in claims if isinstance(c.value, Person) and c.id not in opened]


def _hiding(names: Collection[str], opened: Mapping[str, str]) -> Shield:
    """A shield for the names: each word as it stands, and as it is compared."""
    words = {w for name in sorted(names) for w in words_of(name)}
    plain = {fold_name(t) for name in names for t in _TOKEN.findall(_APOSTROPHE.sub("", fold_words(name)))}
    plain |= {fold_name(t.removeprefix("ال")) for name in names for t in _TOKEN.findall(fold_words(name))}
    letters = {w.letters for w in words} | {p for p in plain if p not in PARTICLES}
    hidden = tuple(sorted(words))
    return Shield(words=frozenset(w for w in letters if len(w) > 1), hidden=hidden, open=opened)


def _forms(token: str) -> list[tuple[str, bool]]:
    """The forms in which a token may be a word of a name, and whether it is written as a name is: with a capital,
    or in a script that has none. Particles that Arabic glues to its front are taken off."""
    as_name = token[0].isupper() or not token[0].isascii()
    told = [_APOSTROPHE.sub("", token), *_APOSTROPHE.split(token)]
    if not token.isascii():
        bare = [_CLITIC.sub("", fold_words(t)) for t in told]
        told += [*bare, *(t.removeprefix("ال") for t in (*bare, *map(fold_words, told)))]
    told += [word.letters for form in told for word in words_of(form)]
    return [(form, as_name) for form in dict.fromkeys(told) if form and form.casefold() not in PARTICLES]


def _opened(victim: Victim, claims: Mapping[str, Claim], decisions: Sequence[Decision]) -> dict[str, str]:
    """Of a person who is released, the mentions with their names: those that the decision names, and others that say
    no more of the name. Somebody whom a likeness of names alone put with the person stays hidden."""
    if not standing(places_of(victim, claims), decisions).released:
        return {}
    mentions = [claims[i] for i in victim.claims if i in claims and isinstance(claims[i].value, Person)]
    named = {c.id: set(words_of(c.value.name)) for c in mentions if isinstance(c.value, Person)}
    sure = [named[c.id] for c in mentions if standing([_place(c)], decisions).wanted]
    return {
        c.id: c.value.name
        for c in mentions
        if isinstance(c.value, Person) and any(named[c.id] <= words for words in sure)
    }


def _place(claim: Claim) -> Place:
    return claim.document, claim.span.start, claim.span.end
