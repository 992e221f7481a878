"""What of an account is compared: its columns, worked out once and never changed."""

from __future__ import annotations

import datetime
import math
import re
import zlib
from collections.abc import Iterable
from typing import Literal

import msgspec

from civcas.core.extract.text import fold_words
from civcas.core.match.worth import LEAST, stem, tokens, total
from civcas.core.records import Account, DateValue, Harm, HarmKind, When, Where, day_of
from civcas.core.values import Count

Certainty = Literal["stated", "wide", "assumed", "seen", "unknown"]
"""Where a period comes from: the text names the days; the text names a longer stretch; only the report's
own date bounds it; only the day on which somebody saw the report does; nothing does."""
UNDATED: tuple[Certainty, ...] = ("seen", "unknown")

STATED_AT_MOST = 4  # days: a longer period than "the night of the 16th" or "the weekend" dates no event
BEFORE_PUBLISHED = 1  # of 630 dated posts on strikes 90 % came out on the day or the day after
BEFORE_CAPTURED = 3  # a desk sees a post up to so many days after the event
EITHER = "airstrike_and_or_artillery"  # by what a place was bombed is left open: it differs from neither
AFTERWARDS = 365  # what a report of a trial or a funeral tells may be so long past
SHINGLE = 4  # words in a row that two texts seldom share by chance


_NUMBER = re.compile(r"\d+")


class Columns(msgspec.Struct, frozen=True):
    """An account as the comparison sees it."""

    id: str
    document: str
    first: int | None  # ordinal days
    last: int | None
    certainty: Certainty
    told: int | None  # the day the report came out, or was seen
    country: str | None
    admin1: str | None
    points: tuple[tuple[float, float, float], ...]  # lat, lon, radius; the main place first
    places: tuple[str, ...]  # folded names, the main one first
    gazetteer: frozenset[str]
    killed: Count
    injured: Count
    parties: frozenset[str]
    strikes: frozenset[str]
    sites: frozenset[str]
    victims: tuple[frozenset[str], ...]
    tokens: frozenset[str]  # the words, and each again where it stands there often (worth.py)
    length: float  # the root of what the tokens are worth together, or of a few words where they are fewer
    shingles: frozenset[int]
    distinct: int = 0  # different words
    language: str | None = None
    exact: bool = False  # the text names one day of the calendar
    located: bool = False  # the main place has coordinates
    areas: tuple[str, ...] = ()  # what the places lie in
    said: frozenset[str] = frozenset()  # the words as they would stand in `places`

    @property
    def empty(self) -> bool:
        """Whether the account says neither when nor where."""
        return self.certainty in ("assumed", *UNDATED) and not self.places


def columns(account: Account) -> Columns:
    first, last, certainty, told = _period(account)
    places = _places(account)
    words = tuple(stem(word) for word in account.words)
    said = tokens(words)
    return Columns(
        id=account.id,
        document=account.document,
        first=first,
        last=last,
        certainty=certainty,
        told=told,
        country=account.where.country if account.where else None,
        admin1=fold_words(account.where.admin1) if account.where and account.where.admin1 else None,
        points=tuple((p.lat, p.lon, p.radius_km or 0.0) for p in places if p.lat is not None and p.lon is not None),
        places=tuple(dict.fromkeys(place_key(p.name) for p in places)),
        gazetteer=frozenset(p.gazetteer_id for p in places if p.gazetteer_id and not p.centroid),
        killed=toll(account.harm, "killed"),
        injured=toll(account.harm, "injured"),
        parties=frozenset(b.name for b in account.belligerents),
        strikes=frozenset(account.strike_type) - {EITHER},
        sites=frozenset(account.infrastructure),
        victims=tuple(filter(None, (name_key(v.name) for v in account.victims))),
        tokens=said,
        length=math.sqrt(max(total(said), LEAST)),
        shingles=shingles(words),
        distinct=len(set(words)),
        language=account.language,
        exact=_exact(account.when),
        located=account.where is not None and account.where.lat is not None,
        said=frozenset(map(_single, words)),
        areas=tuple(dict.fromkeys(place_key(p.admin1) for p in places if p.admin1)),
    )


def _exact(when: When | None) -> bool:
    """Whether the words give the day by its number, as in "2 March": a weekday may be another week's."""
    if when is None or when.days != 1 or when.quote is None or "?" in when.edtf:
        return False
    return when.start.day in {int(number) for number in _NUMBER.findall(when.quote)}


def _period(account: Account) -> tuple[int | None, int | None, Certainty, int | None]:
    """The days an event can have been: those the text names, else those before the report was out."""
    published, captured = day_of(account.published), day_of(account.captured)
    latest = published or captured
    told = latest.toordinal() if latest else None
    if account.when is not None:
        first, last = account.when.start.toordinal(), account.when.end.toordinal()
        return first, last, "stated" if last - first < STATED_AT_MOST else "wide", told
    if latest is None:
        return None, None, "unknown", None
    if any(isinstance(c.value, DateValue) and c.value.role == "aftermath" for c in account.claims):
        return latest.toordinal() - AFTERWARDS, latest.toordinal(), "wide", told
    before = BEFORE_PUBLISHED if published else BEFORE_CAPTURED
    first = (latest - datetime.timedelta(days=before)).toordinal()
    return first, latest.toordinal(), "assumed" if published else "seen", told


def _places(account: Account) -> tuple[Where, ...]:
    main = (account.where,) if account.where else ()
    return tuple(dict.fromkeys((*main, *account.places)))


def toll(harm: Iterable[Harm], kind: HarmKind) -> Count:
    """The span of an account's whole tolls: lowest figure to highest, parts of a toll left aside."""
    whole = [h for h in harm if h.kind == kind and not h.part and h.group in ("people", "civilians") and h.count.known]
    if not whole:
        whole = [h for h in harm if h.kind == kind and h.count.known]
    if not whole:
        return Count()
    lows = [h.min for h in whole if h.min is not None]
    low = min(lows, default=None)
    highs = [h.max for h in whole]
    high = None if None in highs else max(h for h in highs if h is not None)
    return Count(min=low, max=None if high is None else max(high, *lows, 0))


_ARTICLES = ("al-", "al ", "el-", "el ", "ash-", "as-", "ar-", "an-", "at-", "ad-")


def place_key(name: str) -> str:
    """A place name as compared: folded, without article, hyphens or doubled letters."""
    folded = fold_words(name).strip()
    for article in _ARTICLES:
        folded = folded.removeprefix(article)
    return _single("".join(c for c in folded.removeprefix("ال") if c.isalnum() or c == " "))


def _single(letters: str) -> str:
    """Without doubled letters."""
    return "".join(c for n, c in enumerate(letters) if n == 0 or c != letters[n - 1])


PARTICLES = frozenset(
    {"al", "el", "abu", "bin", "ibn", "bint", "ben", "umm", "om", "abd", "ابو", "بن", "ابن", "بنت", "ام", "عبد", "ال"}
)


def name_key(name: str) -> frozenset[str]:
    """The words of a person's name that tell people apart, folded."""
    tokens = fold_words(name).replace("-", " ").replace("'", "").split()
    kept = (t.removeprefix("ال") if len(t) > 4 else t for t in tokens)
    return frozenset("".join(c for c in t if c.isalpha()) for t in kept if t not in PARTICLES) - {""}


def shingles(words: tuple[str, ...]) -> frozenset[int]:
    """The runs of words as numbers that are the same in every process."""
    return frozenset(
        zlib.crc32(" ".join(words[n : n + SHINGLE]).encode()) for n in range(max(len(words) - SHINGLE + 1, 0))
    )
