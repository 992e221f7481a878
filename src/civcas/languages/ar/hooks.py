"""Arabic needs no code of its own: its data says all."""

from collections.abc import Callable, Mapping
from typing import Any

HOOKS: Mapping[str, Callable[..., Any]] = {}
