"""Accounts joined to incidents and assessed: all of them, or only those that what is new touches.

What is new touches the accounts it is compared with, and through them whoever is grouped with these: everybody whom a
chain of likely pairs, a decision or a common incident leads to. Matched by themselves these give what matching all
gives, for a pair counts for the same whatever else there is, and no pair that could join leads out of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from civcas import __version__
from civcas.core.assess import led
from civcas.core.log import in_force
from civcas.core.match import default_weights, match
from civcas.core.match.blocks import keys
from civcas.core.match.columns import columns
from civcas.core.match.compare import compare
from civcas.core.match.decided import named_together
from civcas.core.match.flat import manner
from civcas.core.records import Anchor, Assessment, Decision, Incident, Record, digest
from civcas.pipeline.assessing import assessed
from civcas.pipeline.blocking import Blocks, Pair
from civcas.pipeline.matching import scores_of
from civcas.pipeline.reading import Rules

if TYPE_CHECKING:
    from civcas.store import Matching, Store

Advance = Callable[[int], None]
FEW, SHARE = 300, 4  # so many changes are followed one by one; of more than this part of the archive, all is matched
# Decisions that bear on what they name and on nothing else; after any other all is assessed anew.
LOCAL = frozenset(
    {"same", "not_same", "merge", "split", "correct", "override", "exclude", "sign_off", "publish", "withdraw"}
)


class Joined(Record, frozen=True, kw_only=True):
    """How many incidents and assessments changed."""

    incidents: int = 0
    assessments: int = 0


def join(store: Store, rules: Rules, *, advance: Advance) -> Joined:
    """Matches the accounts under the decisions in force and assesses the incidents.

    Read and written in one transaction: of two runs at once, the later one sees the codes that the earlier one gave.
    """
    with store.transaction():
        work = _Work(store, rules, advance)
        done = work.some()
        return work.all() if done is None else done


class _Work:
    def __init__(self, store: Store, rules: Rules, advance: Advance) -> None:
        self._store, self._rules, self._advance = store, rules, advance
        self._kept: Matching = store.matching()
        self._decisions = store.decisions()
        self._by = digest(__version__, manner(), default_weights(), rules.codebook, rules.project, length=24)
        self._held = self._kept.held()

    # -------------------------------------------------------------- all of it

    def all(self) -> Joined:
        accounts = list(self._store.accounts(kind="incident"))
        scores = scores_of(accounts)
        incidents = match(
            accounts, self._decisions, codes=self._store.codes(), retired=self._store.used_codes(), scores=scores
        )
        moved = self._store.set_incidents(incidents)
        changed = self._store.set_assessments(self._assess(incidents))
        self._kept.restart(self._held, ((a.id, keys(columns(a))) for a in accounts), scores)
        self._kept.set_stand(self._by, [d.id for d in self._decisions])
        return Joined(incidents=moved, assessments=changed)

    def _assess(self, incidents: list[Incident]) -> list[Assessment]:
        """To be asked once the incidents are set: a decision on a code goes where the code leads."""
        rules, decisions = self._rules, led(self._decisions, self._store.current_code)
        return list(assessed(incidents, rules.codebook, rules.project, decisions, advance=self._advance))

    # ------------------------------------------------------- what is touched

    def some(self) -> Joined | None:
        """The same by what is touched alone; None where all has to be done."""
        stand = self._kept.stand()
        if stand is None or stand.by != self._by:
            return None
        moved = self._moved_decisions(stand.decisions)
        was = self._kept.rows()
        added = sorted(a for a, row in self._held.items() if was.get(a) != row)
        removed = sorted(a for a, row in was.items() if self._held.get(a) != row)
        if moved is None or len(added) + len(removed) > max(FEW, len(self._held) // SHARE):
            return None
        unassessed = self._kept.unassessed()
        if not (moved or added or removed or unassessed):
            return Joined()
        seeds = self._rematch(added, removed)
        seeds |= {account for code in unassessed for account in self._store.members_of([code])}
        seeds |= self._named(moved)
        seeds |= self._kept.beside([*added, *removed]) | set(self._store.incident_mates(removed))
        touched = self._reach(seeds & self._held.keys())
        found = self._renew(touched, removed)
        self._kept.set_stand(self._by, [d.id for d in self._decisions])
        return found

    def _moved_decisions(self, before: Iterable[str]) -> list[Decision] | None:
        """Those taken or undone since; None where one of them may bear on anything."""
        known = {d.id: d for d in self._store.decisions(all_of_them=True)}
        changed = set(before) ^ {d.id for d in self._decisions}
        if not changed <= known.keys():
            return None
        moved = [known[i] for i in sorted(changed)]
        local = all(d.verb in LOCAL and d.subjects for d in moved)
        return moved if local else None

    def _rematch(self, added: list[str], removed: list[str]) -> set[str]:
        """Brings the kept pairs up to date; the accounts whose likely mates may have changed."""
        if not added and not removed:
            return set()
        rows = {a.id: columns(a) for a in self._store.accounts_by_id(added)}
        new = {account: keys(row) for account, row in rows.items()}
        come, gone = Blocks(self._kept.keys(), removed, new).change()
        others = {a for pair in come for a in pair} - rows.keys()
        rows |= {a.id: columns(a) for a in self._store.accounts_by_id(sorted(others))}
        scores: dict[Pair, float] = {
            (a, b): compare(rows[a], rows[b], default_weights()).score
            for a, b in sorted(come)
            if rows[a].document != rows[b].document
        }
        moved: set[str] = self._kept.update(self._held, new, removed, scores, gone, same=default_weights().same)
        return moved

    def _named(self, decisions: Iterable[Decision]) -> set[str]:
        anchors = [anchor for d in decisions for anchor in d.subjects]
        return self._accounts_at(anchors)

    def _accounts_at(self, anchors: Iterable[Anchor]) -> set[str]:
        told = list(anchors)
        codes = sorted({code for a in told if a.code and (code := self._store.current_code(a.code))})
        documents = sorted({a.document for a in told if a.document})
        found = set(self._store.members_of(codes))
        return found | {a.id for a in self._store.accounts(documents, kind="incident")} if documents else found

    def _reach(self, seeds: set[str]) -> set[str]:
        """The accounts and all whom likely pairs, decisions and common incidents lead to."""
        joined = self._joined_by_decisions()
        same = default_weights().same
        found, edge = set(seeds), set(seeds)
        while edge:
            met = {i for m in self._kept.read(sorted(edge)).values() for i, score in m.mates.items() if score >= same}
            met |= {i for account in edge for i in joined.get(account, ())}
            met |= set(self._store.incident_mates(sorted(edge)))
            edge = (met & self._held.keys()) - found
            found |= edge
        return found

    def _joined_by_decisions(self) -> Mapping[str, set[str]]:
        telling = [d for d in in_force(self._decisions) if d.verb in ("same", "merge")]
        named = self._accounts_at(a for d in telling for a in d.subjects)
        if not named:
            return {}
        accounts = list(self._store.accounts_by_id(sorted(named)))
        return named_together(accounts, telling, self._store.codes_of(sorted(named)))

    def _renew(self, touched: set[str], removed: list[str]) -> Joined:
        accounts = list(self._store.accounts_by_id(sorted(touched)))
        documents = sorted({a.document for a in accounts})
        beside = [a for a in self._store.accounts(documents, kind="incident") if a.id not in touched]
        concerned = sorted(touched | set(removed))
        scores = {
            (account, mate): score
            for account, m in self._kept.read(sorted(touched)).items()
            for mate, score in m.mates.items()
            if account < mate and mate in touched
        }
        incidents = match(
            accounts, self._decisions, codes=self._store.codes_of(concerned), retired=self._store.used_codes(),
            scores=scores, beside=beside,
        )  # fmt: skip
        moved = self._store.renew(incidents, concerned)
        changed = self._store.set_assessments(self._assess(incidents))
        return Joined(incidents=moved, assessments=changed)
