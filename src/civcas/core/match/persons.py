"""People held against people by name, in whatever spelling or script, with age and gender: who on a list is meant.

A name that many bear says little and a rare one much, so each word that agrees counts by how many of the list bear
it (bits, as in the comparison of accounts; Fellegi and Sunter 1969). Only people who share the sounds of two words of
their names are compared at all, so that the work grows with the list and not with its square.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel, JaroWinkler, Levenshtein

from civcas.core.extract.text import fold_words
from civcas.core.match.columns import PARTICLES
from civcas.core.match.names import same_word
from civcas.core.placenames import fold_name, romanised, skeleton
from civcas.core.records import Feature, Gender, Record

Status = Literal["full", "partial", "none"]

FULL_BLOCK = 400  # people who share a pair of sounds; of a fuller block only those of one age are compared
MOST_WORDS = 12  # of one name; what is longer is a sentence
AGE_SLIP = 1.0  # years; a birthday lies between two records, or an age was counted another way
SAME_AGE, NEAR_AGE, OTHER_AGE, FAR_AGE = 4.0, 3.0, -3.0, -7.0  # bits; one in some 20 of a people bears a given age
FAR_YEARS = 10.0
SAME_GENDER, OTHER_GENDER = 0.5, -5.0
UNLIKE = -3.0  # bits for a word of the shorter name that the longer does not have
ACROSS = 0.6  # likeness of one name in two scripts: the same sounds and half of the vowels
MORE = -0.3  # bits for a word that only the longer has: of two equals the one that says no more
CERTAIN_WORDS = 3  # words alike that make a name a full one: given name, father's, family's
CLEAR = 3.0  # bits by which the best candidate leads the next, so that it is the one
SHOWN_FROM = -6.0  # bits under which a candidate is no candidate
WORTH_TELLING = SHOWN_FROM - 4.0  # what else is known of two people may still speak for them
MOST_BITS = 12.0  # of one word: a slip of the pen is no rarer

_TITLES = frozenset({"hajj", "haj", "hajji", "dr", "mr", "mrs", "ms", "حاج", "حاجه", "شهيد", "شهيده", "طفل", "طفله"})
_ARTICLES = frozenset({"al", "el", "ul", "ad", "ar", "as", "ash", "at", "ath", "az", "an"})
_APOSTROPHES = re.compile("['’‘`´]+")
_SPLIT = re.compile(r"[^\w]+|_")
# "Abd al-Rahman", "Abdul Rahman", "Abdelrahman" and عبدالرحمن are one name: the servant and whom he serves.
_GLUED = re.compile(r"\b[Aa][Ll](?=[A-Z][a-z])")  # AlKadro
_ENDINGS = frozenset({"din", "deen", "dine", "eddin", "eddine", "aldin", "uddin", "allah", "دين", "الدين", "الله"})
_SERVANTS = frozenset({"abd", "abdu", "عبد", *(f"abd{v}{c}" for v in "aeiou" for c in "lrsnzdt")})
_SERVING = re.compile(r"^(?:abd[aeiou](?:l|([rsnzdt])(?=\1))|عبدال)(?=..)")
# Arabic letters as a Latin spelling has them, with the long vowels, which skeletons leave out.
_SPELT = str.maketrans(
    {
        "ا": "a", "ب": "b", "ت": "t", "ث": "t", "ج": "j", "ح": "h", "خ": "k", "د": "d", "ذ": "d", "ر": "r", "ز": "z",
        "س": "s", "ش": "s", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "g", "ف": "f", "ق": "k", "ك": "k",
        "ل": "l", "م": "m", "ن": "n", "ه": "a", "و": "u", "ي": "i",
    }
)  # fmt: skip


class Word(NamedTuple):
    """One word of a name: its letters, alike for spellings of one script, and its sounds, alike across scripts."""

    letters: str
    sounds: str
    servant: bool = False  # "Abd al-" before it


class Entry(Record, frozen=True, kw_only=True):
    """Somebody with every form of the name that is known, as compared."""

    id: str
    names: tuple[str, ...]
    age: float | None = None
    gender: Gender | None = None
    ages: tuple[float, ...] = ()  # where several are told


class Candidate(Record, frozen=True, kw_only=True):
    """Somebody who may be meant, with what speaks for and against it in bits."""

    id: str
    score: float
    features: tuple[Feature, ...]
    words: int  # of the name that agree
    whole: bool  # every word of the shorter form agrees
    conflicts: tuple[str, ...] = ()


class Held(Record, frozen=True, kw_only=True):
    """One person held against a list."""

    id: str
    status: Status
    candidates: tuple[Candidate, ...] = ()
    decided: bool = False


@functools.lru_cache(maxsize=200_000)
def words_of(name: str) -> tuple[Word, ...]:
    """The telling words of a name in their order, without titles, articles and particles."""
    apart = _GLUED.sub("al ", _APOSTROPHES.sub("", name))
    told = [t for t in _SPLIT.split(fold_words(apart)) if t]
    kept: list[Word] = []
    serving = False
    for place, token in enumerate(told):
        if token in _SERVANTS and place + 1 < len(told):
            serving = True
        elif token in _ENDINGS and kept and not serving:
            kept[-1] = _word(f"{kept[-1].letters}{token.removeprefix('ال')}", serving=kept[-1].servant)
        elif token not in PARTICLES and token not in _TITLES and not (token in _ARTICLES and place):
            word = _word(token, serving=serving)
            kept += [word] if word.letters else []
            serving = False
    return tuple(kept[:MOST_WORDS])


@functools.lru_cache(maxsize=100_000)  # a people shares its names
def _word(token: str, *, serving: bool) -> Word:
    bare = _SERVING.sub("", token)
    serving = serving or bare != token
    bare = bare.removeprefix("ال") if len(bare) > 4 or serving else bare
    letters = fold_name("".join(c for c in bare if c.isalpha()))
    sounds = skeleton(letters).replace("z", "d")  # ذ and ظ are spelt with either
    return Word(letters, sounds, serving)


@functools.lru_cache(maxsize=500_000)
def likeness(left: Word, right: Word) -> float:
    """How surely two words are one in two spellings, from 0 to 1."""
    if left == right:
        return 1.0
    if left.servant != right.servant:
        return 0.0
    a, b = left.letters, right.letters
    if a.isascii() != b.isascii():
        return _across(*((a, b) if a.isascii() else (b, a)), left.sounds, right.sounds)
    if a.isascii():
        a, b = romanised(a), romanised(b)
        if a == b or same_word(a, b):
            return 0.9
        return 0.7 if left.sounds and left.sounds == right.sounds and JaroWinkler.similarity(a, b) >= 0.7 else 0.0
    return 0.8 if same_word(a, b) else 0.0


def across(left: str, right: str) -> bool:
    """Whether two folded words, one in Latin and one in Arabic letters, can be one name."""
    if left.isascii() == right.isascii():
        return False
    return likeness(_word(left, serving=False), _word(right, serving=False)) >= ACROSS


def _across(latin: str, arabic: str, sounds: str, others: str) -> float:
    """The likeness of a word in Latin letters and one in Arabic: the same sounds, better with the same long vowels."""
    if sounds != others:
        apart = Levenshtein.distance(sounds, others, score_cutoff=1)
        return 0.4 if apart <= 1 and max(len(sounds), len(others)) > 2 else 0.0
    spelling = Indel.normalized_similarity(romanised(latin), arabic.translate(_SPELT))
    return (0.45 if len(sounds) > 1 else 0.2) + 0.5 * spelling


class Roster:
    """A list of people that others are held against."""

    def __init__(self, people: Iterable[Entry]) -> None:
        self.people = list(people)
        self._forms = [_forms(p) for p in self.people]
        bearing: Counter[str] = Counter()
        self._blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, forms in enumerate(self._forms):
            bearing.update({w.sounds for form in forms for w in form})
            for key in sorted({key for form in forms for key in _keys(form)}):
                self._blocks[key].append(number)
        self._prior = math.log2(max(len(self.people), 2))
        self._bits = {s: min(MOST_BITS, max(0.5, math.log2((len(self.people) + 1) / n))) for s, n in bearing.items()}

    def held(self, person: Entry, *, limit: int = 3) -> Held:
        """The person's status on the list, with the best candidates."""
        return self.status(person.id, self.candidates(person), limit=limit)

    def status(self, id_: str, found: Sequence[Candidate], *, limit: int = 3) -> Held:
        """The status that the candidates, the likeliest first, come to."""
        shown = [c for c in found if c.score >= SHOWN_FROM]
        status: Status = "none"
        if shown:
            alone = len(shown) < 2 or shown[0].score - shown[1].score >= CLEAR
            status = "full" if alone and _certain(shown[0]) else "partial"
        return Held(id=id_, status=status, candidates=tuple(shown[:limit]))

    def candidates(self, person: Entry, *, beyond: int = -1) -> list[Candidate]:
        """Those who may be meant, the likeliest first; with `beyond`, only of the people that stand after it."""
        mine = _forms(person)
        found = []
        for number in sorted(self._mates(mine, person)):
            if number > beyond and (one := self._compared(person, mine, number)) is not None:
                found.append(one)
        return sorted(found, key=lambda c: (-c.score, c.id))

    def pairs(self) -> Iterator[tuple[Entry, Candidate]]:
        """The people of the list who may be one and the same, each pair once."""
        for number, person in enumerate(self.people):
            for candidate in self.candidates(person, beyond=number):
                yield person, candidate

    def _mates(self, forms: Sequence[tuple[Word, ...]], person: Entry) -> set[int]:
        """Those who share a pair of sounds. Of pairs that very many share, only people of the same age, and all of
        the least of them where nothing else leads to anybody."""
        mates: set[int] = set()
        full: list[list[int]] = []
        for key in sorted({key for form in forms for key in _keys(form)}):
            block = self._blocks.get(key, [])
            if len(block) <= FULL_BLOCK:
                mates.update(block)
            else:
                full.append(block)
                mates.update(n for n in block if _years(person, self.people[n]) <= AGE_SLIP)
        return mates if mates or not full else set(sorted(full, key=lambda block: (len(block), block))[0])

    def _compared(self, person: Entry, mine: Sequence[tuple[Word, ...]], number: int) -> Candidate | None:
        other = self.people[number]
        best: tuple[float, tuple[str, ...], bool] | None = None
        for left in mine:
            for right in self._forms[number]:
                told = self._names(left, right)
                if told is not None and (best is None or told[0] > best[0]):
                    best = told
        if best is None:
            return None
        bits, words, whole = best
        age, gender = _age(person, other), _gender(person, other)
        score = round(bits, 1) + sum(f.weight for f, _ in (age, gender) if f is not None) - self._prior
        if score < WORTH_TELLING:
            return None
        features = [Feature(name="name", detail=f"alike in {' '.join(words)}", weight=round(bits, 1))]
        return Candidate(
            id=other.id, score=round(score, 1),
            features=(*features, *(f for f, _ in (age, gender) if f is not None)),
            words=len(words), whole=whole, conflicts=tuple(c for _, c in (age, gender) if c),
        )  # fmt: skip

    def _names(self, left: tuple[Word, ...], right: tuple[Word, ...]) -> tuple[float, tuple[str, ...], bool] | None:
        """The bits of two forms of a name, which words agree and whether all of the shorter do; None where the given
        names differ or nothing else agrees: brothers share all of a name but the first word."""
        shorter, longer = (left, right) if len(left) <= len(right) else (right, left)
        first = likeness(shorter[0], longer[0])
        if not first:
            return None
        bits, at, said = first * self._worth(longer[0]), 1, [longer[0].letters]
        for word in shorter[1:]:
            alike, place = 0.0, at
            for number in range(at, len(longer)):
                found = likeness(word, longer[number])
                if found > alike:
                    alike, place = found, number
            if alike:
                bits, at = bits + alike * self._worth(longer[place]), place + 1
                said.append(longer[place].letters)
            else:
                bits += UNLIKE
        bits += MORE * (len(longer) - len(shorter))
        return (bits, tuple(said), len(said) == len(shorter)) if len(said) > 1 else None

    def _worth(self, word: Word) -> float:
        return self._bits.get(word.sounds, MOST_BITS)


