"""The decision log: a chain of salted digests, with what the lines say kept apart so that it can be erased.

A line holds SHA-256(salt || payload) and is bound to the line before it by its hash. An erased line keeps its place
in the chain; a later, signed decision (its tombstone) names it. The chain shows alteration, loss and reordering;
that the end was cut off, or everything rewritten, shows against a head that was noted elsewhere. This is
tamper-evidence: it hinders nobody, it shows.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from civcas.core.errors import BadDecision, BadSource
from civcas.core.records import Anchor, Decision, DecisionVerb, Head, Link, Record, digest

GENESIS = "0" * 64
WITHOUT_VALUE = (
    "same", "not_same", "merge", "exclude", "sign_off", "publish", "withdraw", "strike_is", "strike_is_not",
    "same_person", "not_same_person", "release_name", "withhold_name",
)  # fmt: skip
VALUE_OF_TERMS = ("consent", "split", "codebook")
"""What they carry is about nobody: words of a fixed list, where accounts stand in their documents, a codebook."""
SALT_BYTES = 32  # as long as the digest: guessing the salt is then no easier than guessing the digest

Sign = Callable[[bytes], str]  # message -> signature, hex
Verify = Callable[[str, str, bytes], bool]  # public key and signature (hex), message -> whether it holds
What = Literal["altered", "missing", "foreign", "reordered", "cut_off", "unsigned", "unreadable", "misquoted"]


class Sealed(Record, frozen=True, kw_only=True):
    """What a line says and the salt that its digest was made with."""

    payload: bytes
    salt: bytes


class Noted(Record, frozen=True, kw_only=True):
    """The end of the log as somebody wrote it down."""

    number: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> Noted:
        """The head written as NUMBER:HASH; raises BadSource for anything else."""
        number, _, hash_ = text.strip().partition(":")
        if not number.isdecimal() or len(hash_) != 64 or set(hash_) - set("0123456789abcdef"):
            raise BadSource(f"{text!r} is no head: it must be NUMBER:HASH as `civcas log` prints it")
        return cls(number=int(number), hash=hash_)


class LogLine(Record, frozen=True, kw_only=True):
    """A line of the log as it is exported; payload and salt are None where they were erased."""

    number: int
    digest: str
    previous: str
    hash: str
    payload: str | None
    salt: str | None  # hex


class Fault(Record, frozen=True, kw_only=True):
    """What does not hold, and where."""

    what: What
    message: str
    line: int | None = None


# ------------------------------------------------------------------ writing


def decision(
    verb: DecisionVerb, subjects: Iterable[Anchor], *, actor: str, at: datetime.datetime, reason: str,
    value: Mapping[str, Any] | None = None,
) -> Decision:  # fmt: skip
    """A decision whose id is a hash of all it says."""
    about, stated = tuple(subjects), dict(value or {})
    try:
        id_ = digest(verb, about, actor, at, reason, stated)
    except UnicodeEncodeError:  # bytes of another encoding, given on a command line
        raise BadDecision("a decision that holds half a character cannot be kept: write it in UTF-8") from None
    return Decision(id=id_, verb=verb, subjects=about, actor=actor, at=at, reason=reason, value=stated)


def payload(decision: Decision) -> bytes:
    """The canonical bytes of a decision: equal decisions, equal bytes."""
    return msgspec.json.encode(decision, order="deterministic")


def link(previous: Link | None, payload: bytes, salt: bytes) -> Link:
    """The line that follows the previous one and binds this payload."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    number, before = (1, GENESIS) if previous is None else (previous.number + 1, previous.hash)
    sealed = salted(payload, salt)
    return Link(number=number, digest=sealed, previous=before, hash=chained(number, sealed, before))


def salted(payload: bytes, salt: bytes) -> str:
    """SHA-256 of salt and payload, hex."""
    return hashlib.sha256(salt + payload).hexdigest()


def chained(number: int, digest: str, previous: str) -> str:
    """SHA-256 of a line's number, digest and the hash before it, hex."""
    return hashlib.sha256(f"{number}:{digest}:{previous}".encode()).hexdigest()


def head_message(number: int, hash_: str) -> bytes:
    """The bytes that a head's signature is over."""
    return f"civcas head {number}:{hash_}".encode()


def head(last: Link, key: str, sign: Sign) -> Head:
    """The signed end of a log whose last line is given."""
    return Head(number=last.number, hash=last.hash, key=key, signature=sign(head_message(last.number, last.hash)))


def tombstone_message(number: int, digest: str) -> bytes:
    """The bytes that a tombstone's signature is over."""
    return f"civcas erased {number}:{digest}".encode()


