"""What the sentences before have told, as far as the next one leans on it: who was counted, who is already listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from civcas.core.extract.tagging import Unit
from civcas.core.records import Claim, Figure

REACH = 2  # sentences after which "the men" need no longer be the men last counted
_COUNT = ("number", "upper", "bound", "word", "hedged")


class Earlier(msgspec.Struct):
    """The people counted last under each noun, and the kinds of harm told of a whole list of people."""

    counted: dict[str, tuple[int, Mapping[str, Any]]] = {}
    listed: set[str] = msgspec.field(default_factory=set)

    def settle(self, units: Sequence[Unit], number: int) -> None:
        """Gives "the men" of this sentence the count that "six men" had in one of those just before, and keeps
        the counts of this one for the next."""
        for unit in units:
            if unit.tag != "WHO" or "person" not in unit.parts:
                continue
            noun = unit.parts["person"][-1].text
            if "definite" in unit.parts and unit.attributes.get("word") == "plural":
                at, count = self.counted.get(noun, (number, None))
                if count is not None and number - at <= REACH:
                    bare = {key: value for key, value in unit.attributes.items() if key not in _COUNT}
                    unit.attributes = {**bare, **count}
            elif "definite" not in unit.parts and _several(unit.attributes):
                self.counted[noun] = number, {key: unit.attributes[key] for key in _COUNT if key in unit.attributes}

    def list(self, claims: Iterable[Claim]) -> None:
        """Notes the kinds of harm that these claims tell of several people at once, "a leader and two others": who
        is "also" told of afterwards is one of them."""
        self.listed |= {c.kind for c in claims if isinstance(c.value, Figure) and len(c.value.addends) > 1}


def _several(attributes: Mapping[str, Any]) -> bool:
    """Whether the words tell how many, and more than one."""
    number = attributes.get("number")
    return number > 1 if isinstance(number, int) else attributes.get("word", "plural") != "plural"
