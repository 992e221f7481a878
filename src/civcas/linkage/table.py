"""The columns of accounts as one flat table, as SQL compares them.

Everything that SQL cannot say well is worked out here, once for each account: keys of blocks, spellings of names as
letters and as consonants, weights of words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from civcas.core.match.blocks import near_keys, scarce_keys
from civcas.core.match.columns import Columns
from civcas.core.match.likeness import Likeness
from civcas.core.match.names import consonants
from civcas.core.match.placelikeness import TELLING
from civcas.core.placenames import fold_name, romanised, skeleton

WORTH_BITS = 32  # a token is its worth above so many bits and its number below, so that a sum needs no look-up
CERTAINTY = {"stated": 0, "wide": 1, "assumed": 2, "seen": 3, "unknown": 3}

_POINT = pa.struct([("lat", pa.float64()), ("lon", pa.float64())])
_FORM = pa.struct([("folded", pa.string()), ("letters", pa.string()), ("sounds", pa.string()), ("latin", pa.bool_())])
_WORD = pa.struct([("letters", pa.string()), ("sounds", pa.string())])

SCHEMA = pa.schema(
    [
        ("unique_id", pa.int64()), ("document", pa.int64()), ("near", pa.list_(pa.int64())),
        ("scarce", pa.list_(pa.int64())), ("first", pa.int32()), ("last", pa.int32()), ("certainty", pa.int8()),
        ("exact", pa.bool_()), ("lat", pa.float64()), ("lon", pa.float64()), ("radius", pa.float64()),
        ("others", pa.list_(_POINT)), ("place", pa.string()), ("located", pa.bool_()), ("readable", pa.bool_()),
        ("main_names", pa.list_(_FORM)), ("main_words", pa.list_(_FORM)), ("all_names", pa.list_(_FORM)),
        ("all_words", pa.list_(_FORM)), ("place_words", pa.list_(pa.string())), ("said", pa.list_(pa.string())),
        ("killed_min", pa.int32()), ("killed_max", pa.int32()), ("injured_min", pa.int32()),
        ("injured_max", pa.int32()), ("parties", pa.list_(pa.string())), ("strikes", pa.list_(pa.string())),
        ("sites", pa.list_(pa.string())), ("victims", pa.list_(pa.list_(_WORD))), ("families", pa.list_(pa.string())),
        ("language", pa.string()), ("distinct_words", pa.int32()), ("tokens", pa.list_(pa.int64())),
        ("length", pa.float64()), ("shingles", pa.list_(pa.int64())),
    ]
)  # fmt: skip


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789 -'")
_SPARE = [chr(n) for n in range(33, 127) if chr(n) not in _PLAIN]


def one_byte(rows: Sequence[Columns]) -> dict[int, str]:
    """A table for str.translate that gives every letter of the names one byte, for DuckDB's likeness of spelling
    counts bytes. Of more letters than there are spare bytes the rarest share the last one."""
    spread: Counter[str] = Counter()
    for row in rows:
        spread.update("".join((*row.places, *row.areas)))
        spread.update("".join(word for who in row.victims for word in who))
    spread.update("".join(map(romanised, map(fold_name, {n for row in rows for n in (*row.places, *row.areas)}))))
    strange = sorted(spread.keys() - _PLAIN, key=lambda letter: (-spread[letter], letter))
    return {ord(letter): _SPARE[min(n, len(_SPARE) - 1)] for n, letter in enumerate(strange)}


def table(rows: Sequence[Columns], likeness: Likeness) -> pa.Table:
    """One line for each of the rows, in their order; `unique_id` and `document` are numbers in the order of the ids."""
    document = {name: n for n, name in enumerate(sorted({row.document for row in rows}))}
    tokens, bytes_of = likeness.numbers(), one_byte(rows)
    lines = [_line(n, row, likeness, document[row.document], tokens, bytes_of) for n, row in enumerate(rows)]
    return pa.Table.from_pylist(lines, schema=SCHEMA)


def _line(
    number: int, row: Columns, likeness: Likeness, document: int, token: Mapping[str, int], letters: Mapping[int, str]
) -> dict[str, Any]:
    lat, lon, radius = row.points[0] if row.points else (None, None, None)
    main = row.places[:1]
    return {
        "unique_id": number,
        "document": document,
        "near": sorted(set(near_keys(row))),
        "scarce": sorted(set(scarce_keys(row, likeness))),
        "first": row.first,
        "last": row.last,
        "certainty": CERTAINTY[row.certainty],
        "exact": row.exact,
        "lat": lat,
        "lon": lon,
        "radius": radius,
        "others": [{"lat": p[0], "lon": p[1]} for p in row.points[1:]],
        "place": main[0].translate(letters) if main else None,
        "located": row.located,
        "readable": bool(main) and bool(skeleton(fold_name(main[0]))),
        "main_names": [_form(name, letters) for name in (*main, *row.areas)],
        "main_words": [_form(w, letters) for name in (*main, *row.areas) for w in _words(name)],
        "all_names": [_form(name, letters) for name in (*row.places, *row.areas)],
        "all_words": [_form(w, letters) for name in (*row.places, *row.areas) for w in _words(name)],
        "place_words": [w for name in main for w in _words(name)],
        "said": sorted(row.said),
        "killed_min": row.killed.min,
        "killed_max": row.killed.max,
        "injured_min": row.injured.min,
        "injured_max": row.injured.max,
        "parties": sorted(row.parties),
        "strikes": sorted(row.strikes),
        "sites": sorted(row.sites),
        "victims": [[_word(w, letters) for w in sorted(who)] for who in row.victims],
        "families": sorted({w for who in row.victims if len(who) > 1 for w in who}),
        "language": row.language,
        "distinct_words": row.distinct,
        "tokens": sorted(likeness.worth(t) << WORTH_BITS | token[t] for t in likeness.tokens(row)),
        "length": likeness.length(row),
        "shingles": sorted(row.shingles),
    }


def _words(name: str) -> list[str]:
    return [word for word in name.split() if len(word) >= TELLING]


def _word(word: str, letters: Mapping[int, str]) -> dict[str, str]:
    return {"letters": word.translate(letters), "sounds": consonants(word)}


def _form(name: str, letters: Mapping[int, str]) -> dict[str, Any]:
    folded = fold_name(name)
    return {
        "folded": folded, "letters": romanised(folded).translate(letters), "sounds": skeleton(folded),
        "latin": folded.isascii(),
    }  # fmt: skip
