"""The chain shows what was done to it: a byte altered, a line lost, moved or cut off, words gone without tombstone."""

from __future__ import annotations

import datetime
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civcas.core import log
from civcas.core.errors import BadSource
from civcas.core.log import Fault, Noted, Sealed
from civcas.core.records import Anchor, Decision, Head, Link

AT = datetime.datetime(2024, 5, 1, 8, tzinfo=datetime.UTC)
KEY = "ab" * 32


def sign(message: bytes) -> str:
    """Stands for a signature: only who knows the word makes it."""
    return hashlib.sha256(b"word" + message).hexdigest()


def verify(key: str, signature: str, message: bytes) -> bool:
    return key == KEY and signature == sign(message)


def decisions(number: int) -> list[Decision]:
    return [
        log.decision(
            "override", [Anchor(code=f"SY24050{n}a")], actor="رنا", at=AT + datetime.timedelta(hours=n),
            reason='an invented "reason"', value={"field": "killed.civilians.min", "to": n},
        )
        for n in range(number)
    ]  # fmt: skip


def chain(said: list[Decision]) -> tuple[list[Link], dict[int, Sealed]]:
    links: list[Link] = []
    sealed: dict[int, Sealed] = {}
    for n, decision in enumerate(said, 1):
        one = Sealed(payload=log.payload(decision), salt=hashlib.sha256(str(n).encode()).digest())
        links.append(log.link(links[-1] if links else None, one.payload, one.salt))
        sealed[n] = one
    return links, sealed


def erased(line: Link, said: Decision) -> Decision:
    """The tombstone of a line."""
    value = log.tombstone(line, said, KEY, sign)
    return log.decision("erase", (), actor="admin", at=AT, reason="asked for", value=value)


def exported(number: int) -> bytes:
    links, sealed = chain(decisions(number))
    return b"".join(log.export(link, sealed[link.number]) for link in links)


def check_export(data: bytes) -> list[Fault]:
    return log.check_export(data.splitlines(keepends=True))


LINKS, SEALED = chain(decisions(6))
EXPORT = exported(3)


def test_an_untouched_log_has_no_fault() -> None:
    head = log.head(LINKS[-1], KEY, sign)
    noted = [Noted(number=3, hash=LINKS[2].hash), Noted(number=0, hash=log.GENESIS)]
    assert log.check(LINKS, SEALED, head=head, verify=verify, noted=noted) == []
    assert check_export(EXPORT) == []
    assert log.check([], {}) == []


def test_a_decision_is_read_back_as_it_was_sealed() -> None:
    for decision in decisions(3):
        assert log.read_payload(log.payload(decision)) == decision


@given(st.integers(0, len(EXPORT) - 1), st.integers(1, 255))
def test_altering_any_byte_of_an_exported_log_is_found(where: int, change: int) -> None:
    altered = bytearray(EXPORT)
    altered[where] ^= change
    assert check_export(bytes(altered)) != []


def test_altering_each_byte_in_turn_is_found() -> None:
    """Every place once, by the change that is hardest to see: the case of a letter."""
    unseen = [
        n for n in range(len(EXPORT)) if not check_export(EXPORT[:n] + bytes([EXPORT[n] ^ 0x20]) + EXPORT[n + 1 :])
    ]
    assert unseen == []


@given(st.integers(1, 6), st.data())
def test_altering_any_byte_of_a_payload_or_salt_names_its_line(number: int, data: st.DataObject) -> None:
    one = SEALED[number]
    salted = data.draw(st.booleans())
    old = one.salt if salted else one.payload
    where = data.draw(st.integers(0, len(old) - 1))
    new = bytearray(old)
    new[where] ^= data.draw(st.integers(1, 255))
    changed = Sealed(payload=one.payload, salt=bytes(new)) if salted else Sealed(payload=bytes(new), salt=one.salt)
    faults = log.check(LINKS, {**SEALED, number: changed})
    assert [(f.what, f.line) for f in faults] == [("altered", number)]


def test_moving_bytes_between_salt_and_payload_is_found() -> None:
    one = SEALED[2]
    moved = Sealed(payload=one.payload[1:], salt=one.salt + one.payload[:1])
    assert [(f.what, f.line) for f in log.check(LINKS, {**SEALED, 2: moved})] == [("altered", 2)]


@given(st.permutations(range(6)))
def test_reordering_is_found(order: list[int]) -> None:
    faults = log.check([LINKS[n] for n in order], SEALED)
    assert bool(faults) == (order != sorted(order))
    assert not faults or {f.what for f in faults} & {"reordered", "missing"}


@given(st.integers(1, 5))
def test_a_line_taken_out_is_named(number: int) -> None:
    links = [x for x in LINKS if x.number != number]
    sealed = {n: s for n, s in SEALED.items() if n != number}
    assert [(f.what, f.line) for f in log.check(links, sealed)] == [("missing", number)]


@given(st.integers(0, 5))
def test_the_end_cut_off_shows_against_a_head_noted_elsewhere_and_against_the_signed_head(kept: int) -> None:
    links, sealed = LINKS[:kept], {n: s for n, s in SEALED.items() if n <= kept}
    assert log.check(links, sealed) == []
    noted = Noted(number=6, hash=LINKS[5].hash)
    assert [(f.what, f.line) for f in log.check(links, sealed, noted=[noted])] == [("cut_off", 6)]
    head = log.head(LINKS[5], KEY, sign)
    assert ("cut_off", 6) in [(f.what, f.line) for f in log.check(links, sealed, head=head, verify=verify)]


