"""Rows changed in the database behind civcas' back: each is found and named."""

from __future__ import annotations

import datetime

import pytest
from django.db import connections
from tests.store.world import START, decided, fill, read

from civcas import actions
from civcas.core.records import Anchor
from civcas.store import Reading, Store

DOCUMENT = "document_id = 'report-3'"


def changed(table: str, was: str, becomes: str, where: str) -> str:
    return f"UPDATE store_{table} SET body = replace(body, '{was}', '{becomes}') WHERE {where}"


CHANGES = {
    "a figure of an assessment": (
        [changed("assessmentrow", '"max":3', '"max":999', "code = 'SY240501a'")],
        "assessment of SY240501a was altered",
    ),
    "an assessment deleted": (
        ["DELETE FROM store_assessmentrow WHERE code = 'SY240501a'"],
        "assessment of SY240501a was removed",
    ),
    "a field of an account": (
        [changed("accountrow", '"captured":null', '"captured":"2020-01-01"', DOCUMENT)],
        "was altered after it was written",
    ),
    "a claim's number": (
        [changed("claimrow", '"number":2', '"number":4', DOCUMENT)],
        "of document 'report-3' does not say what its id was made of",
    ),
    "a number in a claim and in its account": (
        [
            changed("claimrow", '"number":2', '"number":4', DOCUMENT),
            changed("accountrow", '"number":2', '"number":4', DOCUMENT),
        ],
        "of document 'report-3' does not say what its id was made of",
    ),
    "a claim deleted": (
        [f"DELETE FROM store_claimrow WHERE {DOCUMENT}"],
        "of document 'report-3' is not among the claims that hold",
    ),
    "the day a report was published": (
        [changed("documentrow", '"published":null', '"published":"2020-01-01"', "id = 'report-3'")],
        "document 'report-3' was altered after it was written",
    ),
    "the day a report was captured": (
        [changed("capturerow", '"at":null', '"at":"2020-01-01T00:00:00Z"', DOCUMENT)],
        "capture of document 'report-3' was altered after it was written",
    ),
    "an account moved to another incident": (
        ["UPDATE store_memberrow SET code_id = 'SY240501a' WHERE code_id = 'SY240501b'"],
        "list of accounts of SY240501a was altered",
    ),
    "a code deleted": (
        [
            "DELETE FROM store_assessmentrow WHERE code = 'SY240501b'",
            "DELETE FROM store_memberrow WHERE code_id = 'SY240501b'",
            "DELETE FROM store_coderow WHERE code = 'SY240501b'",
        ],
        "incident SY240501b was removed",
    ),
    "a code added": (
        ["INSERT INTO store_coderow (code, position, redirect) VALUES ('SY240501z', 99, 'SY240501a')"],
        "incident SY240501z was not written by civcas",
    ),
    "a whole report deleted": (
        [
            *(
                f"DELETE FROM store_{table} WHERE {DOCUMENT}"
                for table in ("claimrow", "accountrow", "readingrow", "capturerow", "mediarow", "aliasrow", "textrow")
            ),
            "DELETE FROM store_documentrow WHERE id = 'report-3'",
        ],
        "document 'report-3' was removed",
    ),
    "all incidents deleted": (
        ["DELETE FROM store_assessmentrow", "DELETE FROM store_memberrow", "DELETE FROM store_coderow"],
        "incident SY240501a was removed",
    ),
    "an account deleted": ([f"DELETE FROM store_accountrow WHERE {DOCUMENT}"], "account "),
    "an account that holds no longer": (
        [f"UPDATE store_accountrow SET until = since WHERE {DOCUMENT}"],
        "until when claims and accounts hold",
    ),
    "a report said to be read by another": (
        [f"UPDATE store_readingrow SET reader = 'nobody' WHERE {DOCUMENT}"],
        "who read which text",
    ),
    "another version of a text": (
        ["UPDATE store_documentrow SET current_text = 2 WHERE id = 'report-3'"],
        "document 'report-3' goes by version 2",
    ),
    "the seal deleted": (["DELETE FROM store_metarow WHERE name = 'seal'"], "bears no seal"),
    "all of the seal deleted": (["DELETE FROM store_metarow WHERE name LIKE 'seal%'"], "bears no seal"),
    "the lots of the seal deleted": (["DELETE FROM store_metarow WHERE name LIKE 'seal/claim%'"], "seal each claim"),
    "what seals the incidents deleted": (
        ["DELETE FROM store_metarow WHERE name = 'seal/now'"],
        "what seals incidents and assessments",
    ),
    "the signature of the seal": (
        ["UPDATE store_metarow SET value = replace(value, '\"now\":\"', '\"now\":\"0') WHERE name = 'seal'"],
        "not signed with the workspace's key",
    ),
}


@pytest.fixture
def full(store: Store) -> Store:
    fill(store)
    store.append(decided("publish", Anchor(code="SY240501a"), at=START + datetime.timedelta(hours=1)))
    return store


def execute(store: Store, *statements: str) -> None:
    with connections[store._db].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount > 0 or statement.startswith("DELETE"), f"nothing was changed: {statement}"


def told(store: Store) -> list[str]:
    return [fault.message for fault in actions.verify(store)]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_made_outside_is_found_and_named(full: Store, change: str) -> None:
    assert told(full) == []
    statements, named = CHANGES[change]
    execute(full, *statements)
    assert any(named in message for message in told(full)), told(full)


def test_what_was_changed_outside_is_not_sealed_by_the_next_write(full: Store) -> None:
    execute(full, changed("claimrow", '"number":2', '"number":4', DOCUMENT))
    before = told(full)
    fill(full)
    assert before
    assert set(before) <= set(told(full))


def test_a_record_read_otherwise_since_still_holds(full: Store) -> None:
    read(full, list(full.documents()), reader="rules/en@2")
    full.add_readings([Reading(document="report-3", claims=(), accounts=())], "rules/en@3")
    assert told(full) == []
    read(full, list(full.documents()), reader="rules/en@4")
    assert told(full) == []


def test_a_record_written_twice_and_joined_anew_still_holds(full: Store) -> None:
    fill(full)
    full.set_incidents(list(full.incidents())[:1])
    assert told(full) == []


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("store_textrow", "text", "TEXT"),
        ("store_payloadrow", "payload", "TEXT"),
        ("store_payloadrow", "salt", "TEXT"),
        ("store_claimrow", "body", "BLOB"),
        ("store_documentrow", "body", "BLOB"),
        ("store_capturerow", "body", "BLOB"),
        ("store_claimrow", "since", "BLOB"),
        ("store_assessmentrow", "body", "BLOB"),
    ],
)
def test_a_row_of_an_unexpected_type_is_a_fault_and_no_traceback(
    full: Store, table: str, column: str, kind: str
) -> None:
    execute(full, f"UPDATE {table} SET {column} = CAST({column} AS {kind})")
    assert any(f"{table} " in message and f"its {column} is stored as" in message for message in told(full))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store_capturerow SET body = '{'",
        "UPDATE store_documentrow SET body = '[]'",
        "UPDATE store_claimrow SET body = '{}'",
        "UPDATE store_accountrow SET body = '7'",
        "UPDATE store_coderow SET body = 'x'",
        "UPDATE store_metarow SET value = 'x' WHERE name LIKE 'seal%'",
    ],
)
def test_a_body_that_is_no_record_is_a_fault_and_no_traceback(full: Store, statement: str) -> None:
    execute(full, statement)
    assert told(full)
