"""``assay verify``: one program, one verdict."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from service.cli.console import emit, emit_json, say
from service.cli.options import AsJson, Key, Url
from service.cli.outcome import ExitCode
from service.cli.session import connect, finish
from service.cli.source import read_program
from service.client import AsyncAssay
from service.domain.requests import Isolation
from service.domain.verdict import Failure, State
from service.usecases.inline_tasks import read_assert_file

_WAIT_S = 30
_CASES_SHOWN = 3


def verify(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The program; - is standard input.")],
    task: Annotated[str | None, typer.Option(help="A stored task, such as mbpp/11.")] = None,
    tests: Annotated[str | None, typer.Option(metavar="FILE", help="Instead of a task: a file of asserts.")] = None,
    entry_point: Annotated[str | None, typer.Option(help="With --tests: the function under test.")] = None,
    verifier: Annotated[
        list[str] | None, typer.Option(help="May be repeated; default base, or the task's first suite.")
    ] = None,
    isolation: Annotated[Isolation | None, typer.Option(help="Overrides the service's own.")] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Do not reuse the result of identical work.")] = False,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Verify one program: exit 0 if it is accepted, 1 if not, 3 or 4 if nothing could be concluded."""
    if (task is None) == (tests is None):
        raise typer.BadParameter("give exactly one of --task and --tests", param_hint="--task / --tests")
    fields: dict[str, Any] = {"task_id": task, "verifiers": verifier, "isolation": isolation}
    if tests is not None:
        found = read_assert_file(read_program(tests))
        inline = {"entry_point": entry_point, "tests": list(found.tests), "setup": found.setup}
        fields["task"] = {name: value for name, value in inline.items() if value is not None}
    if no_cache:
        fields["cache"] = "bypass"
    verification = finish(_verify(read_program(file), fields, url, api_key))
    if as_json:
        emit_json(verification)
    else:
        _show(verification)
    raise typer.Exit(_exit_code(verification))


async def _verify(code: str, fields: dict[str, Any], url: str | None, api_key: str | None) -> dict[str, Any]:
    async with connect(url, api_key, runs_code=True) as client:
        verification = await client.verify(code, wait_s=_WAIT_S, **fields)
        while not State(verification["state"]).final:
            verification = await _poll(client, verification["id"])
        return verification


async def _poll(client: AsyncAssay, verification_id: str) -> dict[str, Any]:
    """Look again, a little later."""
    await asyncio.sleep(0.2)
    return await client.get(f"/v1/verifications/{verification_id}")


def _exit_code(verification: dict[str, Any]) -> ExitCode:
    if verification["verdict"] is None:
        invalid = verification["failure"] == Failure.INVALID_TASK
        return ExitCode.PARTLY if invalid else ExitCode.NOTHING_CONCLUDED
    return ExitCode.DONE if verification["accepted"] else ExitCode.NOT_ACCEPTED


def _show(verification: dict[str, Any]) -> None:
    for note in verification["notes"]:
        say(f"note: {note}")
    emit(f"{verification['verdict'] or verification['failure'] or verification['state']}  {verification['task_id']}")
    for check in verification["checks"]:
        emit(_check_line(check))
        if check["counterexample"] is not None:
            emit(_counterexample_text(check["counterexample"]))
            continue
        failed = [case for case in check["cases"] if case["verdict"] not in ("accepted", "skipped")]
        for case in failed[:_CASES_SHOWN]:
            emit(_case_text(case))
        if len(failed) > _CASES_SHOWN:
            emit(f"    … and {len(failed) - _CASES_SHOWN} more cases")
        if check["message"] and not failed:
            emit(f"    {check['message']}")


def _check_line(check: dict[str, Any]) -> str:
    said = check["verdict"] or check["failure"] or check["state"]
    detail = check["detail"]
    facts = [str(detail[name]) for name in ("reason", "clock", "limit", "rule") if detail[name]]
    if check["cases_total"]:
        facts.append(f"{check['cases_passed']} of {check['cases_total']} cases passed")
    if check["cached"]:
        facts.append("cached")
    return f"  {check['verifier']}: {said}" + (f" ({', '.join(facts)})" if facts else "")


def _counterexample_text(found: dict[str, Any]) -> str:
    size = "the simplest input found" if found["shrunk"] else "an input"
    lines = [f"    {size} on which it disagrees with the reference: {found['inputs']}"]
    if found["expected"]:
        actual = found["actual"] if found["actual"] is not None else found["error"]
        lines.append(f"      expected {found['expected']}, got {actual}")
    return "\n".join(lines)


def _case_text(case: dict[str, Any]) -> str:
    lines = [f"    case {case['index']}: {case['verdict']}  {case['source']}".rstrip()]
    if case["expected"] is not None or case["actual"] is not None:
        lines.append(f"      expected {case['expected']}, got {case['actual']}")
    lines += [f"      {line}" for line in case["message"].splitlines()]
    return "\n".join(lines)
