"""Every change that a person makes to the record: permission, change and log line in one transaction; and keeping it.

The web, the API and the command line all call these. `actor` is who acts and in which role, `at` when, `reason` why:
none of them has a default. A decision names what exists, or is refused with a word on what to do.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from civcas.core import log
from civcas.core.assess import responses
from civcas.core.assess.naming import consents, standing
from civcas.core.assess.overrides import Standing, check, led
from civcas.core.assess.responses import recorded
from civcas.core.codebook import Codebook
from civcas.core.datasets.own import Proposal
from civcas.core.errors import BadDecision
from civcas.core.log import Fault, Noted
from civcas.core.records import Account, Anchor, Assessment, Decision, DecisionVerb, digest
from civcas.core.redacting import redactor
from civcas.preserve import Archive
from civcas.store import Role, Store, Viewer, layout, open_store
from civcas.store import restore as unpack

_REVIEW: frozenset[Role] = frozenset({"reviewer", "editor", "admin"})
_EDIT: frozenset[Role] = frozenset({"editor", "admin"})
_ADMIN: frozenset[Role] = frozenset({"admin"})
PERMITTED: Mapping[DecisionVerb, frozenset[Role]] = {
    "same": _REVIEW,
    "not_same": _REVIEW,
    "correct": _REVIEW,
    "exclude": _REVIEW,
    "sign_off": _REVIEW,
    "undo": _REVIEW,  # reviewers only their own
    "merge": _EDIT,
    "split": _EDIT,
    "override": _EDIT,
    "codebook": _EDIT,
    "publish": _EDIT,
    "withdraw": _EDIT,
    "erase": _ADMIN,
    "respond": _REVIEW,
    "strike_is": _REVIEW,
    "strike_is_not": _REVIEW,
    "same_person": _REVIEW,
    "not_same_person": _REVIEW,
    "on_list": _REVIEW,
    "not_on_list": _REVIEW,
    "consent": _REVIEW,
    "withhold_name": _REVIEW,
    "release_name": _EDIT,
}


def decide(
    store: Store, verb: DecisionVerb, subjects: Iterable[Anchor], *,
    actor: Viewer, at: datetime.datetime, reason: str, value: Mapping[str, Any] | None = None,
) -> Decision:  # fmt: skip
    """The decision as it stands in the log. Publishing what is published already gives the decision that did it."""
    _permitted(verb, actor, at, reason)
    if verb not in _RULES:
        raise BadDecision(f"{verb!r} has an action of its own")
    with store.transaction():
        anchors = tuple(store.check_anchor(anchor) for anchor in subjects)
        proposed = _Proposed(store, verb, anchors, dict(value or {}), actor, at, reason.strip())
        standing = _RULES[verb](proposed)
        if standing is not None:
            return standing
        made = proposed.decision()
        store.append(made)
    return made


def adopt(store: Store, proposals: Iterable[Proposal], *, actor: Viewer, at: datetime.datetime) -> int:
    """How many decisions of one person were taken, all of them or none. What each names must exist; that its value
    can be taken is for the caller to know."""
    taken = 0
    with store.transaction():
        for proposal in proposals:
            name = _permitted(proposal.verb, actor, at, proposal.reason)
            anchors = tuple(store.check_anchor(anchor) for anchor in proposal.subjects)
            store.append(
                log.decision(proposal.verb, anchors, actor=name, at=at, reason=proposal.reason, value=proposal.value)
            )
            taken += 1
    return taken


def publish(store: Store, code: str, *, actor: Viewer, at: datetime.datetime, reason: str) -> Decision:
    """From now on the public sees the incident; refused while the project's sign-off rule is not met."""
    return decide(store, "publish", [Anchor(code=code)], actor=actor, at=at, reason=reason)


def withdraw(store: Store, code: str, *, actor: Viewer, at: datetime.datetime, reason: str) -> Decision:
    """From now on the public no longer sees the incident."""
    return decide(store, "withdraw", [Anchor(code=code)], actor=actor, at=at, reason=reason)


def sign_off(store: Store, code: str, *, actor: Viewer, at: datetime.datetime, reason: str) -> Decision:
    """The actor answers for the incident as it is assessed now; another assessment needs another sign-off."""
    return decide(store, "sign_off", [Anchor(code=code)], actor=actor, at=at, reason=reason)


def undo(store: Store, decision_id: str, *, actor: Viewer, at: datetime.datetime, reason: str) -> Decision:
    """The decision no longer holds; it stays in the log, and undoing this one brings it back."""
    value = {"decision": decision_id}
    return decide(store, "undo", (), actor=actor, at=at, reason=reason, value=value)