def erasure_message(document: str, digests: Iterable[str]) -> bytes:
    """The bytes that the signature of a document's tombstone is over."""
    return f"civcas erased document {document}:{','.join(sorted(digests))}".encode()


def tombstone(erased: Link, said: Decision, key: str, sign: Sign) -> dict[str, Any]:
    """The value of the decision that stands in place of an erased line.

    What the line did goes on being done, in so far as its verb and subjects say it: erasing a withdrawal must not
    publish again. Who took it, why, and any value it carried are gone.
    """
    signature = sign(tombstone_message(erased.number, erased.digest))
    stone = {"line": erased.number, "digest": erased.digest, "key": key, "signature": signature}
    if said.verb in WITHOUT_VALUE:
        stone["stands_for"] = {"id": said.id, "verb": said.verb, "subjects": msgspec.to_builtins(said.subjects)}
    elif said.verb in VALUE_OF_TERMS:
        subjects = msgspec.to_builtins(said.subjects)
        stone["stands_for"] = {"id": said.id, "verb": said.verb, "subjects": subjects, "value": said.value}
    elif said.verb == "undo":
        value = {"decision": said.value.get("decision")}
        stone["stands_for"] = {"id": said.id, "verb": "undo", "subjects": [], "value": value}
    return stone


def export(link: Link, sealed: Sealed | None) -> bytes:
    """The line as exported, with its newline."""
    line = LogLine(
        number=link.number, digest=link.digest, previous=link.previous, hash=link.hash,
        payload=None if sealed is None else sealed.payload.decode(),
        salt=None if sealed is None else sealed.salt.hex(),
    )  # fmt: skip
    return msgspec.json.encode(line) + b"\n"


# ------------------------------------------------------------------ reading


def read_payload(payload: bytes) -> Decision:
    """The decision that a payload states; raises BadSource."""
    try:
        return msgspec.json.decode(payload, type=Decision)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise BadSource(f"no decision can be read: {fault}") from fault


def parse(lines: Iterable[bytes]) -> Iterator[tuple[Link, Sealed | None] | Fault]:
    """Exported lines as links and payloads; a line that is not exactly as civcas writes it is a fault."""
    for position, line in enumerate(lines, 1):
        try:
            read = msgspec.json.decode(line, type=LogLine)
            link = Link(number=read.number, digest=read.digest, previous=read.previous, hash=read.hash)
            sealed = None
            if read.payload is not None and read.salt is not None:
                sealed = Sealed(payload=read.payload.encode(), salt=bytes.fromhex(read.salt))
            exact = export(link, sealed) == line
        except (msgspec.DecodeError, UnicodeError, ValueError) as fault:
            yield Fault(
                what="unreadable", line=position, message=f"line {position} of the export cannot be read: {fault}"
            )
            continue
        yield (
            (link, sealed)
            if exact
            else Fault(
                what="altered", line=position, message=f"line {position} of the export is not as civcas wrote it"
            )
        )


def check_export(
    lines: Iterable[bytes], *, noted: Iterable[Noted] = (), head: Head | None = None, verify: Verify | None = None
) -> list[Fault]:
    """Everything that does not hold in an exported log."""
    read = list(parse(lines))
    faults = [r for r in read if isinstance(r, Fault)]
    whole = [r for r in read if not isinstance(r, Fault)]
    payloads = {link.number: sealed for link, sealed in whole if sealed is not None}
    return [*faults, *check([link for link, _ in whole], payloads, noted=noted, head=head, verify=verify)]


def check(
    links: Iterable[Link], payloads: Mapping[int, Sealed], *,
    noted: Iterable[Noted] = (), head: Head | None = None, verify: Verify | None = None,
) -> list[Fault]:  # fmt: skip
    """Everything that does not hold: each fault names its line. Without `verify` signatures are left aside."""
    chain = list(links)
    stones = _tombstones(payloads.values())
    faults = [*_chain_faults(chain)]
    for line in chain:
        faults.extend(_payload_faults(line, payloads.get(line.number), stones.get(line.number), verify))
    here = {line.number for line in chain}
    faults.extend(
        Fault(what="missing", line=number, message=f"line {number} is missing, though what it says is kept")
        for number in sorted(payloads.keys() - here)
    )
    for mark in noted:
        faults.extend(_head_faults(chain, mark, "the head noted elsewhere"))
    if head is not None:
        faults.extend(_signed_head_faults(chain, head, verify))
    return faults


