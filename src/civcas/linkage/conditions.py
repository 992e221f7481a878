"""What each level of a comparison is in SQL: the same as civcas.core.match.levels says, which a test holds it to.

The dialect is DuckDB's. What needs more than a line is a macro, so that Splink, which reads the conditions, meets
names only.
"""

from __future__ import annotations

from civcas.core.match import blocks, levels
from civcas.core.match.names import ALIKE, ALIKE_CONSONANTS
from civcas.core.match.placelikeness import ALIKE as ALIKE_PLACES
from civcas.core.match.placelikeness import ALIKE_SOUNDS

Conditions = list[tuple[str | None, str]]
"""Level (None: nothing to say) and the condition under which a pair is on it, the first that holds."""

EARTH = 12742.0  # km, its diameter, as in core.values

MACROS = f"""
CREATE OR REPLACE MACRO km(lat1, lon1, lat2, lon2) AS {EARTH} * asin(sqrt(least(1.0,
    pow(sin(radians(lat2 - lat1) / 2), 2)
    + cos(radians(lat1)) * cos(radians(lat2)) * pow(sin(radians(lon2 - lon1) / 2), 2))));
CREATE OR REPLACE MACRO gap(first1, last1, first2, last2) AS greatest(first1 - last2, first2 - last1, 0);
CREATE OR REPLACE MACRO dated(certainty1, certainty2) AS CASE
    WHEN certainty1 = 1 OR certainty2 = 1 THEN 'wide'
    WHEN certainty1 = 0 AND certainty2 = 0 THEN 'stated'
    WHEN greatest(certainty1, certainty2) = 2 THEN 'assumed' ELSE 'seen' END;
CREATE OR REPLACE MACRO mentions(lat1, lon1, radius1, others) AS radius1 < {levels.AREA_KM} AND coalesce(list_bool_or(
    list_transform(others, lambda p: km(lat1, lon1, p.lat, p.lon) <= {levels.MENTIONED_KM})), false);
CREATE OR REPLACE MACRO copied(one, other) AS CASE WHEN least(len(one), len(other)) >= 5
    THEN len(list_intersect(one, other)) / least(len(one), len(other)) ELSE 0 END;
CREATE OR REPLACE MACRO one_name(a, b) AS CASE
    WHEN a.folded = b.folded THEN true
    WHEN a.latin = b.latin THEN jaro_winkler_similarity(a.letters, b.letters) >= {ALIKE_PLACES}
    WHEN greatest(len(a.sounds), len(b.sounds)) = 0 THEN true
    ELSE 1 - levenshtein(a.sounds, b.sounds) / greatest(len(a.sounds), len(b.sounds)) >= {ALIKE_SOUNDS} END;
CREATE OR REPLACE MACRO one_among(these, others) AS coalesce(list_bool_or(list_transform(these, lambda x:
    coalesce(list_bool_or(list_transform(others, lambda y: one_name(x, y))), false))), false);
CREATE OR REPLACE MACRO apart(names1, words1, names2, words2, place1, said1, place2, said2, readable1, readable2) AS
    readable1 AND readable2 AND NOT one_among(names1, names2) AND NOT one_among(words1, words2)
    AND NOT list_has_any(said2, place1) AND NOT list_has_any(said1, place2);
CREATE OR REPLACE MACRO overlap(min1, max1, min2, max2) AS
    greatest(coalesce(min1, 0), coalesce(min2, 0)) <= least(coalesce(max1, 2000000000), coalesce(max2, 2000000000));
CREATE OR REPLACE MACRO highest(low, high) AS greatest(coalesce(low, 0), coalesce(high, 0));
CREATE OR REPLACE MACRO close_to(one, other) AS greatest(one, other) <= 2 * least(one, other) OR abs(one - other) <= 2;
CREATE OR REPLACE MACRO one_word(a, b) AS jaro_winkler_similarity(a.letters, b.letters) >= {ALIKE}
    OR (a.sounds = b.sounds AND jaro_winkler_similarity(a.letters, b.letters) >= {ALIKE_CONSONANTS});
CREATE OR REPLACE MACRO alike_in(shorter, longer) AS len(list_filter(shorter, lambda v:
    list_bool_or(list_transform(longer, lambda w: one_word(v, w)))));
CREATE OR REPLACE MACRO shares(shorter, longer) AS
    len(shorter) >= 2 AND alike_in(shorter, longer) >= greatest(2, len(shorter) - (len(shorter) > 3)::INT);
CREATE OR REPLACE MACRO one_person(a, b) AS CASE WHEN len(a) <= len(b) THEN shares(a, b) ELSE shares(b, a) END;
CREATE OR REPLACE MACRO one_named(these, others) AS list_bool_or(list_transform(these, lambda p:
    list_bool_or(list_transform(others, lambda q: one_person(p, q)))));
"""


def _period() -> Conditions:
    gap = "gap(first_l, last_l, first_r, last_r)"
    found: Conditions = [
        (None, "first_l IS NULL OR first_r IS NULL OR last_l IS NULL OR last_r IS NULL"),
        ("two calendar days", f"{gap} > 1 AND exact_l AND exact_r"),
    ]
    for dated in ("stated", "assumed", "seen", "wide"):
        for name, days in levels.GAPS:
            condition = f"dated(certainty_l, certainty_r) = '{dated}' AND {gap} <= {days}"
            found.append((f"{dated}: {name}", condition))
    return found


