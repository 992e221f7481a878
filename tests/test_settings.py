"""The environment is read when asked, and says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from civcas.core.errors import BadStore
from civcas.settings import Settings


def test_an_empty_environment_gives_a_workspace_here_with_its_own_database() -> None:
    assert Settings.read({}) == Settings(workspace=Path("workspace"), database_url=None, operator=None)
    assert Settings.read({"CIVCAS_DATABASE_URL": "  ", "PATH": "/bin"}) == Settings()


def test_what_is_set_is_read() -> None:
    url = "postgresql://desk:secret@db.example.org:5432/record"
    given = {"CIVCAS_WORKSPACE": "desk", "CIVCAS_DATABASE_URL": url, "CIVCAS_OPERATOR": "rana"}
    assert Settings.read(given) == Settings(workspace=Path("desk"), database_url=url, operator="rana")


@pytest.mark.parametrize("url", ["mysql://desk:secret@db/record", "record.sqlite3", "secret"])
def test_a_database_of_another_kind_is_refused_without_telling_its_password(url: str) -> None:
    with pytest.raises(BadStore, match="CIVCAS_DATABASE_URL") as refused:
        Settings.read({"CIVCAS_DATABASE_URL": url})
    assert "secret" not in str(refused.value)
    assert "postgresql://" in str(refused.value)
