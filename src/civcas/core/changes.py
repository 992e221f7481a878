"""What moved between two states of a record, and why: incident by incident, and in sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from civcas.core.codebook import Codebook
from civcas.core.log import in_force
from civcas.core.project import Project
from civcas.core.records import Account, Anchor, Assessment, Decision, Range, Record

HARM = ("killed", "injured", "missing", "detained")
PLAIN = ("grade", "strike_status", "strike_type", "infrastructure", "munitions", "causes", "sources", "origins")
Kind = Literal["new", "gone", "changed"]
WhyKind = Literal[
    "new_document",
    "document_gone",
    "decision",
    "undone",
    "codebook",
    "project",
    "reader",
    "reread",
    "joined",
    "unknown",
]


class State(Record, frozen=True, kw_only=True):
    """A record as it stood at a moment. A file that was handed out holds assessments and no more."""

    assessments: dict[str, Assessment]
    accounts: dict[str, Account] = {}  # by id: of incidents
    decisions: tuple[Decision, ...] = ()  # all that were taken, undone ones too
    lines: dict[str, int] = {}  # of the log, by id of the decision
    published: frozenset[str] = frozenset()
    codebook: Codebook | None = None
    project: Project | None = None
    whole: bool = True  # False: nothing but the assessments is known


class Moved(Record, frozen=True, kw_only=True):
    """One value that is another now; None is unknown, or not there."""

    field: str
    before: Any = None
    after: Any = None


class Why(Record, frozen=True, kw_only=True):
    """One thing that has come between the two states and bears on the incident."""

    kind: WhyKind
    text: str
    document: str | None = None
    line: int | None = None  # of the log


class Changed(Record, frozen=True, kw_only=True):
    """One incident that is new, gone or another than it was."""

    code: str
    kind: Kind
    moved: tuple[Moved, ...] = ()
    why: tuple[Why, ...] = ()
    now: str | None = None  # the code that a gone one leads to
    published: Literal["published", "withdrawn"] | None = None


class Span(Record, frozen=True, kw_only=True):
    """The sum of minima and the sum of maxima over all incidents; what is unknown adds nothing."""

    min: int = 0
    max: int = 0


class Sum(Record, frozen=True, kw_only=True):
    """All changes together."""

    incidents: tuple[int, int]
    new: int = 0
    gone: int = 0
    changed: int = 0
    regraded: int = 0
    restatused: int = 0
    published: int = 0
    withdrawn: int = 0
    killed: tuple[Span, Span] = (Span(), Span())  # civilians, before and after
    injured: tuple[Span, Span] = (Span(), Span())
    why: dict[str, int] = {}  # number of incidents that each kind of reason bears on
    kind: Literal["sum"] = "sum"


def changes(before: State, after: State) -> list[Changed]:
    """The incidents that are not as they were, by code."""
    causes = _Causes(before, after)
    found = (_changed(code, before, after, causes) for code in sorted({*before.assessments, *after.assessments}))
    return [one for one in found if one is not None]


def _changed(code: str, before: State, after: State, causes: _Causes) -> Changed | None:
    was, now = before.assessments.get(code), after.assessments.get(code)
    kind: Kind = "changed" if was and now else "new" if now else "gone"
    moved = tuple(_moved(was, now))
    public = _publication(code, before, after)
    if kind == "changed" and not moved and public is None:
        return None
    why = causes.of(code, was, now) if moved or kind != "changed" else causes.decided(code, (), publishing=True)
    leads = causes.heir(was) if was and not now else None
    return Changed(code=code, kind=kind, moved=moved, why=tuple(why), now=leads, published=public)


def _publication(code: str, before: State, after: State) -> Literal["published", "withdrawn"] | None:
    was, now = code in before.published, code in after.published
    return None if was == now or not (before.whole and after.whole) else "published" if now else "withdrawn"


# ------------------------------------------------------------------ what moved


def _moved(was: Assessment | None, now: Assessment | None) -> Iterator[Moved]:
    old, new = dict(_values(was)), dict(_values(now))
    for field in dict.fromkeys((*old, *new)):
        if old.get(field) != new.get(field):
            yield Moved(field=field, before=old.get(field), after=new.get(field))


def _values(found: Assessment | None) -> Iterator[tuple[str, Any]]:
    """What a reader of the record sees of an incident; reasons and claims may be others for the same values."""
    if found is None:
        return
    for kind in HARM:
        for group, range_ in getattr(found, kind).items():
            for end in ("min", "max"):
                if (value := getattr(range_, end)) is not None:
                    yield f"{kind}.{group}.{end}", value
    for field in PLAIN:
        value = getattr(found, field)
        if value not in (None, ()):
            yield field, list(value) if isinstance(value, tuple) else value
    if found.when:
        yield "when", found.when.edtf
    if found.where:
        yield "where", ", ".join(filter(None, (found.where.name, found.where.admin1, found.where.country)))
    if found.belligerents:
        named = (filter(None, (b.name, b.attribution, b.position)) for b in found.belligerents)
        yield "belligerents", [" ".join(words) for words in named]
    if found.victims:
        yield "victims", [f"{v.name}, {v.outcome}" for v in found.victims]
    if found.statements:
        yield "statements", [f"{s.speaker or 'somebody'}: {s.position}" for s in found.statements]
    yield "documents", list(found.documents)


# ------------------------------------------------------------------------- why


class _Causes:
    """What lies between two states, looked up for one incident at a time."""

    def __init__(self, before: State, after: State) -> None:
        self.before, self.after = before, after
        old = {d.id: d for d in in_force(before.decisions)}
        new = {d.id: d for d in in_force(after.decisions)}
        entered = [d for d in new.values() if d.id not in old]
        left = [d for d in old.values() if d.id not in new]
        self.by_code: dict[str, list[Why]] = {}
        self.by_document: dict[str, list[Why]] = {}
        self.on_publishing: set[Why] = set()
        for decision, why in (*((d, self._took(d)) for d in entered), *((d, self._undid(d)) for d in left)):
            if decision.verb in ("publish", "withdraw"):
                self.on_publishing.add(why)
            for anchor in dict.fromkeys(decision.subjects):
                self._file(anchor, why)
        self.was_in = {a: s.code for s in before.assessments.values() for a in s.accounts}
        self.now_in = {a: s.code for s in after.assessments.values() for a in s.accounts}
        self.now_of = {d: s.code for s in after.assessments.values() for d in s.documents}
        self.known = {d for s in before.assessments.values() for d in s.documents}
        self.known.update(a.document for a in before.accounts.values())
        self.kept = {d for s in after.assessments.values() for d in s.documents}
        self.kept.update(a.document for a in after.accounts.values())

    def _file(self, anchor: Anchor, why: Why) -> None:
        if anchor.code:
            self.by_code.setdefault(anchor.code, []).append(why)
        elif anchor.document:
            self.by_document.setdefault(anchor.document, []).append(why)

    def _took(self, d: Decision) -> Why:
        line = self.after.lines.get(d.id)
        return Why(kind="decision", line=line, text=f"decision {line} by {d.actor}: {_what(d)}, because: {d.reason}")

    def _undid(self, d: Decision) -> Why:
        line = self.before.lines.get(d.id)
        return Why(kind="undone", line=line, text=f"decision {line} by {d.actor} no longer holds: {_what(d)}")

    def heir(self, was: Assessment) -> str | None:
        """Where most of its accounts are now, else its documents."""
        accounts = Counter(self.now_in[a] for a in was.accounts if a in self.now_in)
        documents = Counter(self.now_of[d] for d in was.documents if d in self.now_of)
        shares = accounts or documents
        return min(shares, key=lambda code: (-shares[code], code), default=None)

    def of(self, code: str, was: Assessment | None, now: Assessment | None) -> list[Why]:
        documents = list(dict.fromkeys(d for a in (was, now) if a for d in a.documents))
        found = [*self._documents(was, now), *self.decided(code, documents)]
        if not (self.before.whole and self.after.whole):
            return found or [Why(kind="unknown", text="a file says no more than what stood then")]
        found += self._read_otherwise(was, now)
        if was and now and self._books_differ() and not any(w.kind == "codebook" for w in found):
            found += [] if found else [self._codebook()]
        if not found and self.before.project != self.after.project:
            found.append(Why(kind="project", text="project.toml says otherwise than before"))
        return found or [Why(kind="joined", text="accounts were joined otherwise, as others around them changed")]

    def decided(self, code: str, documents: Iterable[str], *, publishing: bool = False) -> list[Why]:
        """The decisions on the incident or its documents that came or went; those on publishing only where asked."""
        told = [*self.by_code.get(code, ()), *(w for d in documents for w in self.by_document.get(d, ()))]
        return list(dict.fromkeys(w for w in told if (w in self.on_publishing) == publishing))

    def _documents(self, was: Assessment | None, now: Assessment | None) -> Iterator[Why]:
        old, new = (a.documents if a else () for a in (was, now))
        for document in new:
            if document not in self.known:
                yield Why(kind="new_document", document=document, text=f"new document {document}")
            elif document not in old:
                yield Why(kind="joined", document=document, text=f"document {document} is of this incident now")
        for document in old:
            if document not in self.kept and self.after.whole:
                yield Why(kind="document_gone", document=document, text=f"document {document} tells of no incident now")
            elif document not in new:
                text = f"document {document} is of {self.now_of.get(document, 'no incident')} now"
                yield Why(kind="joined", document=document, text=text)

    def _read_otherwise(self, was: Assessment | None, now: Assessment | None) -> Iterator[Why]:
        """The documents of both states whose accounts in the incident are not the same."""
        old, new = _by_document(was, self.before), _by_document(now, self.after)
        for document in old:
            if document not in new or old[document] == new[document]:
                continue
            claims = [{c.id for a in accounts for c in a.claims} for accounts in (old[document], new[document])]
            if claims[0] == claims[1] and self._books_differ():
                yield self._codebook()
                continue
            readers = [_readers(accounts) for accounts in (old[document], new[document])]
            if readers[0] != readers[1]:
                text = f"document {document} was read anew: {readers[0]} then, {readers[1]} now"
                yield Why(kind="reader", document=document, text=text)
            else:
                text = f"document {document} was read anew by the same reader: places, parties or text are others"
                yield Why(kind="reread", document=document, text=text)

    def _books_differ(self) -> bool:
        return self.before.codebook != self.after.codebook

    def _codebook(self) -> Why:
        books = [f"{b.name} {b.version}" if b else "none" for b in (self.before.codebook, self.after.codebook)]
        told = f"{books[0]} then, {books[1]} now" if books[0] != books[1] else f"{books[0]}, with other rules in it"
        return Why(kind="codebook", text=f"the codebook: {told}")


def _what(decision: Decision) -> str:
    """The decision in a few words."""
    about = " and ".join(a.code or a.document or "" for a in dict.fromkeys(decision.subjects))
    field, to = decision.value.get("field"), decision.value.get("to")
    value = f" {field} = {'unknown' if to is None else to}" if field else ""
    return f"{decision.verb.replace('_', ' ')} {about}{value}"


def _by_document(found: Assessment | None, state: State) -> dict[str, list[Account]]:
    told: dict[str, list[Account]] = {}
    for id_ in found.accounts if found else ():
        if account := state.accounts.get(id_):
            told.setdefault(account.document, []).append(account)
    return told


def _readers(accounts: Sequence[Account]) -> str:
    return " and ".join(sorted({c.origin for a in accounts for c in a.claims})) or "nothing"


# ------------------------------------------------------------------------- sum


def summed(before: State, after: State, found: Sequence[Changed]) -> Sum:
    """The changes in sum."""
    fields = Counter(m.field for c in found if c.kind == "changed" for m in c.moved)
    kinds = Counter(c.kind for c in found)
    public = Counter(c.published for c in found)
    why = Counter(kind for c in found for kind in {w.kind for w in c.why})
    return Sum(
        incidents=(len(before.assessments), len(after.assessments)),
        new=kinds["new"],
        gone=kinds["gone"],
        changed=kinds["changed"],
        regraded=fields["grade"],
        restatused=fields["strike_status"],
        published=public["published"],
        withdrawn=public["withdrawn"],
        killed=(_total(before.assessments, "killed"), _total(after.assessments, "killed")),
        injured=(_total(before.assessments, "injured"), _total(after.assessments, "injured")),
        why=dict(sorted(why.items())),
    )


def _total(assessments: Mapping[str, Assessment], kind: str) -> Span:
    ranges: list[Range] = [getattr(a, kind).get("civilians", Range()) for a in assessments.values()]
    return Span(min=sum(r.min or 0 for r in ranges), max=sum(r.max or 0 for r in ranges))
