"""What another codebook would move, worked out from the claims that stand before it is applied."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from civcas.core.changes import State
from civcas.core.codebook import Codebook
from civcas.pipeline.assessing import assessed
from civcas.pipeline.matching import matched
from civcas.pipeline.past import gathered
from civcas.pipeline.reading import Rules

if TYPE_CHECKING:
    from civcas.store import Store


def previewed(
    store: Store, rules: Rules, codebook: Codebook, *, advance: Callable[[int], None] = lambda _: None
) -> tuple[State, State]:
    """The record by the rules in force and by the other codebook, both gathered anew from the claims that stand."""
    return tuple(  # type: ignore[return-value]  # one for each of the two
        _state(store, msgspec.structs.replace(rules, codebook=book), advance) for book in (rules.codebook, codebook)
    )


def _state(store: Store, rules: Rules, advance: Callable[[int], None]) -> State:
    decisions = store.decisions()
    accounts = [a for a in gathered(store, rules, advance) if a.kind == "incident"]
    incidents = matched(accounts, decisions, codes=store.codes(), retired=store.used_codes())
    found = assessed(incidents, rules.codebook, rules.project, decisions)
    return State(
        assessments={a.code: a for a in found},
        accounts={a.id: a for i in incidents for a in i.members},
        decisions=tuple(store.decisions(all_of_them=True)),
        lines=store.lines(),
        published=store.published(),
        codebook=rules.codebook,
        project=rules.project,
    )
