"""From what analysers said to a verdict: nothing is accepted because nobody looked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from sandbox.analysis import FAILED, FOUND, MISSING, UNPARSED, Analysis, Reading
from sandbox.port import CellLost, SandboxClosed, SandboxUnavailable
from service.domain.definition import Definition, DefinitionKind, Definitions
from service.domain.ports import Order
from service.domain.verdict import Failure, Verdict
from service.errors import NotFound, SandboxTrouble
from service.verify.static import StaticVerifiers
from service.verify.static_policy import parse_policy
from tasks.inline import build_task

TASK = build_task({"entry_point": "f", "tests": ["assert f(1) == 2"]})
CLEAN = {"findings": [], "metrics": {"lines": 2, "cyclomatic": 1}}
STUB = {
    "tool": "defects", "rule": "stub", "level": "error", "cwe": None, "message": "`f` is empty", "line": 1,
    "column": 1, "end_line": 2, "end_column": 9,
}  # fmt: skip


def readings(**changes: Reading) -> dict[str, Reading]:
    found = {"own": Reading(FOUND, (CLEAN,)), "ruff": Reading(FOUND), "mypy": Reading(FOUND)}
    return {**found, "bandit": Reading(FOUND, ({"results": []},)), **changes}


class Analysts:
    """Say what they were told to say, or raise it."""

    def __init__(self, *answers: Mapping[str, Reading] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[frozenset[str]] = []

    async def analyse(self, source: bytes, analysers: frozenset[str]) -> Analysis:
        self.asked.append(analysers)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return Analysis(answer, {"own": 0.001, "ruff": 0.0005})

    async def close(self) -> None:
        pass


async def static(*answers: Mapping[str, Reading] | Exception, source: bytes = b"def f(x):\n    return x\n") -> Any:
    verifiers = StaticVerifiers(Analysts(*answers), Definitions())
    return (await verifiers.judge(TASK, Order(source, ("static",))))["static"]


async def test_a_program_without_a_refusing_finding_is_accepted_with_its_metrics_and_cost() -> None:
    judgement = await static(readings())

    assert judgement.verdict is Verdict.ACCEPTED
    assert judgement.evidence.metrics == {"lines": 2.0, "cyclomatic": 1.0}
    assert judgement.usage.cpu_ms == 1.5


async def test_a_refusing_finding_rejects_with_its_name_and_place() -> None:
    judgement = await static(readings(own=Reading(FOUND, ({**CLEAN, "findings": [STUB]},))))

    assert judgement.verdict is Verdict.REJECTED
    assert judgement.detail.reason == "defects:stub"
    assert judgement.evidence.message == "defects:stub: line 1: `f` is empty"
    assert judgement.evidence.findings[0].excerpt == "def f(x):"


async def test_what_is_no_python_is_a_compile_error() -> None:
    document = {"syntax": {"message": "invalid syntax", "line": 1, "column": 3}}
    judgement = await static({"own": Reading(UNPARSED, (document,)), "ruff": Reading(FOUND)})

    assert judgement.verdict is Verdict.COMPILE_ERROR
    assert judgement.detail.reason == "syntax_error"


async def test_no_code_is_a_compile_error_that_nobody_is_asked_for() -> None:
    assert (await static(source=b" \n")).detail.reason == "no_code"


@pytest.mark.parametrize("analyser", ["own", "ruff", "bandit", "mypy"])
@pytest.mark.parametrize("status", [FAILED, MISSING])
async def test_an_analyser_that_failed_or_is_missing_gives_no_verdict(analyser: str, status: str) -> None:
    judgement = await static(readings(**{analyser: Reading(status, why="it died of SIGSEGV")}))

    assert judgement.verdict is None
    assert judgement.failure is Failure.INFRASTRUCTURE_ERROR
    assert judgement.detail.reason == f"analyser_{status}"
    assert f"{analyser}: it died of SIGSEGV" in judgement.evidence.message


async def test_an_analyser_that_fails_on_a_candidate_is_asked_three_times() -> None:
    failed = readings(mypy=Reading(FAILED, why="it died of SIGSEGV"))
    analysts = Analysts(failed, failed, readings(), failed)
    verifiers = StaticVerifiers(analysts, Definitions())
    judged = (await verifiers.judge(TASK, Order(b"x = 1\n", ("static",))))["static"]
    assert (judged.verdict, judged.usage.cpu_ms) == (Verdict.ACCEPTED, 4.5)
    judged = (await verifiers.judge(TASK, Order(b"x = 1\n", ("static",))))["static"]
    assert (judged.verdict, judged.detail.reason, len(analysts.asked)) == (None, "analyser_failed", 6)


async def test_no_further_try_where_others_refuse_or_an_analyser_is_missing() -> None:
    refused = readings(own=Reading(FOUND, ({**CLEAN, "findings": [STUB]},)), mypy=Reading(FAILED))
    for first in (refused, readings(mypy=Reading(MISSING))):
        analysts = Analysts(first)
        await StaticVerifiers(analysts, Definitions()).judge(TASK, Order(b"x = 1\n", ("static",)))
        assert len(analysts.asked) == 1


@pytest.mark.parametrize("analyser", ["own", "ruff", "bandit", "mypy"])
async def test_an_analyser_that_speaks_nonsense_gives_no_verdict(analyser: str) -> None:
    judgement = await static(readings(**{analyser: Reading(FOUND, ({"what": 1},))}))

    assert judgement.verdict is None
    assert judgement.failure is Failure.INFRASTRUCTURE_ERROR


async def test_what_the_others_found_refuses_also_without_the_missing_one() -> None:
    judgement = await static(
        readings(own=Reading(FOUND, ({**CLEAN, "findings": [STUB]},)), mypy=Reading(MISSING, why="not installed"))
    )

    assert judgement.verdict is Verdict.REJECTED


async def test_a_lost_cell_is_tried_again_once_and_then_there_is_no_verdict() -> None:
    assert (await static(CellLost("gone"), readings())).verdict is Verdict.ACCEPTED
    judgement = await static(CellLost("gone"), CellLost("gone again"))
    assert (judgement.verdict, judgement.detail.reason) == (None, "analyser_failed")


async def test_without_an_analysis_cell_there_is_no_verdict_and_it_says_what_to_do() -> None:
    judgement = await static(SandboxUnavailable("run `python -m sandbox.images build`"))

    assert (judgement.verdict, judgement.detail.reason) == (None, "analyser_missing")
    assert "sandbox.images build" in judgement.evidence.message


async def test_a_closing_service_puts_the_check_back() -> None:
    with pytest.raises(SandboxTrouble):
        await static(SandboxClosed("closed"))


def defined(name: str, version: str, key: int, policy: dict[str, Any]) -> Definition:
    return Definition(name, version, DefinitionKind.STATIC_POLICY, policy, key=key)


async def test_defined_policies_share_one_reading_and_keep_their_versions() -> None:
    definitions = Definitions()
    definitions.learn(
        [defined("short", "1", 1, {"limits": {"lines": 1}}), defined("short", "2", 2, {"limits": {"lines": 9}})]
    )
    analysts = Analysts(readings())
    verifiers = StaticVerifiers(analysts, definitions)

    found = await verifiers.judge(TASK, Order(b"x = 1\ny = 2\n", ("static", "short", "short@1")))

    assert [found[name].verdict for name in found] == [Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.REJECTED]
    assert found["short@1"].detail.reason == "limit:lines"
    assert analysts.asked == [frozenset({"own", "ruff", "bandit", "mypy"})]


async def test_names_are_resolved_with_a_version_that_covers_policy_and_analysers() -> None:
    definitions = Definitions()
    definitions.learn([defined("mine", "3", 1, {"reject": ["ruff:F821"]})])
    verifiers = StaticVerifiers(Analysts(), definitions)

    static_, mine = verifiers.resolve(TASK, "static"), verifiers.resolve(TASK, "mine")

    assert static_ is not None
    assert static_.version.startswith("1-")
    assert mine is not None
    assert mine.version.startswith("3-")
    assert not mine.hidden
    assert verifiers.resolve(TASK, "base") is None
    assert verifiers.gathers("mine")
    assert not verifiers.gathers("base")
    with pytest.raises(NotFound):
        await verifiers.judge(TASK, Order(b"x = 1", ("gone",)))


def test_policies_that_are_stored_were_read_before() -> None:
    assert parse_policy({"reject": ["ruff:F821"]}).reject == ("ruff:F821",)