def erase(store: Store, line: int, *, actor: Viewer, at: datetime.datetime, reason: str) -> Decision:
    """What a line of the log says is gone for good; the log still verifies by the signed tombstone returned."""
    name = _permitted("erase", actor, at, reason)
    made: list[Decision] = []

    def tombstone(value: dict[str, Any]) -> Decision:
        made.append(log.decision("erase", (), actor=name, at=at, reason=reason.strip(), value=value))
        return made[0]

    store.erase_line(line, tombstone)
    return made[0]


def erase_document(
    store: Store, name: str, *, persons: Iterable[str] = (),
    actor: Viewer, at: datetime.datetime, reason: str,
) -> Decision:  # fmt: skip
    """The document is gone for good, or only these persons' names in it: text, claims, accounts, quotes, the bytes in
    the archive and every file that they came in. The signed tombstone returned says so; the record still verifies.

    Match and assess anew afterwards. What was backed up or given out before still holds it.
    """
    by = _permitted("erase", actor, at, reason)
    given = tuple(persons)
    document = store.resolve([name]).get(name)
    if document is None:
        raise BadDecision(f"there is no document {name!r}: `civcas explain CODE` shows the ids")
    try:
        names = redactor(given) if given else None
    except ValueError as fault:
        raise BadDecision(f"{fault}: no name can be erased by {', '.join(map(repr, given))}") from None
    if names is not None and names.search(reason):
        raise BadDecision("the reason holds the name that is to be erased: say it in other words")
    made: list[Decision] = []

    def tombstone(value: dict[str, Any]) -> Decision:
        anchor = Anchor(document=document)
        made.append(log.decision("erase", [anchor], actor=by, at=at, reason=reason.strip(), value=value))
        return made[0]

    store.erase_document(document, names, tombstone)
    clear_archive(store)
    return made[0]


def clear_archive(store: Store) -> int:
    """Erases what lies in the archive though the log says that it was erased; how many pieces that were."""
    archive = Archive(store.workspace / layout.ARCHIVE)
    return sum(map(archive.erase, store.erased_bytes()))


def verify(store: Store, *, noted: Iterable[Noted] = ()) -> list[Fault]:
    """What no longer holds: archived bytes, log and heads (`noted`: those written down elsewhere), rows and quotes."""
    archive = Archive(store.workspace / layout.ARCHIVE)
    return [*store.faults(archive.verify, noted=noted), *_left_behind(store, archive)]


def _left_behind(store: Store, archive: Archive) -> Iterator[Fault]:
    """Bytes that lie in the archive though they were erased: an erasing was broken off, or somebody put them back."""
    for bytes_, line in store.erased_bytes().items():
        if bytes_ in archive:
            message = f"{bytes_} lies in the archive though line {line} of the log says that it was erased"
            yield Fault(what="foreign", line=line, message=f"{message}: `civcas record` or `erase` clears it away")


def restore(file: Path, workspace: Path, url: str | None = None) -> list[Fault]:
    """Makes the workspace that a backup holds, in an empty folder, and gives what does not hold in it."""
    unpack(file, workspace, url)
    with open_store(workspace, url, create=False) as store:
        return verify(store)


class _Proposed(msgspec.Struct):
    """A decision before it is taken: what a rule looks at."""

    store: Store
    verb: DecisionVerb
    anchors: tuple[Anchor, ...]
    value: dict[str, Any]
    actor: Viewer
    at: datetime.datetime
    reason: str

    @property
    def name(self) -> str:
        return (self.actor.name or "").strip()

    def decision(self) -> Decision:
        return log.decision(
            self.verb, self.anchors, actor=self.name, at=self.at, reason=self.reason, value=self.value
        )  # fmt: skip

    def code(self) -> str:
        """The one incident that the decision is about."""
        if len(self.anchors) != 1 or self.anchors[0].code is None:
            raise BadDecision("this decision needs one incident code: `civcas record` lists them")
        return self.anchors[0].code

    def assessed(self) -> Assessment:
        code = self.code()
        found = self.store.assessment(code)
        if found is None:
            raise BadDecision(f"{code} is not assessed yet: run `civcas record` once more")
        return found

    def another(self, name: str) -> bool:
        """Whether that is somebody else than the actor, however the name is written."""
        return name.strip().casefold() != self.name.casefold()


