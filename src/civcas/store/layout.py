"""What lies in the folder of a workspace."""

from __future__ import annotations

ARCHIVE = "archive"  # the preserved bytes, under their SHA-256
DATABASE = "civcas.sqlite3"  # unless the record is kept in PostgreSQL
KEY = "workspace.key"
LOCK = ".lock"
PROJECT = "project.toml"
