"""The decision log in the store: appended under a lock, each line salted, the head signed."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from civcas.core import log
from civcas.core.assess import naming
from civcas.core.errors import BadDecision, BadStore
from civcas.core.log import Sealed
from civcas.core.records import Decision, Head, Link
from civcas.store import engine
from civcas.store.keys import Key
from civcas.store.models import HeadRow, LinkRow, PayloadRow
from civcas.store.rows import plain


def append(db: str, decision: Decision, key: Key) -> Link:
    """The line that now holds the decision; one that is in the log already stays where it is. Runs in a transaction."""
    last = _last(db)
    known = PayloadRow.objects.using(db).filter(decision=decision.id).first()
    if known is not None:
        return _link(LinkRow.objects.using(db).get(number=known.pk))
    payload, salt = log.payload(decision), secrets.token_bytes(log.SALT_BYTES)
    line = log.link(last, payload, salt)
    LinkRow.objects.using(db).create(number=line.number, digest=line.digest, previous=line.previous, hash=line.hash)
    PayloadRow.objects.using(db).create(
        link_id=line.number, decision=decision.id, verb=decision.verb, payload=payload, salt=salt
    )
    _set_head(db, log.head(line, key.public, key.sign))
    return line


def lock(db: str) -> None:
    """Holds the record against every other writer until the transaction ends.

    SQLite lets one writer in at a time anyway (BEGIN IMMEDIATE); in PostgreSQL all writers take this one row.
    """
    if HeadRow.objects.using(db).select_for_update().filter(id=1).first() is None:
        raise BadStore("the head of the decision log is missing: `civcas verify` shows what else is")


def _last(db: str) -> Link | None:
    row = LinkRow.objects.using(db).order_by("number").last()
    return None if row is None else _link(row)


def _set_head(db: str, head: Head) -> None:
    HeadRow.objects.using(db).filter(id=1).update(
        number=head.number, hash=head.hash, key=head.key, signature=head.signature
    )


def start(db: str, key: Key) -> None:
    """The head of an empty log, signed; a log that has begun is left alone."""
    signature = key.sign(log.head_message(0, log.GENESIS))
    HeadRow.objects.using(db).get_or_create(
        id=1, defaults={"number": 0, "hash": log.GENESIS, "key": key.public, "signature": signature}
    )


def erase(db: str, number: int, key: Key) -> dict[str, Any]:
    """Takes away what a line says and its salt; gives the value of its tombstone, to be appended at once."""
    row = PayloadRow.objects.using(db).select_related("link").filter(link_id=number).first()
    if row is None:
        raise BadDecision(f"line {number} of the log is not there or is erased already: `civcas log` shows the lines")
    said = log.read_payload(plain(row.payload))
    if said.verb == "erase":
        raise BadDecision(f"line {number} is a tombstone: without it the log would no longer verify")
    line = _link(row.link)
    row.delete()
    return log.tombstone(line, said, key.public, key.sign)


def scrub(db: str) -> None:
    """Erased payloads leave the disk too."""
    engine.scrub(db, PayloadRow._meta.db_table)


def head(db: str) -> Head:
    row = HeadRow.objects.using(db).get(id=1)
    return Head(number=row.number, hash=row.hash, key=row.key, signature=row.signature)


def links(db: str) -> Iterator[Link]:
    for row in LinkRow.objects.using(db).order_by("number").iterator():
        yield _link(row)


def _link(row: LinkRow) -> Link:
    return Link(number=row.number, digest=row.digest, previous=row.previous, hash=row.hash)


def sealed(db: str) -> dict[int, Sealed]:
    """What the lines say, by number."""
    rows = PayloadRow.objects.using(db).order_by("link_id").iterator()
    return {row.pk: Sealed(payload=plain(row.payload), salt=plain(row.salt)) for row in rows}


def read(db: str, as_of: datetime.datetime | int | None = None) -> list[Decision]:
    """The decisions in their order: all of them, those up to a line, or those taken up to a moment."""
    rows = PayloadRow.objects.using(db).order_by("link_id").values_list("link_id", "payload")
    return _in_order(rows.iterator(), as_of)


def read_publications(db: str) -> list[Decision]:
    """Only what publishes, withdraws, or may bear on that, in order: what each public page asks."""
    return _read_verbs(db, ("publish", "withdraw"))


def read_naming(db: str) -> list[Decision]:
    """The decisions in force on who a person is and whether the name may be shown, in order."""
    return log.in_force(_read_verbs(db, (*naming.VERBS, "same_person", "not_same_person")))


def _read_verbs(db: str, verbs: Iterable[str]) -> list[Decision]:
    """The decisions of these verbs, and those that take decisions back or stand in their place."""
    rows = PayloadRow.objects.using(db).filter(verb__in=(*verbs, "undo", "erase"))
    return _in_order(rows.order_by("link_id").values_list("link_id", "payload").iterator(), None)


def read_tombstones(db: str) -> list[Decision]:
    """The decisions that stand for erased lines."""
    rows = PayloadRow.objects.using(db).filter(verb="erase").order_by("link_id")
    return [log.read_payload(plain(row.payload)) for row in rows.iterator()]


def _in_order(rows: Iterable[tuple[int, Any]], as_of: datetime.datetime | int | None) -> list[Decision]:
    said = log.with_stand_ins({number: log.read_payload(plain(payload)) for number, payload in rows})
    if as_of is None:
        return [d for _, d in said]
    if isinstance(as_of, int):
        return [d for number, d in said if number <= as_of]
    return [d for _, d in said if d.at <= as_of]


def lines(db: str) -> dict[str, int]:
    return dict(PayloadRow.objects.using(db).values_list("decision", "link_id"))


def at_line(db: str, number: int) -> Decision | None:
    row = PayloadRow.objects.using(db).filter(link_id=number).first()
    return None if row is None else log.read_payload(plain(row.payload))


def find(db: str, decision_id: str) -> Decision | None:
    row = PayloadRow.objects.using(db).filter(decision=decision_id).first()
    return None if row is None else log.read_payload(plain(row.payload))