def _permitted(verb: DecisionVerb, actor: Viewer, at: datetime.datetime, reason: str) -> str:
    """The actor's name, once actor, time and reason are such that the log can hold them."""
    name = (actor.name or "").strip()
    if not name:
        raise BadDecision("a decision needs the name of the person who takes it: give it with --by NAME")
    if actor.role not in PERMITTED[verb]:
        least = next(role for role in ("reviewer", "editor", "admin") if role in PERMITTED[verb])
        raise BadDecision(f"{name} may not take the decision {verb!r} as {actor.role}: it takes the role {least}")
    if not reason.strip():
        raise BadDecision("a decision needs its reason: give it with --reason TEXT")
    if at.tzinfo is None:
        raise BadDecision(f"the time {at} of a decision needs its time zone")
    return name


# -------------------------------------------------------------------- rules

# A rule raises BadDecision, completes the value, or gives the decision that stands already.
Rule = Callable[[_Proposed], Decision | None]


def _compares(proposed: _Proposed) -> None:
    if len(set(proposed.anchors)) < 2:
        raise BadDecision("this decision needs two accounts or more: name them by their ids, or incidents by code")


def _merges(proposed: _Proposed) -> None:
    codes = {anchor.code for anchor in proposed.anchors}
    if len(codes) < 2 or None in codes:
        raise BadDecision("merging needs two different incident codes that do not lead to one incident already")


def _splits(proposed: _Proposed) -> None:
    """The first subject is the incident, the others are what is taken out of it."""
    first, *rest = proposed.anchors or (Anchor(),)
    incident = proposed.store.incident(first.code) if first.code else None
    if incident is None or not rest:
        raise BadDecision("splitting needs an incident code and then the accounts or documents to take out of it")
    for anchor in rest:
        if anchor.document not in incident.documents:
            named = anchor.document or anchor.code
            raise BadDecision(f"{named} is not in {incident.code}: only what is in it can be taken out")
    stay = [a for a in incident.members if not any(_covers(anchor, a) for anchor in rest)]
    if not stay:
        raise BadDecision(f"that is all of {incident.code}: name only what is to leave it")
    proposed.value["stays"] = [
        msgspec.to_builtins(Anchor(document=a.document, kind=a.kind, spans=a.spans)) for a in stay
    ]


def _covers(anchor: Anchor, account: Account) -> bool:
    """Whether the anchor names the account, by itself or with its whole document."""
    return anchor.document == account.document and (not anchor.spans or bool({*anchor.spans} & {*account.spans}))


def _corrects(proposed: _Proposed) -> None:
    """A value that no assessment can take is refused now: in the log it would stop every later assessment."""
    if not proposed.anchors:
        raise BadDecision("a correction needs what it corrects: an incident code, an account or a claim")
    if not proposed.value.get("field") or "to" not in proposed.value:
        raise BadDecision('a correction needs a value such as {"field": "killed.civilians.min", "to": 41}')
    check(Assessment(code="", documents=(), accounts=()), proposed.decision())
    named = [anchor.document for anchor in proposed.anchors if anchor.document]
    codes = proposed.store.codes() if named else {}
    told = {codes[account.id] for account in proposed.store.accounts(named) if account.id in codes}
    for code in sorted(told | {anchor.code for anchor in proposed.anchors if anchor.code}):
        assessment = proposed.store.assessment(code)
        if assessment is not None:
            check(assessment, proposed.decision())


def _books(proposed: _Proposed) -> Decision | None:
    """Another codebook; the one in force already is no second line."""
    if proposed.anchors:
        raise BadDecision("a codebook is that of the whole record, not of an incident or report")
    try:
        msgspec.convert(proposed.value.get("codebook"), Codebook)
    except msgspec.ValidationError as fault:
        raise BadDecision(f"that is no codebook: {fault}") from None
    taken = [d for d in proposed.store.decisions() if d.verb == "codebook"]
    return taken[-1] if taken and taken[-1].value == proposed.value else None


def _excludes(proposed: _Proposed) -> None:
    if not proposed.anchors or any(anchor.document is None for anchor in proposed.anchors):
        raise BadDecision("leaving out needs the document or account to leave out, not an incident code")


def _publishes(proposed: _Proposed) -> Decision | None:
    found, store = proposed.assessed(), proposed.store
    standing = log.publications(store.decisions()).get(found.code)
    if standing is not None:
        return standing
    rules = store.project().publication
    if found.sources < rules.minimum_sources:
        has = f"{found.code} has {found.sources} of the {rules.minimum_sources} sources that project.toml asks for"
        raise BadDecision(f"{has} (publication.minimum_sources): collect more reports of it")
    if rules.sign_off and not any(proposed.another(d.actor) for d in _sign_offs(store, found)):
        raise BadDecision(
            f"{found.code} is not signed off by a second person as it is assessed now (project.toml asks for it: "
            f"publication.sign_off): somebody else than {proposed.name} must sign it off first"
        )
    return None