def test_a_log_rewritten_from_the_beginning_shows_against_a_noted_head() -> None:
    links, sealed = chain(decisions(6)[1:] + decisions(1))
    assert log.check(links, sealed) == []
    faults = log.check(links, sealed, noted=[Noted(number=4, hash=LINKS[3].hash)])
    assert [(f.what, f.line) for f in faults] == [("altered", 4)]


def test_a_head_signed_by_nobody_or_left_behind_shows() -> None:
    forged = Head(number=6, hash=LINKS[5].hash, key=KEY, signature="00" * 32)
    assert [f.what for f in log.check(LINKS, SEALED, head=forged, verify=verify)] == ["unsigned"]
    behind = log.head(LINKS[3], KEY, sign)
    assert [(f.what, f.line) for f in log.check(LINKS, SEALED, head=behind, verify=verify)] == [("unsigned", 5)]


def test_what_a_line_says_may_be_erased_only_under_a_signed_tombstone() -> None:
    said = decisions(2)
    links, sealed = chain(said)
    del sealed[1]
    assert [(f.what, f.line) for f in log.check(links, sealed)] == [("missing", 1)]
    stone = log.decision(
        "erase", (), actor="rana", at=AT, reason="asked for", value=log.tombstone(links[0], said[0], KEY, sign)
    )
    one = Sealed(payload=log.payload(stone), salt=bytes(32))
    links.append(log.link(links[-1], one.payload, one.salt))
    assert log.check(links, {**sealed, 3: one}, verify=verify) == []
    unsigned = log.decision("erase", (), actor="rana", at=AT, reason="no", value={**stone.value, "signature": "00"})
    other = Sealed(payload=log.payload(unsigned), salt=bytes(32))
    links[-1] = log.link(links[1], other.payload, other.salt)
    assert [(f.what, f.line) for f in log.check(links, {**sealed, 3: other}, verify=verify)] == [("unsigned", 1)]


def test_a_tombstone_of_another_line_does_not_cover_this_one() -> None:
    said = decisions(2)
    links, sealed = chain(said)
    stone = log.decision(
        "erase", (), actor="rana", at=AT, reason="asked for", value=log.tombstone(links[0], said[0], KEY, sign)
    )
    one = Sealed(payload=log.payload(stone), salt=bytes(32))
    links.append(log.link(links[-1], one.payload, one.salt))
    del sealed[2]
    assert [(f.what, f.line) for f in log.check(links, {**sealed, 3: one}, verify=verify)] == [("missing", 2)]


def test_an_erased_withdrawal_goes_on_withdrawing_and_says_nothing_of_who_and_why() -> None:
    subject = [Anchor(code="SY240501a")]
    published = log.decision("publish", subject, actor="rana", at=AT, reason="holds")
    withdrawn = log.decision("withdraw", subject, actor="a name to forget", at=AT, reason="a name to forget")
    links, _ = chain([published, withdrawn])
    stone = erased(links[1], withdrawn)
    said = [d for _, d in log.with_stand_ins({1: published, 3: stone})]
    assert [d.verb for d in said] == ["publish", "withdraw", "erase"]
    assert said[1].subjects == withdrawn.subjects
    assert log.publications(said) == {}
    assert b"forget" not in log.payload(stone)


def test_an_erased_undo_goes_on_undoing() -> None:
    published = log.decision("publish", [Anchor(code="SY240501a")], actor="rana", at=AT, reason="holds")
    undo = log.decision("undo", (), actor="rana", at=AT, reason="no", value={"decision": published.id})
    links, _ = chain([published, undo])
    stone = erased(links[1], undo)
    assert log.in_force([d for _, d in log.with_stand_ins({1: published, 3: stone})]) == [stone]


@given(st.lists(st.integers(0, 9), max_size=12))
def test_undoing_an_undo_restores(targets: list[int]) -> None:
    """Whatever was undone before: after an undo and its own undo, what was in force is in force again."""
    said = decisions(2)
    for n, target in enumerate(targets):
        named = said[target % len(said)].id
        said.append(log.decision("undo", (), actor="rana", at=AT, reason=str(n), value={"decision": named}))
    before = log.in_force(said)
    undo = log.decision("undo", (), actor="rana", at=AT, reason="last", value={"decision": said[0].id})
    again = log.decision("undo", (), actor="rana", at=AT, reason="last", value={"decision": undo.id})
    assert log.in_force([*said, undo, again]) == before
    assert said[0] not in log.in_force([*said, undo])


def test_a_salt_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        log.link(None, b"payload", b"short")


@pytest.mark.parametrize("text", ["", "7", f"7:{'A' * 64}", f"-1:{'a' * 64}", f"7:{'a' * 63}", f"x:{'a' * 64}"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(BadSource, match="NUMBER:HASH"):
        Noted.parse(text)


def test_a_head_is_read_as_it_is_printed() -> None:
    assert Noted.parse(f"7:{'a' * 64}\n") == Noted(number=7, hash="a" * 64)
