"""From what a person names to what a decision names: codes, documents, and the spans of accounts and claims."""

from __future__ import annotations

import msgspec

from civcas.core.errors import BadDecision
from civcas.core.records import Account, Anchor, Claim
from civcas.store import documents, incidents
from civcas.store.models import AccountRow, ClaimRow

_account = msgspec.json.Decoder(Account)
_claim = msgspec.json.Decoder(Claim)


def of_account(account: Account) -> Anchor:
    """The anchor that names an account by its document, kind and spans."""
    return Anchor(document=account.document, kind=account.kind, spans=account.spans)


def of_claim(claim: Claim) -> Anchor:
    """The anchor that names a claim by its document, kind and span."""
    return Anchor(document=claim.document, kind=claim.kind, spans=((claim.span.start, claim.span.end),))


def find(db: str, name: str) -> Anchor:
    """The anchor of an incident code, an account or claim id, or a document's id or alias."""
    if "\0" in name:  # PostgreSQL cannot even be asked for it
        raise BadDecision("a name that holds a NUL character is no name of anything")
    if code := incidents.current_code(db, name):
        return Anchor(code=code)
    account = AccountRow.objects.using(db).filter(account=name).order_by("pk").last()
    if account is not None:
        return of_account(_account.decode(account.body))
    claim = ClaimRow.objects.using(db).filter(claim=name).order_by("pk").last()
    if claim is not None:
        return of_claim(_claim.decode(claim.body))
    if document := documents.resolve(db, [name]).get(name):
        return Anchor(document=document)
    raise BadDecision(
        f"{name!r} is no incident code, account, claim or document of this workspace: "
        "`civcas explain CODE` shows the ids that can be named"
    )


def check(db: str, anchor: Anchor) -> Anchor:
    """The anchor in today's terms; raises BadDecision where it names nothing that was ever read."""
    if anchor.code is not None:
        code = incidents.current_code(db, anchor.code)
        if code is None:
            raise BadDecision(f"there is no incident {anchor.code}: `civcas record` lists the incidents there are")
        return msgspec.structs.replace(anchor, code=code)
    if anchor.document is None:
        raise BadDecision("a decision must name an incident code or a document: it names neither")
    document = documents.resolve(db, [anchor.document]).get(anchor.document)
    if document is None:
        raise BadDecision(f"there is no document {anchor.document!r}: `civcas collect` takes reports in")
    if anchor.spans and not _read_there(db, document, anchor):
        where = ", ".join(f"{start}-{end}" for start, end in anchor.spans[:5])
        raise BadDecision(
            f"no {anchor.kind or 'account or claim'} of document {document!r} stands at {where}: "
            "`civcas explain CODE` shows where claims stand"
        )
    return msgspec.structs.replace(anchor, document=document)


def _read_there(db: str, document: str, anchor: Anchor) -> bool:
    """Whether every span is one of a claim that is, or once was, read in the document."""
    rows = ClaimRow.objects.using(db).filter(document_id=document).values_list("body", flat=True)
    claims = [_claim.decode(text) for text in rows]
    accounts = AccountRow.objects.using(db).filter(document_id=document).values_list("body", flat=True)
    claims += [c for text in accounts for c in _account.decode(text).claims]
    return set(anchor.spans) <= {(c.span.start, c.span.end) for c in claims}