def _sign_offs(store: Store, found: Assessment) -> list[Decision]:
    """Those of the incident as it is assessed now."""
    signed = (d for d in store.decisions() if d.verb == "sign_off" and d.value.get("assessment") == digest(found))
    return [d for d in signed if any(anchor.code == found.code for anchor in d.subjects)]


def _withdraws(proposed: _Proposed) -> None:
    code = proposed.code()
    if code not in proposed.store.published():
        raise BadDecision(f"{code} is not published: there is nothing to withdraw")


def _signs(proposed: _Proposed) -> Decision | None:
    found = proposed.assessed()
    proposed.value["assessment"] = digest(found)
    return next((d for d in _sign_offs(proposed.store, found) if not proposed.another(d.actor)), None)


def _undoes(proposed: _Proposed) -> None:
    id_ = str(proposed.value.get("decision", ""))
    given = proposed.store.decisions(all_of_them=True)
    named = next((d for d in given if d.id == id_), None)
    if named is None:
        raise BadDecision(f"there is no decision {id_!r}: `civcas log` shows their ids")
    if named.verb == "erase":
        raise BadDecision("what was erased is gone: it cannot be undone")
    if id_ in log.undone(given):
        raise BadDecision(f"decision {id_} is undone already")
    if proposed.actor.role == "reviewer" and proposed.another(named.actor):
        raise BadDecision(f"decision {id_} was taken by {named.actor}: it takes an editor to undo another's")


def _responds(proposed: _Proposed) -> None:
    """One incident, and with a correction the statement or the decision that it corrects."""
    code, *statements = proposed.anchors or (Anchor(),)
    found = recorded(proposed.value)
    if code.code is None or len(statements) > 1 or any(s.kind != "statement" for s in statements):
        raise BadDecision("an answer is recorded for one incident code; `civcas record` lists them")
    if found.corrects is not None:
        taken = led(proposed.store.decisions(), proposed.store.current_code)
        steps = Standing.of(taken).about(code.code, "respond")
        if found.corrects not in {d.id for d in steps}:
            raise BadDecision(f"{found.corrects} is no recorded answer of {code.code}: `civcas responses` shows them")
    elif found.position == responses.MISREAD and not statements:
        raise BadDecision("that a step was misread needs the step: name it with --corrects")


def _finds_strike(proposed: _Proposed) -> None:
    code, *reports = proposed.anchors or (Anchor(),)
    if code.code is None or not reports or any(r.document is None for r in reports):
        raise BadDecision("this decision needs an incident code and then a declared strike: `civcas strikes CODE`")
    responses.found_strike(proposed.value)


def _names_people(proposed: _Proposed) -> None:
    least = 2 if proposed.verb in ("same_person", "not_same_person") else 1
    if len(set(proposed.anchors)) < least or any(a.kind != "victim" or not a.spans for a in proposed.anchors):
        raise BadDecision(f"this decision needs {least} or more people by their mentions: `civcas victims` lists them")


def _lists(proposed: _Proposed) -> None:
    _names_people(proposed)
    given = {name: str(proposed.value.get(name, "")).strip() for name in ("list", "id")}
    if not all(given.values()):
        raise BadDecision("this decision needs the list and the id of its line that the person is held against")
    proposed.value.clear()
    proposed.value.update(given)


def _releases(proposed: _Proposed) -> None:
    """Refused where the family said no, or where naming puts somebody at risk."""
    _names_people(proposed)
    places = [(a.document or "", start, end) for a in proposed.anchors for start, end in a.spans]
    stands = standing(places, proposed.store.decisions())
    if stands.barred:
        why = "consent was refused" if stands.consent == "refused" else "naming puts somebody at risk"
        raise BadDecision(f"the name cannot be released: {why}; `civcas consent` records it where that has changed")


def _consents(proposed: _Proposed) -> None:
    _names_people(proposed)
    consents(proposed.value)


_RULES: Mapping[DecisionVerb, Rule] = {
    "respond": _responds,
    "strike_is": _finds_strike,
    "strike_is_not": _finds_strike,
    "same_person": _names_people,
    "not_same_person": _names_people,
    "on_list": _lists,
    "not_on_list": _lists,
    "consent": _consents,
    "release_name": _releases,
    "withhold_name": _names_people,
    "same": _compares,
    "not_same": _compares,
    "merge": _merges,
    "split": _splits,
    "correct": _corrects,
    "override": _corrects,
    "codebook": _books,
    "exclude": _excludes,
    "sign_off": _signs,
    "publish": _publishes,
    "withdraw": _withdraws,
    "undo": _undoes,
}
