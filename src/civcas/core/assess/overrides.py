"""What people decided about a record: sources left out, values corrected, a grade overridden with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, get_args

import msgspec

from civcas.core.errors import BadDecision
from civcas.core.log import in_force
from civcas.core.records import (
    Account,
    Anchor,
    Assessment,
    Decision,
    DecisionVerb,
    Grade,
    Group,
    Range,
    Reason,
    Responsibility,
    StrikeStatus,
    Where,
)

HARM_FIELDS = ("killed", "injured", "missing", "detained")
SETTING = ("override", "correct")
ON_INCIDENTS = ("respond", "strike_is", "strike_is_not")
ON_PEOPLE = ("consent", "release_name", "withhold_name", "same_person", "not_same_person", "on_list", "not_on_list")
TERMS = {
    "grade": get_args(Grade), "strike_status": get_args(StrikeStatus), "responsibility": get_args(Responsibility),
}  # fmt: skip
DECIDED = "decision"  # the rule of a value that a person set


class Standing(msgspec.Struct):
    """The decisions in force that bear on assessments, by what they are about: worked out once for many incidents."""

    excluding: dict[str, list[Anchor]] = {}  # by document
    by_code: dict[str, list[int]] = {}  # places in `setting`
    by_document: dict[str, list[int]] = {}
    setting: list[Decision] = []
    answers: dict[str, list[Decision]] = {}  # ON_INCIDENTS, by code
    people: dict[str, list[tuple[int, Decision]]] = {}  # ON_PEOPLE with their place in the log, by document

    @classmethod
    def of(cls, decisions: Sequence[Decision]) -> Standing:
        made = cls()
        for number, decision in enumerate(in_force(decisions)):
            if decision.verb == "exclude":
                for anchor in decision.subjects:
                    made.excluding.setdefault(anchor.document or "", []).append(anchor)
            elif decision.verb in ON_INCIDENTS:
                for code in dict.fromkeys(a.code for a in decision.subjects if a.code):
                    made.answers.setdefault(code, []).append(decision)
            elif decision.verb in ON_PEOPLE:
                for document in dict.fromkeys(a.document for a in decision.subjects if a.document):
                    made.people.setdefault(document, []).append((number, decision))
            elif decision.verb in SETTING and "field" in decision.value:
                for anchor in decision.subjects:
                    named, name = (
                        (made.by_document, anchor.document) if anchor.code is None else (made.by_code, anchor.code)
                    )
                    named.setdefault(name or "", []).append(len(made.setting))
                made.setting.append(decision)
        return made

    def on(self, code: str, members: Sequence[Account]) -> Iterator[Decision]:
        """Those that set a value of the incident, in the order they were taken."""
        places = set(self.by_code.get(code, ()))
        for account in members:
            for place in self.by_document.get(account.document, ()):
                if any(_names(anchor, account) for anchor in self.setting[place].subjects):
                    places.add(place)
        return (self.setting[place] for place in sorted(places))

    def about(self, code: str, *verbs: DecisionVerb) -> list[Decision]:
        """Those of the verbs on the incident itself, in the order they were taken."""
        return [d for d in self.answers.get(code, ()) if d.verb in verbs]

    def on_people(self, documents: Iterable[str]) -> list[Decision]:
        """Those on people whom the documents name, in the order they were taken."""
        found = {number: d for document in documents for number, d in self.people.get(document, ())}
        return [found[number] for number in sorted(found)]


def led(decisions: Iterable[Decision], current: Callable[[str], str | None]) -> list[Decision]:
    """The decisions, those on an incident that was merged away naming the one that its code leads to: what a party
    answered is not lost with a code. A value set by hand stays with the code it was set on."""
    return [_led(d, current) if d.verb in ON_INCIDENTS else d for d in decisions]


def _led(decision: Decision, current: Callable[[str], str | None]) -> Decision:
    subjects = tuple(
        msgspec.structs.replace(a, code=current(a.code) or a.code) if a.code else a for a in decision.subjects
    )
    return decision if subjects == decision.subjects else msgspec.structs.replace(decision, subjects=subjects)


def excluded(account: Account, standing: Standing) -> bool:
    """Whether a decision leaves the account, or its whole document, out of the assessment."""
    return any(_names(anchor, account) for anchor in standing.excluding.get(account.document, ()))


def _names(anchor: Anchor, account: Account) -> bool:
    if anchor.document != account.document or anchor.kind not in (None, "account", "document", account.kind):
        return False
    mine = account.spans
    return not anchor.spans or any(a < d and c < b for a, b in anchor.spans for c, d in mine)


def overridden(assessment: Assessment, members: Sequence[Account], standing: Standing) -> Assessment:
    """The assessment with the values that people set: `override` and `correct` with a value of
    {"field": "grade", "to": "fair"} or {"field": "killed.civilians.min", "to": 41}; the later one holds. What the
    rules gave stays beside it among the reasons."""
    for decision in standing.on(assessment.code, members):
        assessment = _set(assessment, decision)
    return assessment


def check(assessment: Assessment, decision: Decision) -> None:
    """Raises BadDecision where the value cannot be set, or would contradict the other end of its range."""
    changed, field = _set(assessment, decision), str(decision.value["field"])
    name, *rest = field.split(".")
    if not rest:
        return
    group, end = rest
    if group not in get_args(Group):
        raise BadDecision(f"{group!r} in {field!r} is no group of people; known are {', '.join(get_args(Group))}")
    other = "max" if end == "min" else "min"
    stands = getattr(getattr(assessment, name).get(group, Range()), other)
    if getattr(getattr(changed, name)[group], other) != stands:
        contradiction = f"the minimum would be above the maximum: set {name}.{group}.{other}, now {stands}, first"
        raise BadDecision(f"{field!r} cannot be set to {decision.value.get('to')!r}: {contradiction}")


def _set(assessment: Assessment, decision: Decision) -> Assessment:
    field, to = str(decision.value["field"]), decision.value.get("to")
    name, _, rest = field.partition(".")
    if name in HARM_FIELDS and rest:
        return _harm(assessment, name, rest, decision)
    if field == "where":
        return _placed(assessment, to, decision)
    if isinstance(to, str) and to in TERMS.get(field, ()):
        reasons = _reasons(assessment, field, getattr(assessment, field), _said(field, to, decision))
        return msgspec.structs.replace(assessment, reasons=reasons, **{field: to})
    ends = "or one end of a range, such as killed.civilians.min"
    known = ", ".join(TERMS[field]) if field in TERMS else f"what can be set is {', '.join(TERMS)}, where, {ends}"
    raise BadDecision(f"{field!r} cannot be set to {to!r}: {known}")


def _placed(assessment: Assessment, to: Any, decision: Decision) -> Assessment:
    """The place that a person chose, as a whole; None for unknown."""
    try:
        where = msgspec.convert(to, Where | None)
    except msgspec.ValidationError as fault:
        raise BadDecision(f"'where' cannot be set so: {fault}") from fault
    if where is not None and not (abs(where.lat or 0) <= 90 and abs(where.lon or 0) <= 180):
        raise BadDecision(f"'where' cannot be set to {where.lat}, {where.lon}: that is not on the globe")
    before = None if assessment.where is None else assessment.where.name
    point = "" if where is None or where.lat is None else f" ({where.lat}, {where.lon})"
    said = _said("where", f"{where.name}{point}" if where else None, decision)
    return msgspec.structs.replace(assessment, where=where, reasons=_reasons(assessment, "where", before, said))


def _harm(assessment: Assessment, name: str, rest: str, decision: Decision) -> Assessment:
    """One end of a range set; the other end follows where it would contradict what a person has settled."""
    field, to = f"{name}.{rest}", decision.value.get("to")
    group, _, end = rest.partition(".")
    number = isinstance(to, int) and not isinstance(to, bool) and 0 <= to < MOST
    if end not in ("min", "max") or not (to is None or number):
        raise BadDecision(f"{field!r} cannot be set to {to!r}: it takes a number of people, or nothing for unknown")
    ranges: dict[str, Range] = getattr(assessment, name)
    before = ranges.get(group, Range())
    changed: Range = msgspec.structs.replace(before, **{end: to})
    reasons = _reasons(assessment, field, getattr(before, end), _said(field, to, decision))
    if changed.min is not None and changed.max is not None and changed.min > changed.max:
        other = "max" if end == "min" else "min"
        follows = f"moved to {to}, for {decision.actor} set the {_END[end]} to it"
        reason = Reason(field=f"{name}.{group}.{other}", rule=DECIDED, text=follows)
        assessment = msgspec.structs.replace(assessment, reasons=reasons)
        reasons = _reasons(assessment, reason.field, getattr(before, other), reason)
        changed = Range(min=to, max=to)
    return msgspec.structs.replace(assessment, reasons=reasons, **{name: {**ranges, group: changed}})


MOST = 1_000_000_000  # people: more are a slip of the hand
_END = {"min": "minimum", "max": "maximum"}


def _said(field: str, to: Any, decision: Decision) -> Reason:
    value = "unknown" if to is None else to
    return Reason(field=field, rule=DECIDED, text=f"set to {value} by {decision.actor}: {decision.reason}")


def _reasons(assessment: Assessment, field: str, before: Any, reason: Reason) -> tuple[Reason, ...]:
    """The reasons with the person's put before those of the rules, which tell what they would have given."""
    given = "unknown" if before is None else str(before)
    own = [
        r if r.suggested is not None else msgspec.structs.replace(r, suggested=given)
        for r in assessment.reasons
        if r.field == field and r.rule != DECIDED
    ]
    others = (r for r in assessment.reasons if r.field != field)
    return (*others, reason, *own)
