"""The store as Django's registry knows it."""

from __future__ import annotations

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "civcas.store"
    label = "store"
