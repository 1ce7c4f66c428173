"""What an operator is told when a cell does not hold, and what he may choose."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from sandbox.backends import BackendOptions, choose_backend
from sandbox.docker import DockerBackend
from sandbox.pool import CellPool
from sandbox.port import CellLost, Sandbox, SandboxUnavailable
from sandbox.selftest import BAD, self_test
from sandbox.spec import CaseReport, CellInfo, Ending, ExamResult, Job, JobResult, Outcome
from service import bootstrap
from service.bootstrap import examine_sandbox, policy_of
from service.domain.requests import Isolation
from service.settings import Settings


class LeakySandbox:
    """Accepts everything, and lets candidates do what one word in their source says."""

    def __init__(self, leak: str) -> None:
        self._leak = leak

    async def start(self) -> None:
        """Nothing to start."""

    async def run(self, job: Job, *, isolation: str | None = None) -> JobResult:
        if self._leak == "engine":
            raise CellLost("the engine failed")
        wrong = self._leak.encode() in job.source
        report = CaseReport(0, Outcome.WRONG, actual=f"['managed {self._leak}']")
        exam = ExamResult("selftest", Ending.COMPLETED, "w" if wrong else "p", reports=(report,) if wrong else ())
        if job.source == BAD.encode() and self._leak != "wrong":
            exam = replace(exam, outcomes="w")
        return JobResult((exam,), cell_clean=True, cell_id="cell")

    async def info(self) -> CellInfo:
        return CellInfo("docker", "process", "3.11", "image", "f" * 64)

    async def close(self) -> None:
        """Nothing to close."""


LEAKS = {
    "create_connection": "reach the network",
    "assay-self-test": "write outside its own directory",
    "os.fork": "make processes without end",
    "/etc/shadow": "read what is not its own",
    "os.getppid": "see or signal foreign processes",
    "os.setuid": "gain rights",
}


@pytest.mark.parametrize("leak", LEAKS)
async def test_what_a_candidate_managed_to_do_is_told(leak: str) -> None:
    found = {finding.name: finding for finding in await self_test(cast(Sandbox, LeakySandbox(leak)))}

    wrong = [name for name, finding in found.items() if not finding.ok]
    assert wrong == [LEAKS[leak]]
    assert found[LEAKS[leak]].detail == f"['managed {leak}']"


async def test_a_judge_that_accepts_everything_and_an_engine_that_fails_are_told() -> None:
    accepting = {finding.name: finding.ok for finding in await self_test(cast(Sandbox, _Accepting("nothing")))}
    failing = await self_test(cast(Sandbox, LeakySandbox("engine")))

    assert [name for name, ok in accepting.items() if not ok] == ["reject a wrong candidate"]
    assert {(finding.ok, finding.detail) for finding in failing} == {(False, "the engine failed")}


class _Accepting(LeakySandbox):
    async def run(self, job: Job, *, isolation: str | None = None) -> JobResult:
        return JobResult((ExamResult("selftest", Ending.COMPLETED, "p"),), cell_clean=True, cell_id="cell")


async def test_doctor_and_readiness_name_what_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = cast(CellPool, LeakySandbox("os.fork"))

    async def opened(_settings: Settings) -> CellPool:
        return sandbox

    monkeypatch.setattr(bootstrap, "_open_cells", opened)
    told = {part.name: part for part in await examine_sandbox(Settings(sandbox_backend="bubblewrap"))}
    ready = await bootstrap._self_test(sandbox)

    assert not told["make processes without end"].ok
    assert told["make processes without end"].detail == "['managed os.fork']"
    assert told["reach the network"].ok
    assert (ready.ok, ready.detail) == (False, "make processes without end: ['managed os.fork']")


def test_requests_may_ask_for_more_isolation_than_the_operator_chose_and_never_for_less() -> None:
    assert policy_of(Settings(sandbox_isolation="process")).isolations == set(Isolation)
    assert policy_of(Settings(sandbox_isolation="fresh")).isolations == {Isolation.FRESH}


@pytest.mark.docker
@pytest.mark.usefixtures("engine")
async def test_the_runtime_is_passed_to_the_engine() -> None:
    with pytest.raises(SandboxUnavailable, match="no-such-runtime"):
        await choose_backend(BackendOptions(backend="docker", docker_runtime="no-such-runtime"))
    backend = await DockerBackend.connect(runtime="runc")
    try:
        cell = await backend.launch()
        state = await vars(backend)["_engine"].call(lambda client: client.api.inspect_container(cell.cell_id))
        await cell.close()
    finally:
        await backend.close()

    assert state["HostConfig"]["Runtime"] == "runc"
    assert "runc" in backend.confinement