def _forms(person: Entry) -> list[tuple[Word, ...]]:
    return [w for w in dict.fromkeys(map(words_of, person.names)) if len(w) > 1]


def _keys(form: tuple[Word, ...]) -> Iterator[tuple[str, str]]:
    """The pairs of sounds by which others find a name: the given name with the last and with the second word; and,
    where the given name may be misheard, the second with the last."""
    sounds = [word.sounds for word in form]
    yield sounds[0], sounds[-1]
    if len(sounds) > 2:
        yield sounds[0], sounds[1]
        yield sounds[1], sounds[-1]


def _certain(best: Candidate) -> bool:
    """A full match: all of the shorter name agrees, in three words or in two with the age, and nothing conflicts."""
    aged = any(f.name == "age" and f.weight > 0 for f in best.features)
    return best.whole and not best.conflicts and (best.words >= CERTAIN_WORDS or aged)


def _years(left: Entry, right: Entry) -> float:
    """Years between the nearest ages told; infinite where one has none."""
    mine, theirs = (p.ages or ((p.age,) if p.age is not None else ()) for p in (left, right))
    return min((abs(a - b) for a in mine for b in theirs), default=math.inf)


def _age(left: Entry, right: Entry) -> tuple[Feature | None, str | None]:
    if left.age is None or right.age is None:
        return None, None
    apart = _years(left, right)
    told = f"{left.age:g} and {right.age:g}"
    if apart <= AGE_SLIP:
        return Feature(name="age", detail=told, weight=SAME_AGE if apart < 0.5 else NEAR_AGE), None
    low, high = sorted((left.age, right.age))
    weight = FAR_AGE if apart > FAR_YEARS else OTHER_AGE
    return Feature(name="age", detail=told, weight=weight), f"age {low:g}–{high:g}"


def _gender(left: Entry, right: Entry) -> tuple[Feature | None, str | None]:
    if left.gender is None or right.gender is None:
        return None, None
    if left.gender == right.gender:
        return Feature(name="gender", detail=left.gender, weight=SAME_GENDER), None
    told = f"{left.gender} against {right.gender}"
    return Feature(name="gender", detail=told, weight=OTHER_GENDER), f"gender {told}"
