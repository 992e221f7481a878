"""Floors hold figures, and only rise."""

from __future__ import annotations

import json
import pathlib
import sys

import pytest

import gate


def test_a_figure_under_its_floor_is_a_breach() -> None:
    assert gate.breaches({"gaza": {"killed_min": 0.69}}, {"gaza": {"killed_min": 0.7}}) == [
        "gaza killed_min: 0.69, floor 0.7"
    ]
    assert gate.breaches({"gaza": {"killed_min": 0.7}}, {"gaza": {"killed_min": 0.7}}) == []


@pytest.mark.parametrize("figures", [{}, {"gaza": {}}])
def test_a_figure_not_measured_is_a_breach(figures: gate.Figures) -> None:
    assert gate.breaches(figures, {"gaza": {"killed_min": 0.7}}) == ["gaza killed_min: not measured, floor 0.7"]


def test_raising_never_lowers() -> None:
    floors = {"gaza": {"killed_min": 0.7, "killed_max": 0.62}}
    measured = {"gaza": {"killed_min": 0.65, "killed_max": 0.6789, "n": 309.0}, "gva": {"b3_f1": 0.58}}
    assert gate.raised(measured, floors) == {"gaza": {"killed_min": 0.7, "killed_max": 0.67}}


def test_a_figure_is_entered_with_nothing_and_raised() -> None:
    assert gate.raised({"gva": {"b3_f1": 0.58}}, {"gva": {"b3_f1": 0}}) == {"gva": {"b3_f1": 0.58}}


def test_the_command_refuses_what_is_under_its_floor_and_raises_the_rest(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    floors, figures = tmp_path / "floors.json", tmp_path / "figures.json"
    floors.write_text('{"gaza": {"killed_min": 0.7, "killed_max": 0.6}}', encoding="utf-8")
    figures.write_text('{"gaza": {"killed_min": 0.6, "killed_max": 0.66}}', encoding="utf-8")
    monkeypatch.setattr(gate, "FLOORS", floors)
    monkeypatch.setattr(sys, "argv", ["gate.py", str(figures), "--raise"])
    assert gate.main() == 1
    assert json.loads(floors.read_text("utf-8")) == {"gaza": {"killed_min": 0.7, "killed_max": 0.66}}
