"""Property tests give the same answer on a slow machine as on a fast one."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("civcas", deadline=None, derandomize=True)
settings.load_profile("civcas")
