"""Incidents, their codes for ever, and their assessments."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec
from django.db.models import Q

from civcas.core.errors import BadStore
from civcas.core.records import Account, Assessment, Incident
from civcas.store import readings
from civcas.store.models import AssessmentRow, CodeRow, MemberRow
from civcas.store.rows import BATCH, batches, body, next_position

_incident = msgspec.json.Decoder(Incident)
_assessment = msgspec.json.Decoder(Assessment)


def replace(
    db: str, incidents: Sequence[Incident], now: datetime.datetime, within: Collection[str] | None = None
) -> int:
    """Makes these the incidents that there are, or those that there are of the codes given and of new ones; returns
    how many codes changed in any way."""
    given = {i.code: i for i in incidents}
    if len(given) < len(incidents):
        raise BadStore("two incidents bear one code: a code is given once")
    asked = None if within is None else sorted({*within, *given})
    rows = {row.code: row for part in _parts(asked) for row in CodeRow.objects.using(db).filter(part)}
    past = _Past(db, asked)
    _refuse_reuse(given, rows, past)
    now_in = {account: i.code for i in incidents for account in i.accounts}
    new = [code for code in given if code not in rows]
    first = next_position(CodeRow.objects, db)
    made = [CodeRow(code=code, position=first + n, body=_bare(given[code])) for n, code in enumerate(new)]
    CodeRow.objects.using(db).bulk_create(made, batch_size=BATCH)
    changed = [row for row in rows.values() if _update(row, given.get(row.code), past, now_in)]
    CodeRow.objects.using(db).bulk_update(changed, ["body", "redirect"], batch_size=200)
    _replace_members(db, given, past, now)
    AssessmentRow.objects.using(db).filter(code__body=None).delete()
    return len(new) + len(changed)


def _parts(codes: Sequence[str] | None) -> Iterator[Q]:
    """What asks for the rows of these codes, a batch at a time; of all, at once."""
    yield from [Q()] if codes is None else (Q(code__in=batch) for batch in batches(codes))


class _Past:
    """Which accounts each code had: now, ever, and what they are read as today."""

    def __init__(self, db: str, asked: Sequence[str] | None) -> None:
        self.current: dict[str, set[str]] = {}
        self.ever: dict[str, set[str]] = {}
        for part in _parts(asked):
            rows = MemberRow.objects.using(db).filter(part)
            for code, account, current in rows.values_list("code_id", "account", "current"):
                self.ever.setdefault(code, set()).add(account)
                if current:
                    self.current.setdefault(code, set()).add(account)
        self._today = readings.today(db, {a for accounts in self.ever.values() for a in accounts})

    def today(self, code: str) -> set[str]:
        """What the code's last accounts are read as today."""
        last = self.current.get(code) or self.ever.get(code, set())
        return {self._today[account] for account in last if account in self._today}


def _refuse_reuse(given: Mapping[str, Incident], rows: Mapping[str, CodeRow], past: _Past) -> None:
    for code, incident in given.items():
        own = past.ever.get(code, set()) | past.today(code)
        if code in rows and not own.intersection(incident.accounts):
            raise BadStore(f"the code {code} belonged to another incident and is never given again")


def _update(row: CodeRow, incident: Incident | None, past: _Past, now_in: Mapping[str, str]) -> bool:
    """Sets the row as it must be now; whether that changed it."""
    old = (row.body, row.redirect)
    if incident is not None:
        row.body, row.redirect = _bare(incident), None
    elif row.body is not None or row.redirect is None:
        row.body, row.redirect = None, _heir(past.today(row.code), now_in)
    return (row.body, row.redirect) != old


def _heir(accounts: Iterable[str], now_in: Mapping[str, str]) -> str | None:
    """The incident that most of the accounts went to; among equals the first by code."""
    shares = Counter(now_in[account] for account in accounts if account in now_in)
    return min(shares, key=lambda code: (-shares[code], code), default=None)


def _replace_members(db: str, given: Mapping[str, Incident], past: _Past, now: datetime.datetime) -> None:
    before = past.current
    members = MemberRow.objects.using(db)
    wanted = {code: set(i.accounts) for code, i in given.items()}
    for code in before.keys() | wanted.keys():
        old, new = before.get(code, set()), wanted.get(code, set())
        if gone := old - new:
            members.filter(code_id=code, account__in=gone, current=True).update(current=False, until=now)
    fresh = [
        MemberRow(code_id=code, account=account, current=True, since=now)
        for code, accounts in wanted.items()
        for account in sorted(accounts - before.get(code, set()))
    ]
    members.bulk_create(fresh, batch_size=BATCH)


def _bare(incident: Incident) -> str:
    return body(msgspec.structs.replace(incident, members=()))


# ------------------------------------------------------------------ reading


def read(db: str, codes: Sequence[str] | None = None) -> Iterator[Incident]:
    """The incidents that there are, with their accounts, in the order that their codes were first given."""
    rows = CodeRow.objects.using(db).filter(body__isnull=False)
    chosen = rows if codes is None else rows.filter(code__in=codes)
    wanted_codes = list(chosen.order_by("position").values_list("code", flat=True))
    for batch in batches(wanted_codes, 200):
        bodies = dict(CodeRow.objects.using(db).filter(code__in=batch, body__isnull=False).values_list("code", "body"))
        bare = [_incident.decode(bodies[code] or "") for code in batch if code in bodies]
        wanted = [account for incident in bare for account in incident.accounts]
        members: dict[str, Account] = {a.id: a for a in readings.accounts_of(db, wanted)}
        for incident in bare:
            own = tuple(members[a] for a in incident.accounts if a in members)
            yield msgspec.structs.replace(incident, members=own)


