"""Settings are documented, typed, and refuse what cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from service.settings import LimitCaps, LimitDefaults, Settings

PAGE = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`ASSAY_{name.upper()}`" in PAGE


@pytest.mark.parametrize("name", sorted(LimitCaps.model_fields))
def test_every_limit_is_documented(name: str) -> None:
    assert f"`{name.upper()}`" in PAGE


def test_defaults_and_caps_name_the_same_limits() -> None:
    assert set(LimitDefaults.model_fields) == set(LimitCaps.model_fields)


def test_the_environment_is_read_and_a_file_stands_behind_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("ASSAY_PORT=1\nASSAY_CELLS=3\nOTHER=1\n")
    monkeypatch.setenv("ASSAY_PORT", "2")
    monkeypatch.setenv("ASSAY_LIMITS__CPU_S", "5")
    monkeypatch.setenv("ASSAY_HOST", "")
    settings = Settings()
    assert (settings.port, settings.cells, settings.limits.cpu_s, settings.host) == (2, 3, 5.0, "127.0.0.1")
    assert Settings(port=4).port == 4


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("sqlite:///a.db", "sqlite+aiosqlite:///a.db"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_a_database_url_gets_its_driver(given: str, meant: str) -> None:
    assert Settings(_env_file=None, database_url=given).database_url == meant


@pytest.mark.parametrize(
    "change",
    [
        {"database_url": "mysql://x"},
        {"port": 70_000},
        {"cells": 0},
        {"sandbox_backend": "none"},
        {"limits": {"cpu_s": 1e6}},
        {"limits": {"cpu": 1}},
        {"lease_s": 0},
        {"body_max_bytes": 10},
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, **change)  # type: ignore[arg-type]  # that is the point


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None).port = 1  # type: ignore[misc]  # that is the point


def test_the_key_is_not_shown() -> None:
    assert "hunter2" not in repr(Settings(_env_file=None, api_key="hunter2"))
