"""What is cut away from a record before somebody outside sees it."""

from __future__ import annotations

from pathlib import Path

import msgspec
from tests.store.world import Place, decided, fill, incident

from civcas.core.records import Anchor, Comparison, Feature
from civcas.store import DESK, PUBLIC, Viewer
from civcas.store.visibility import Sight


def test_everybody_but_the_public_is_inside() -> None:
    assert not PUBLIC.inside
    assert DESK.inside
    assert Viewer.local("rana").role == "admin"


def test_a_sight_of_nothing_shows_nothing() -> None:
    sight = Sight(everything=False)
    assert [sight.code("SY240501a"), sight.account("a"), sight.report("r")] == [False, False, False]


def test_comparisons_with_unpublished_accounts_are_cut_away(tmp_path: Path) -> None:
    """Their features quote the other account: names, dates and figures of an incident nobody published."""
    with Place(tmp_path / "workspace", None).open() as store:
        a, b = fill(store)
        inner = Comparison(left=a.accounts[0], right=a.accounts[1], score=4.0, verdict="same")
        detail = Feature(name="victims", detail="Invented Name in both", weight=5.0)
        outer = Comparison(left=a.accounts[0], right=b.accounts[0], score=-2.0, features=(detail,), verdict="not_same")
        members = [msgspec.structs.replace(m, words=("loose", "words")) for m in a.members]
        for member in members:
            store.add_accounts(member.document, [member], "rules/en@2")
        full = msgspec.structs.replace(incident(a.code, *members), comparisons=(inner, outer))
        store.set_incidents([full, b])
        store.append(decided("publish", Anchor(code=a.code)))
        assert store.incident(a.code) == full
        (seen,) = store.incidents(visible_to=PUBLIC)
        assert seen.comparisons == (inner,)
        assert [m.words for m in seen.members] == [(), ()]
        assert [x.words for x in store.accounts(visible_to=PUBLIC)] == [(), ()]
        assert b"Invented Name" not in msgspec.json.encode(seen)
