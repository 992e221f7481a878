"""What people decided about a record: sources left out, values corrected, a grade overridden with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import msgspec

from civcas.core.errors import BadDecision
from civcas.core.log import in_force
from civcas.core.records import Account, Anchor, Assessment, Decision, Grade, Range, Reason, StrikeStatus

HARM_FIELDS = ("killed", "injured", "missing", "detained")


def excluded(account: Account, decisions: Sequence[Decision]) -> bool:
    """Whether a decision leaves the account, or its whole document, out of the assessment."""
    return any(d.verb == "exclude" and any(_names(s, account) for s in d.subjects) for d in in_force(decisions))


def _names(anchor: Anchor, account: Account) -> bool:
    if anchor.document != account.document or anchor.kind not in (None, "account", "document", account.kind):
        return False
    mine = account.spans
    return not anchor.spans or any(a < d and c < b for a, b in anchor.spans for c, d in mine)


def overridden(assessment: Assessment, members: Sequence[Account], decisions: Sequence[Decision]) -> Assessment:
    """The assessment with the values that people set: `override` and `correct` with a value of
    {"field": "grade", "to": "fair"} or {"field": "killed.civilians.min", "to": 41}; the later one holds."""
    for decision in in_force(decisions):
        subject = any(s.code == assessment.code or any(_names(s, a) for a in members) for s in decision.subjects)
        if subject and decision.verb in ("override", "correct") and "field" in decision.value:
            assessment = _set(assessment, decision)
    return assessment


def _set(assessment: Assessment, decision: Decision) -> Assessment:
    field, to = str(decision.value["field"]), decision.value.get("to")
    name, _, rest = field.partition(".")
    reason = Reason(field=field, rule="decision", text=f"set to {to} by {decision.actor}: {decision.reason}")
    kept = tuple(r for r in assessment.reasons if r.field != field)
    changes: dict[str, Any] = {"reasons": (*kept, reason)}
    if name in HARM_FIELDS and rest:
        changes[name] = _harm(getattr(assessment, name), rest, to, field)
    elif (field == "grade" and to in get_args(Grade)) or (field == "strike_status" and to in get_args(StrikeStatus)):
        changes[field] = to
    else:
        raise BadDecision(f"decision {decision.id}: {field!r} cannot be set to {to!r}")
    return msgspec.structs.replace(assessment, **changes)


def _harm(ranges: dict[str, Range], rest: str, to: Any, field: str) -> dict[str, Range]:
    group, _, end = rest.partition(".")
    if end not in ("min", "max") or not (to is None or isinstance(to, int) and to >= 0):
        raise BadDecision(f"{field!r} cannot be set to {to!r}: it takes a number of people, or nothing for unknown")
    changed: Range = msgspec.structs.replace(ranges.get(group, Range()), **{end: to})
    if changed.min is not None and changed.max is not None and changed.min > changed.max:
        raise BadDecision(f"{field!r} cannot be set to {to!r}: the minimum would be above the maximum")
    return {**ranges, group: changed}
