"""What the environment settles, read once by a shell (cli, web) and passed in; nothing is read at import."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from civcas.core.errors import BadStore

PREFIX = "CIVCAS_"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one run of the program."""

    workspace: Path = Path("workspace")
    database_url: str | None = None  # None: SQLite in the workspace folder
    operator: str | None = None  # who works here, for custody lines and decisions that name nobody else

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """The settings that CIVCAS_* variables state; raises BadStore for a variable that means nothing."""
        known = {f"{PREFIX}{name.upper()}": name for name in cls.__struct_fields__}
        given = {name: value for name, value in environment.items() if name.startswith(PREFIX) and value.strip()}
        stated = {known[name]: value.strip() for name, value in given.items() if name in known}
        if url := stated.get("database_url"):
            check_url(url)
        return cls(
            workspace=Path(stated.get("workspace", "workspace")),
            database_url=url or None,
            operator=stated.get("operator"),
        )


def check_url(url: str) -> str:
    """The url, once it is seen to name a PostgreSQL database; raises BadStore otherwise."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise BadStore(  # without the url: it may hold a password
            f"{PREFIX}DATABASE_URL must be like postgresql://user:password@host:5432/name; "
            "unset it to keep the record in the workspace folder (SQLite)"
        )
    return url
