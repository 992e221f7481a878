"""A record is assessed anew fast enough to be recomputed at will."""

from __future__ import annotations

import recompute

MOST_MS = 20.0  # for one incident, the slowest of a thousand


def test_one_incident_is_assessed_within_twenty_milliseconds_and_all_in_several_processes() -> None:
    found = recompute.measured(recompute.CI)
    assert found["incidents"] == recompute.CI
    assert found["median_ms"] < MOST_MS
    assert found["seconds"] < 20.0  # it takes about one; a machine may be busy


def test_several_processes_give_what_one_gives() -> None:
    rows, decisions = recompute.made(2100)
    one = recompute.recomputed(rows, decisions, workers=1)
    assert one == recompute.recomputed(rows, decisions, workers=2)
    assert len(one) == 2100
