"""Values of the record in words."""

from __future__ import annotations

import pytest

from civcas.cli.tables import when_text
from civcas.core.records import When
from civcas.core.values import Period


@pytest.mark.parametrize(
    ("edtf", "told"),
    [
        ("2019-04-02", "2019-04-02"),
        ("2019-04-02?", "2019-04-02 ?"),
        ("2019-04-02?/2019-04-03?", "2019-04-02 – 2019-04-03 ?"),
        ("2019-04~", "2019-04-01 – 2019-04-30 ~"),
        ("2019-04-02%", "2019-04-02 ?~"),
    ],
)
def test_an_uncertain_date_shows_as_such(edtf: str, told: str) -> None:
    assert when_text(When.of(Period.parse(edtf))) == told


def test_no_date_is_unknown() -> None:
    assert when_text(None) == "unknown"
