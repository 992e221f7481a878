"""The tests give the same answer on every machine: slow or fast, in a narrow terminal or in none."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("civcas", deadline=None, derandomize=True)
settings.load_profile("civcas")
os.environ["COLUMNS"] = "150"
