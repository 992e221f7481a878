"""Each language's cases: what a text says of harm, and what it does not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.languages.cases import HARM, Case, cases, document

from civcas.core.extract.claims import read
from civcas.core.records import Claim, Figure
from civcas.languages import load


def _says(claim: Claim, wanted: dict[str, Any]) -> bool:
    """Whether a claim has each field that a case names."""
    value = msgspec.to_builtins(claim.value)
    return (
        claim.kind == wanted["kind"]
        and claim.span.quote == wanted["quote"]
        and all(value.get(field) == said for field, said in wanted.get("value", {}).items())
        and all(
            getattr(claim, field) == wanted[field]
            for field in ("speaker", "scope", "negated", "hedged")
            if field in wanted
        )
    )


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.language}-{case.line}")
def test_case(case: Case) -> None:
    claims = read(document(case), load(case.language))
    told = "\n".join(f"{c.kind} {c.span.quote!r} {msgspec.to_builtins(c.value)} {c.speaker} {c.scope}" for c in claims)
    missing = [wanted for wanted in case.claims if not any(_says(claim, wanted) for claim in claims)]
    assert not missing, f"{case.text}\n{told}"
    unwanted = [c for c in claims if c.kind in case.never and not c.negated]
    assert not unwanted, f"{case.text}\n{told}"
    if case.exact:
        extra = [c for c in claims if c.kind in HARM and not any(_accounted(c, w, claims) for w in case.claims)]
        assert not extra, f"{case.text}\n{told}"


def _accounted(claim: Claim, wanted: dict[str, Any], claims: list[Claim]) -> bool:
    """Whether a claim is the one named, or a part of the sum that is."""
    if _says(claim, wanted):
        return True
    sums = [c for c in claims if _says(c, wanted) and isinstance(c.value, Figure) and c.value.addends]
    return any(claim.kind == s.kind and s.span.start <= claim.span.start and claim.span.end <= s.span.end for s in sums)


def test_every_language_has_cases_enough() -> None:
    for language in {case.language for case in cases()}:
        told = [case for case in cases() if case.language == language]
        assert len(told) >= 150
        assert sum(bool(case.never) or case.exact for case in told) >= 30
        assert len({case.text for case in told}) == len(told)
