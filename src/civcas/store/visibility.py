"""Who sees what: the one rule, and it is asked by every method of the store that reads for somebody.

The desk sees everything. The public sees the incidents whose latest publish or withdraw decision publishes them,
the accounts joined in these, and of a report what identifies it and the quotes that these accounts rest on: never its
text, its pictures, or anything of an incident that is not published. Of a person the public sees the name only where
a decision released it: everywhere else its words are blacked out (civcas.core.assess.shield).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from civcas.core.assess.shield import Shield
from civcas.core.records import Account, Assessment, Capture, Document, Incident, Record

Role = Literal["public", "reviewer", "editor", "admin"]


class Viewer(Record, frozen=True, kw_only=True):
    """Somebody who reads or acts: a name (None: nobody known) in a role."""

    role: Role
    name: str | None = None

    @classmethod
    def local(cls, name: str) -> Viewer:
        """Whoever holds the workspace folder itself: no rule of the program could keep anything from them."""
        return cls(role="admin", name=name)

    @property
    def inside(self) -> bool:
        return self.role != "public"


PUBLIC = Viewer(role="public")
DESK = Viewer(role="reviewer")
"""The desk's own machinery: the stages, which must read all."""


class Sight(Record, frozen=True, kw_only=True):
    """What one viewer may see, worked out once for one read."""

    everything: bool
    codes: frozenset[str] = frozenset()
    homes: Mapping[str, str] = {}  # account: code of its incident
    told: Mapping[str, tuple[str, ...]] = {}  # document: codes of the incidents it tells of
    shield: Callable[[str], Shield] = lambda _: Shield()  # by code

    def code(self, code: str) -> bool:
        return self.everything or code in self.codes

    def account(self, account_id: str) -> bool:
        return self.everything or account_id in self.homes

    def report(self, document_id: str) -> bool:
        return self.everything or document_id in self.told

    def incident(self, incident: Incident) -> Incident:
        """The incident without comparisons with accounts that are not its own, and without names nobody released."""
        if self.everything:
            return incident
        shield, own = self.shield(incident.code), frozenset(incident.accounts)
        inner = tuple(shield.record(c) for c in incident.comparisons if c.left in own and c.right in own)
        members = tuple(self.shown(a) for a in incident.members)
        return msgspec.structs.replace(incident, comparisons=inner, members=members)

    def assessment(self, assessment: Assessment) -> Assessment:
        """The assessment without names nobody released."""
        return assessment if self.everything else self.shield(assessment.code).assessment(assessment)

    def shown(self, account: Account) -> Account:
        """The account without the loose words of its sentences, which go beyond its quotes, and without names nobody
        released."""
        if self.everything:
            return account
        bare = msgspec.structs.replace(account, words=())
        return self.shield(self.homes[account.id]).account(bare)

    def document(self, document: Document) -> Document:
        """The report's particulars without its text, pictures and the desk's warnings."""
        if self.everything:
            return document
        shown = msgspec.structs.replace(document, text="", media=(), warnings=())
        for code in self.told.get(document.id, ()):
            shown = self.shield(code).record(shown)
        return shown

    def capture(self, capture: Capture) -> Capture:
        """The custody line without who made it and from which file of the desk."""
        return capture if self.everything else msgspec.structs.replace(capture, by=None, source="", line=None)