def _chain_faults(chain: list[Link]) -> Iterator[Fault]:
    before, expected = GENESIS, 1
    for line in chain:
        if line.hash != chained(line.number, line.digest, line.previous):
            yield Fault(
                what="altered", line=line.number, message=f"line {line.number} is altered: its hash does not fit it"
            )
        if line.number < expected:
            yield Fault(
                what="reordered", line=line.number, message=f"line {line.number} stands after line {expected - 1}"
            )
        elif line.number > expected:
            gone = (
                f"line {expected} is" if line.number == expected + 1 else f"lines {expected} to {line.number - 1} are"
            )
            yield Fault(what="missing", line=expected, message=f"{gone} missing before line {line.number}")
        elif line.previous != before:
            last = f"line {line.number - 1}" if line.number > 1 else "the beginning"
            yield Fault(what="altered", line=line.number, message=f"line {line.number} does not follow from {last}")
        before, expected = line.hash, line.number + 1


def _payload_faults(
    line: Link, sealed: Sealed | None, stone: Mapping[str, Any] | None, verify: Verify | None
) -> Iterator[Fault]:
    number = line.number
    if sealed is not None:
        if len(sealed.salt) != SALT_BYTES or salted(sealed.payload, sealed.salt) != line.digest:
            yield Fault(what="altered", line=number, message=f"what line {number} says is altered")
        return
    if stone is None or stone.get("digest") != line.digest:
        yield Fault(
            what="missing", line=number, message=f"what line {number} says is missing and no tombstone names it"
        )
    elif verify is not None and not _signed(verify, stone, tombstone_message(number, line.digest)):
        yield Fault(what="unsigned", line=number, message=f"the tombstone of line {number} is not signed by its key")


def _signed(verify: Verify, stone: Mapping[str, Any], message: bytes) -> bool:
    return verify(str(stone.get("key", "")), str(stone.get("signature", "")), message)


def _tombstones(payloads: Iterable[Sealed]) -> dict[int, Mapping[str, Any]]:
    stones: dict[int, Mapping[str, Any]] = {}
    for sealed in payloads:
        if b'"erase"' not in sealed.payload:  # most logs hold no tombstone: reading every decision is not needed
            continue
        try:
            stated = read_payload(sealed.payload)
        except BadSource:
            continue  # its own line is named as altered
        if stated.verb == "erase" and isinstance(stated.value.get("line"), int):
            stones[stated.value["line"]] = stated.value
    return stones


def _head_faults(chain: list[Link], mark: Noted | Head, what: str) -> Iterator[Fault]:
    line = next((line for line in chain if line.number == mark.number), None)
    if mark.number == 0 and mark.hash == GENESIS:
        return
    if line is None:
        last = chain[-1].number if chain else 0
        yield Fault(
            what="cut_off", line=mark.number, message=f"{what} is line {mark.number}, but the log ends at line {last}"
        )
    elif line.hash != mark.hash:
        yield Fault(what="altered", line=mark.number, message=f"line {mark.number} is not the one that {what} names")


def _signed_head_faults(chain: list[Link], head: Head, verify: Verify | None) -> Iterator[Fault]:
    yield from _head_faults(chain, head, "the signed head")
    if chain and chain[-1].number > head.number:
        message = f"the signed head is line {head.number}, but lines follow it up to {chain[-1].number}"
        yield Fault(what="unsigned", line=head.number + 1, message=message)
    if verify is not None and not verify(head.key, head.signature, head_message(head.number, head.hash)):
        yield Fault(what="unsigned", line=head.number, message="the head is not signed by its key")


# ------------------------------------------------------------------ meaning


def with_stand_ins(said: Mapping[int, Decision]) -> list[tuple[int, Decision]]:
    """The decisions by line, with what its tombstone says in the place of each erased one."""
    whole = dict(said)
    for stone in said.values():
        if stone.verb == "erase" and "stands_for" in stone.value:
            kept = {"actor": stone.actor, "at": stone.at, "reason": "erased", **stone.value["stands_for"]}
            whole.setdefault(int(stone.value["line"]), msgspec.convert(kept, Decision))
    return sorted(whole.items())


def undone(decisions: Iterable[Decision]) -> frozenset[str]:
    """The ids that a later undo names, unless that undo was itself undone."""
    gone: set[str] = set()
    for later in reversed(list(decisions)):
        if later.verb == "undo" and later.id not in gone:
            gone.add(str(later.value.get("decision", "")))
    return frozenset(gone)


def in_force(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that stand, in their order."""
    given = list(decisions)
    gone = undone(given)
    return [d for d in given if d.verb != "undo" and d.id not in gone]


def publications(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """By incident code, the decision that has it published; a withdrawn code is not in it."""
    newest: dict[str, Decision] = {}
    for d in in_force(decisions):
        if d.verb in ("publish", "withdraw"):
            newest.update((anchor.code, d) for anchor in d.subjects if anchor.code)
    return {code: d for code, d in newest.items() if d.verb == "publish"}