def codes(db: str, as_of: datetime.datetime | None = None) -> dict[str, str]:
    """For each account in an incident, the incident's code. An account read otherwise since passes its code on; one
    that no reader found for a while comes back to the code that it had, where no incident bears that meanwhile."""
    rows = MemberRow.objects.using(db).filter(_held(as_of)).order_by("account", "pk")
    held = dict(rows.values_list("account", "code_id"))
    borne = set(held.values())
    for account, code in _left(db, as_of).items():
        if code not in borne:
            held.setdefault(account, code)
    read_as = readings.today(db, held, as_of)
    return {now: held[was] for was, now in sorted(read_as.items()) if now == was or now not in held}


def _left(db: str, as_of: datetime.datetime | None) -> dict[str, str]:
    """The accounts that had left an incident, each with the code of the last one it was of."""
    rows = MemberRow.objects.using(db).filter(current=False)
    gone = rows if as_of is None else MemberRow.objects.using(db).filter(until__lte=as_of)
    return dict(gone.order_by("pk").values_list("account", "code_id"))


def _held(as_of: datetime.datetime | None) -> Q:
    """The members there were at a moment; one from before times were kept is taken to have been there all along."""
    if as_of is None:
        return Q(current=True)
    begun = Q(since=None) | Q(since__lte=as_of)
    return begun & (Q(current=True) | Q(until__gt=as_of))


def codes_of(db: str, accounts: Iterable[str]) -> dict[str, str]:
    """The same of these accounts, and of what they are read as now."""
    held: dict[str, str] = {}
    left: dict[str, str] = {}
    members_ = MemberRow.objects.using(db)
    for batch in batches(accounts):
        for account, code, current in (
            members_.filter(account__in=batch).order_by("pk").values_list("account", "code_id", "current")
        ):
            (held if current else left)[account] = code
    borne = {code for batch in batches(sorted(set(left.values()))) for code in _borne(db, batch)}
    for account, code in left.items():
        if code not in borne:
            held.setdefault(account, code)
    read_as = readings.today(db, held)
    return {now: held[was] for was, now in sorted(read_as.items()) if now == was or now not in held}


def _borne(db: str, codes_: Sequence[str]) -> Iterable[str]:
    rows = MemberRow.objects.using(db).filter(code_id__in=codes_, current=True)
    return set(rows.values_list("code_id", flat=True))


def coded(db: str, accounts: Iterable[str]) -> set[str]:
    """The codes that any of these accounts is or ever was of."""
    return {
        code
        for batch in batches(accounts)
        for code in MemberRow.objects.using(db).filter(account__in=batch).values_list("code_id", flat=True)
    }


def used_codes(db: str, as_of: datetime.datetime | None = None) -> frozenset[str]:
    """Every code ever given, or given up to a moment."""
    if as_of is None:
        return frozenset(CodeRow.objects.using(db).values_list("code", flat=True))
    rows = MemberRow.objects.using(db).filter(Q(since=None) | Q(since__lte=as_of))
    return frozenset(rows.values_list("code_id", flat=True))


def ever_coded(db: str, code: str) -> frozenset[str]:
    """The accounts that were ever of the incident of that code."""
    return frozenset(MemberRow.objects.using(db).filter(code_id=code).values_list("account", flat=True))


def current_code(db: str, code: str) -> str | None:
    """The code of the incident that this code leads to today; None where it leads nowhere."""
    seen: set[str] = set()
    while code not in seen:
        seen.add(code)
        row = CodeRow.objects.using(db).filter(code=code).first()
        if row is None or (row.body is None and row.redirect is None):
            return None
        if row.body is not None:
            return row.code
        code = row.redirect or ""
    return None


def members(db: str, codes: Iterable[str]) -> dict[str, str]:
    """The accounts in the incidents of these codes, each with the code."""
    rows = MemberRow.objects.using(db).filter(current=True)
    return {
        account: code
        for batch in batches(sorted(codes))
        for account, code in rows.filter(code_id__in=batch).values_list("account", "code_id")
    }


# -------------------------------------------------------------- assessments


def set_assessments(db: str, assessments: Iterable[Assessment]) -> int:
    """Writes the assessments that differ from what is stored; returns how many."""
    given = {a.code: body(a) for a in assessments}
    stored: dict[str, str] = {}
    known: set[str] = set()
    for batch in batches(given):
        stored.update(AssessmentRow.objects.using(db).filter(code__in=batch).values_list("code_id", "body"))
        rows = CodeRow.objects.using(db).filter(code__in=batch, body__isnull=False)
        known.update(rows.values_list("code", flat=True))
    if unknown := next((code for code in given if code not in known), None):
        raise BadStore(f"there is no incident {unknown}: set the incidents before their assessments")
    changed = [AssessmentRow(code_id=code, body=text) for code, text in given.items() if stored.get(code) != text]
    AssessmentRow.objects.using(db).bulk_create(
        changed, batch_size=BATCH, update_conflicts=True, unique_fields=["code"], update_fields=["body"]
    )
    return len(changed)


def assessments(db: str) -> Iterator[Assessment]:
    rows = AssessmentRow.objects.using(db).filter(code__body__isnull=False)
    for row in rows.order_by("code__position").only("body").iterator(chunk_size=500):
        yield _assessment.decode(row.body)


def assessment(db: str, code: str) -> Assessment | None:
    row = AssessmentRow.objects.using(db).filter(code_id=code, code__body__isnull=False).first()
    return None if row is None else _assessment.decode(row.body)
