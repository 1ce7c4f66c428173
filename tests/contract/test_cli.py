"""The command line's surface: every command helps, is documented, and errors have the exit codes of the contract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from pydantic import ValidationError

from service import errors
from service.cli.entry import app
from service.cli.outcome import ExitCode, exit_code_of, sentence_of
from service.client import AssayError, Unreachable
from service.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def commands(group: typer.Typer, *prefix: str) -> Iterator[tuple[str, ...]]:
    for command in group.registered_commands:
        assert command.name is not None
        yield (*prefix, command.name)
    for inner in group.registered_groups:
        assert inner.name is not None
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, *prefix, inner.name)


ALL = sorted(commands(app))


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        app(list(arguments), prog_name="assay")
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_the_commands_are_those_of_the_contract() -> None:
    assert {" ".join(command) for command in ALL} == {
        "serve", "verify", "bench", "doctor", "version", "tasks import", "tasks list", "tasks show", "tasks validate",
        "tasks strengthen", "tasks audit", "tasks review",
        "runs list", "runs show", "runs export", "keys create", "keys list", "keys revoke", "db upgrade", "db current",
        "repair", "analyze pass-at-k", "analyze resampling", "analyze adherence", "analyze verifiers",
        "analyze repairs", "analyze self-evaluation", "analyze feedback",
        "analyze compare", "analyze decision", "analyze acceptance", "analyze drift",
    }  # fmt: skip


@pytest.mark.parametrize("command", [(), *ALL], ids=" ".join)
def test_every_command_helps(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*command, "--help") == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("Usage: assay")
    assert shown.err == ""


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_every_command_is_documented(command: tuple[str, ...]) -> None:
    group, *rest = command
    named = f"`assay {' '.join(command)}" in PAGE
    listed = rest and any(f"`{rest[0]}" in line for line in PAGE.splitlines() if f"`assay {group} " in line)
    assert named or listed


@pytest.mark.parametrize("command", [command for command in ALL if "serve" not in command], ids=" ".join)
def test_every_command_that_reports_does_so_in_json(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    run(*command, "--help")
    silent = {("db", "upgrade"), ("keys", "revoke"), ("runs", "export")}
    assert ("--json" in capsys.readouterr().out) is (command not in silent)


@pytest.mark.parametrize(
    "arguments",
    [
        ("nope",),
        ("verify",),
        ("verify", "x.py"),
        ("verify", "x.py", "--task", "a/1", "--tests", "t.py"),
        ("bench", "x.jsonl"),
        ("bench", "x.jsonl", "--tasks", "a", "--model", "m", "--limit", "0"),
        ("bench", "x.jsonl", "--tasks", "a", "--model", "m", "--fail-under", "2"),
        ("tasks", "import"),
        ("tasks", "import", "native"),
        ("tasks", "import", "native", __file__),
        ("tasks", "import", "mbpp", "/does/not/exist"),
        ("runs", "export", "x", "--format", "xml"),
        ("serve", "--port", "100000"),
        ("keys", "create"),
        ("keys", "create", "--name", "x", "--scope", "root"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2_and_told_on_stderr(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Error" in shown.err


def invalid_settings() -> ValidationError:
    with pytest.raises(ValidationError) as found:
        Settings(_env_file=None, port=-1)
    return found.value


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.InvalidInput("x"), 2),
        (errors.LimitAboveCap("x"), 2),
        (errors.NotFound("x"), 2),
        (errors.Conflict("x"), 2),
        (errors.InvalidTask("x", "accepts_stub"), 4),
        (errors.NotAuthorised("x"), 3),
        (errors.QueueFull("x"), 3),
        (errors.NotMigrated("x"), 3),
        (errors.SandboxTrouble("x"), 3),
        (AssayError(404, {"detail": "x"}), 2),
        (AssayError(422, {"detail": "x"}), 2),
        (AssayError(401, {"detail": "x"}), 3),
        (AssayError(403, {"detail": "x"}), 3),
        (AssayError(429, {"detail": "x"}), 3),
        (AssayError(500, {"detail": "x"}), 3),
        (AssayError(503, {"detail": "x"}), 3),
        (Unreachable("x"), 3),
        (FileNotFoundError(2, "No such file or directory", "x"), 2),
        (PermissionError(13, "Permission denied", "x"), 3),
        (invalid_settings(), 2),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_exit_codes_of_errors(error: BaseException, code: int) -> None:
    assert exit_code_of(error) == code
    assert sentence_of(error)


def test_exit_codes_are_documented() -> None:
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert documented == {code.value for code in ExitCode}


def test_a_wrong_setting_is_named_as_it_is_set() -> None:
    assert sentence_of(invalid_settings()).startswith("ASSAY_PORT: ")
