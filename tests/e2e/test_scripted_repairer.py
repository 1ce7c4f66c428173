"""The scripted repairer of ``scripts/repair_quality`` on a part of the shipped samples, in real cells."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from scripts.repair_quality import script
from scripts.repair_scripted import BY_HEART, Ended, broken
from service.cli.session import connect

EVERY = 24


async def measured() -> tuple[Mapping[str, Sequence[Ended]], Mapping[str, dict[str, Any]]]:
    async with connect(None, None, runs_code=True) as client:
        return await script(client, list(broken(EVERY)))


def test_more_disclosure_mends_more_and_a_copied_answer_shows_as_a_false_pass(
    cells: None, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    ended, figures = asyncio.run(measured())
    last = {level: found["groups"][0]["rounds"][-1] for level, found in figures.items()}
    right = {level: each["correct"]["value"] for level, each in last.items()}

    assert right["full"] > right["names"] > right["verdict"]
    assert all(each["fdr"] is not None for each in last.values())
    assert last[BY_HEART]["accepted"]["value"] > 0.3
    assert (right[BY_HEART], last[BY_HEART]["fdr"]["value"]) == (0.0, 1.0)
    assert all(each.copied for each in ended[BY_HEART] if each.status == "solved")
