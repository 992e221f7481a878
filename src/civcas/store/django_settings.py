"""The settings of Django as constants: `engine` hands them over; type checking and `makemigrations` read them here."""

from __future__ import annotations

from typing import Any

INSTALLED_APPS = ["civcas.store"]
DATABASES: dict[str, dict[str, Any]] = {}  # each opened store brings its own (engine.register)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING_CONFIG = None