def _place() -> Conditions:
    points = "lat_l IS NOT NULL AND lat_r IS NOT NULL"
    km = "km(lat_l, lon_l, lat_r, lon_r)"
    area = f"{points} AND greatest(radius_l, radius_r) >= {levels.AREA_KM}"
    named = "(mentions(lat_l, lon_l, radius_l, others_r) OR mentions(lat_r, lon_r, radius_r, others_l))"
    reach = dict(levels.DISTANCES)
    found: Conditions = [
        ("around", f"{area} AND {km} <= radius_l + radius_r + {levels.NEAR_KM}"),
        ("outside", area),
        *((name, f"{points} AND {km} <= {reach[name]}") for name in ("same", "near", "close")),
        ("named in the region", f"{points} AND {km} <= {reach['region']} AND {named}"),
        ("region", f"{points} AND {km} <= {reach['region']}"),
        ("named far off", f"{points} AND {named}"),
        ("far", f"{points} AND {km} <= {reach['far']}"),
        ("elsewhere", points),
        (None, "place_l IS NULL OR place_r IS NULL"),
        ("name", f"jaro_winkler_similarity(place_l, place_r) >= {ALIKE}"),
        ("unlike", f"(({_nowhere('l', 'r')}) OR ({_nowhere('r', 'l')})) AND {_COPIED} < {levels.COPY}"),
        (None, "true"),
    ]
    return found


_COPIED = "copied(shingles_l, shingles_r)"


def _nowhere(one: str, other: str) -> str:
    arguments = (
        f"main_names_{one}, main_words_{one}, all_names_{other}, all_words_{other}, place_words_{one}, said_{one}, "
        f"place_words_{other}, said_{other}, readable_{one}, readable_{other}"
    )
    return f"NOT located_{one} AND apart({arguments})"


def _figures(name: str) -> Conditions:
    ends = f"{name}_min_l, {name}_max_l, {name}_min_r, {name}_max_r"
    same = f"{name}_min_l = {name}_min_r AND {name}_min_l"
    high = f"highest({name}_min_l, {name}_max_l), highest({name}_min_r, {name}_max_r)"
    return [
        (None, f"coalesce({name}_min_l, {name}_max_l) IS NULL OR coalesce({name}_min_r, {name}_max_r) IS NULL"),
        ("same, many", f"{same} >= {levels.MANY}"),
        ("same", f"{same} >= {levels.SOME}"),
        ("same, few", f"{same} > 0"),
        ("overlap", f"overlap({ends})"),
        ("close", f"close_to({high})"),
        ("other", "true"),
    ]


def _sets(column: str) -> Conditions:
    return [
        (None, f"len({column}_l) = 0 OR len({column}_r) = 0"),
        ("shared", f"list_has_any({column}_l, {column}_r)"),
        ("disjoint", "true"),
    ]


def _victims() -> Conditions:
    several = "least(len(victims_l), len(victims_r)) > 1"
    family = "len(list_intersect(families_l, families_r))"
    return [
        (None, "len(victims_l) = 0 OR len(victims_r) = 0"),
        ("named", "one_named(victims_l, victims_r)"),
        ("family", f"{family} > 1 OR ({family} = 1 AND {several})"),
        ("others", several),
        (None, "true"),
    ]


def _words() -> Conditions:
    shorter = "least(a.distinct_words, b.distinct_words)"
    empty = "len(a.tokens) = 0 OR len(b.tokens) = 0"
    found: Conditions = [(None, f"{empty} OR a.language <> b.language")]
    for least in levels.LIKENESS:
        for length, below in (("short", levels.SHORT), ("middling", levels.MIDDLING), ("long", None)):
            condition = f"likeness >= {least}" + (f" AND {shorter} < {below}" if below else "")
            found.append((f"{length}: {least:.2f}", condition))
    return found


def _text() -> Conditions:
    return [*((f"{least:.2f}", f"copied >= {least}") for least in levels.COPIED), (None, "true")]


CONDITIONS: dict[str, Conditions] = {
    "period": _period(),
    "place": _place(),
    "killed": _figures("killed"),
    "injured": _figures("injured"),
    "belligerents": _sets("parties"),
    "strike_type": _sets("strikes"),
    "infrastructure": _sets("sites"),
    "victims": _victims(),
}
"""By comparison, what Splink asks of the two accounts, whose columns end in _l and _r."""

OF_PAIRS: dict[str, Conditions] = {"words": _words(), "text": _text()}
"""By comparison, what is asked of a pair, of what its texts share, and of its two accounts, a and b."""

BLOCKS = f"""
CREATE OR REPLACE TEMP TABLE held AS SELECT unnest(keys) AS key, unique_id, mark FROM {{columns}};
CREATE OR REPLACE TEMP TABLE block AS SELECT key, count(*) AS members FROM held GROUP BY key
    HAVING count(*) > 1 AND (key % 2 = 0 OR count(*) <= {blocks.SCARCE});
CREATE OR REPLACE TEMP TABLE windowed AS
WITH full_ AS (
    SELECT unique_id, key, sum(CASE WHEN mark % {blocks.STRETCH} = 0 THEN 1 ELSE 0 END)
        OVER (PARTITION BY key ORDER BY mark, unique_id ROWS UNBOUNDED PRECEDING) AS stretch
    FROM held JOIN block USING (key) WHERE members > {blocks.FULL}
)
SELECT unique_id, key AS block FROM held JOIN block USING (key) WHERE members <= {blocks.FULL}
UNION ALL SELECT unique_id, (hash(key, stretch) >> 1)::BIGINT FROM full_
UNION ALL SELECT unique_id, (hash(key, stretch - 1) >> 1)::BIGINT FROM full_;
DROP TABLE held;
DROP TABLE block;
CREATE OR REPLACE TABLE told AS SELECT a.*, b.blocks FROM {{columns}} a JOIN (
    SELECT unique_id, list(block) AS blocks FROM windowed GROUP BY unique_id) b USING (unique_id);
DROP TABLE windowed;
"""
"""The accounts that any block holds with another, each with its blocks, as core.match.blocks makes them."""
