"""A process killed with SIGKILL two hundred times in the middle of whatever it was doing: see kill_loop.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TIMES = 200
SEED = 20240501
LOOP = Path(__file__).with_name("kill_loop.py")


@pytest.mark.slow
def test_the_record_verifies_after_each_of_two_hundred_kills_and_no_action_is_half_done(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, str(LOOP), str(tmp_path / "desk"), str(TIMES), str(SEED)],
        capture_output=True, text=True, timeout=900, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["faults"] == []
    assert found["kills"] == TIMES
    assert found["actions"] >= TIMES // 10  # it got somewhere between the kills
    assert found["absent"] >= TIMES // 10  # and many of them met it in the middle of an action
