"""How long very many accounts take to be matched, from their columns on, and how much memory that takes.

    matching.py [ACCOUNTS...]

The accounts are made up: events scattered over towns and years, each told by a few reports that agree more or less,
with words of their own and words of everybody. What is grouped rightly is told too, so that speed is not bought with
nonsense. 100,000 and 1,000,000 are run by hand; continuous integration runs a smaller number.
"""

from __future__ import annotations

import resource
import sys
import time

import duckdb

from civcas.core.match.compare import default_weights
from civcas.core.match.likeness import RARE
from civcas.linkage import score_table
from civcas.linkage.grouping import groups

CI = 20_000
PER_EVENT = 4  # reports, on the average

MADE = """
SELECT setseed(0.5);
CREATE TABLE event AS
    SELECT n AS event, (random() * {accounts} / 100)::INT AS day, (random() * 300)::INT AS town,
        1 + (4 * pow(random(), 3) * 10)::INT AS killed
    FROM range({events}) t(n);
CREATE TABLE made AS
    SELECT n, e.*, random() AS chance, (random() < 0.7) AS dated, (random() < 0.8) AS placed
    FROM range({accounts}) t(n) JOIN event e ON e.event = (n * 7919) % {events};
CREATE TABLE columns AS
SELECT n AS unique_id, number('mark ' || n) AS mark, n AS document,
    list_concat(
        list_transform(range(4), lambda c: number(day // 8 || ' cell ' || town || ' ' || c) & ~1),
        [number(day // 8 || ' name ' || town) & ~1],
        list_transform(range({rare}), lambda w: number('word ' || event || ' ' || (w + n) % 40) | 1)) AS keys,
    day::INT AS first, day::INT AS last, (CASE WHEN dated THEN 0 ELSE 2 END)::TINYINT AS certainty, false AS exact,
    CASE WHEN placed THEN 30 + (town % 60) * 0.1 END AS lat, CASE WHEN placed THEN 35 + (town // 60) * 0.1 END AS lon,
    2.0 AS radius, []::STRUCT(lat DOUBLE, lon DOUBLE)[] AS others, 'town ' || town AS place, placed AS located,
    true AS readable, [form('town' || town)] AS main_names, [form('town' || town)] AS main_words,
    [form('town' || town)] AS all_names, [form('town' || town)] AS all_words, [town::UINTEGER] AS place_words,
    [town::UINTEGER] AS said, killed::INT AS killed_min, (CASE WHEN chance < 0.3 THEN killed + 3 ELSE killed END)::INT
        AS killed_max, NULL::INT AS injured_min, NULL::INT AS injured_max, ['party ' || (town % 3)] AS parties,
    ['airstrike'] AS strikes, []::VARCHAR[] AS sites, []::STRUCT(letters VARCHAR, sounds VARCHAR)[][] AS victims,
    []::VARCHAR[] AS families, 'en' AS language, 100::INT AS distinct_words,
    list_concat(
        list_sort(list_transform(range(12), lambda w: (64::BIGINT * 1000 << 32) | (event * 16 + (w + n) % 16))),
        list_sort(list_transform(range(68), lambda w:
            (28::BIGINT * 1000 << 32) | (1000000000 + (number(n || ' ' || w) % 2000))))) AS tokens,
    sqrt(12 * 64000 + 68 * 28000) AS length,
    list_sort(list_transform(range(100), lambda w: (number(
        CASE WHEN chance < 0.2 THEN 'copy ' || event ELSE 'own ' || n END || ' ' || w) % 4000000000)::UINTEGER))
        AS shingles
FROM made;
"""
FORM = """
CREATE MACRO number(key) AS (hash(key) >> 1)::BIGINT;
CREATE MACRO form(name) AS {'folded': name, 'letters': name, 'sounds': name, 'latin': true};
"""


def measured(accounts: int) -> dict[str, float]:
    """Seconds, peak megabytes, pairs and the share of reports grouped as made."""
    with duckdb.connect(config={"threads": 2, "memory_limit": "4GB"}) as database:
        database.execute(FORM)
        database.execute(MADE.format(accounts=accounts, events=accounts // PER_EVENT, rare=RARE))
        begun = time.perf_counter()
        score_table(database, "columns", default_weights())
        scored = time.perf_counter()
        found = list(groups(database, range(accounts), default_weights()))
        done = time.perf_counter()
        row = database.execute("SELECT count(*) FROM scored").fetchone()
        event = [line[0] for line in database.execute("SELECT event FROM made ORDER BY n").fetchall()]
    whole = sum(len(g) for g in found if len({event[n] for n in g}) == 1 and len(g) >= accounts // len(set(event)))
    return {
        "accounts": accounts,
        "pairs": row[0] if row else 0,
        "groups": len(found),
        "grouped_as_made": round(whole / accounts, 3),
        "seconds_scoring": round(scored - begun, 1),
        "seconds_grouping": round(done - scored, 1),
        "seconds": round(done - begun, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def line(accounts: int) -> str:
    """The measurement for a person."""
    found = measured(accounts)
    told = ", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in found.items())
    return f"matching made-up accounts from their columns: {told}"


if __name__ == "__main__":
    for number in sys.argv[1:] or [str(CI)]:
        print(line(int(number)), flush=True)
