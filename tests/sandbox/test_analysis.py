"""Analysis cells of both backends: real analysers, candidates that break them, batches."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import docker
import pytest
from docker.errors import DockerException

from sandbox.analysis import ANALYSERS, AnalysisRoom, Reading
from sandbox.backend import Backend
from sandbox.backends import BackendOptions, open_analysis
from sandbox.bubblewrap import BubblewrapBackend, find_bwrap
from sandbox.cell import Cell
from sandbox.images import contents
from sandbox.images.build import BuildFailed, build_image, build_site
from sandbox.port import SandboxClosed, SandboxUnavailable
from tests.sandbox.conftest import missing

ALL = frozenset(ANALYSERS)
GOOD = b"def f(x):\n    return x + 1\n"
DATA = Path(__file__).parents[1] / "data" / "static"


@pytest.fixture(params=["bubblewrap", pytest.param("docker", marks=pytest.mark.docker)])
def backend_name(request: pytest.FixtureRequest) -> str:
    if request.param == "bubblewrap":
        if find_bwrap() is None:
            missing("bubblewrap", "there is no bwrap")
        build_site(recipe=contents.ANALYSIS)
    else:
        try:
            with closing(docker.from_env(timeout=600)) as client:
                client.ping()
                build_image(client, contents.ANALYSIS)
        except (BuildFailed, DockerException) as error:
            missing("docker", str(error))
    return str(request.param)


def room_on(name: str) -> AnalysisRoom:
    async def backend() -> str:
        return name

    return open_analysis(BackendOptions(), backend)


@pytest.fixture
async def room(backend_name: str) -> AsyncIterator[AnalysisRoom]:
    room = room_on(backend_name)
    yield room
    await room.close()


@pytest.fixture
async def jail() -> AsyncIterator[AnalysisRoom]:
    if find_bwrap() is None:
        missing("bubblewrap", "there is no bwrap")
    build_site(recipe=contents.ANALYSIS)
    room = room_on("bubblewrap")
    yield room
    await room.close()


async def test_every_analyser_reads_and_none_crosses_candidates(room: AnalysisRoom) -> None:
    sources = [
        GOOD,
        b"import os\n\ndef f(x):\n    return os.system('ls ' + x) + y\n",
        b"def f(:\n",
        b"def f(x):\n    return eval(x)  # noqa\n    # nosec\n",
        b"def f(x):  # type: ignore\n    return len(x, x)  # type: ignore # noqa # nosec\n",
    ]

    found = await asyncio.gather(*(room.analyse(source, ALL) for source in sources))

    assert found[0].batch == len(sources)
    rules = [_rules(analysis.readings) for analysis in found]
    assert rules[0] == set()
    assert {"F821", "S605", "B605", "name-defined", "shell-by-string"} <= rules[1]
    assert found[2].readings["own"].status == "unparsed"
    assert set(found[2].readings) == {"own", "ruff"}
    assert {"S307", "B307", "eval-of-input"} <= rules[3]
    assert "call-arg" in rules[4]
    assert all(analysis.cpu_s["ruff"] > 0 for analysis in found)


def _rules(readings: object) -> set[str]:
    assert isinstance(readings, dict)
    found = set()
    for analyser, reading in readings.items():
        assert isinstance(reading, Reading)
        assert reading.status != "failed", (analyser, reading.why)
        for document in reading.documents:
            found |= {each["rule"] for each in document.get("findings", ())}
            found |= {each["test_id"] for each in document.get("results", ())}
            found |= {document["code"]} if "code" in document else set()
    return found


async def test_what_the_default_policy_takes_from_ruff_bandit_and_mypy_is_found(jail: AnalysisRoom) -> None:
    names = sorted(path.name.removesuffix(".breaks.py") for path in (DATA / "tools").glob("*.breaks.py"))
    assert names
    for kind in ("breaks", "keeps"):
        texts = [(DATA / "tools" / f"{name}.{kind}.py").read_bytes() for name in names]
        found = await asyncio.gather(*(jail.analyse(text, ALL) for text in texts))
        wrong = [
            name
            for name, analysis in zip(names, found, strict=True)
            if (name in _rules(analysis.readings)) is not (kind == "breaks")
        ]
        assert not wrong, kind


DEEP = b"x = " + b"(" * 5000 + b"1" + b")" * 5000 + b"\n"
CHAIN = b"def f(x):\n    return " + b" + ".join([b"x"] * 20000) + b"\n"


@pytest.mark.parametrize("hostile", [DEEP, CHAIN, b"x" * 2_000_000, b"# -*- coding: idna -*-\nx = 1\n"])
async def test_a_candidate_that_breaks_an_analyser_costs_nobody_else_a_result(
    jail: AnalysisRoom, hostile: bytes
) -> None:
    others = [GOOD.replace(b"f(", b"f%d(" % number) for number in range(5)]
    mixed = [*others[:2], hostile, *others[2:]]

    found = await asyncio.gather(*(jail.analyse(source, ALL) for source in mixed))

    for analysis in (*found[:2], *found[3:]):
        assert {name: reading.status for name, reading in analysis.readings.items()} == dict.fromkeys(ALL, "found")
    lone = found[2].readings
    assert all(reading.why for reading in lone.values() if reading.status == "failed")


async def test_a_candidate_cannot_import_another_one_of_its_batch(jail: AnalysisRoom) -> None:
    sources = [b"SECRET: int = 1\n", b"import c0\nx: str = c0.SECRET\n", b"from canary import *\n"]

    found = await asyncio.gather(*(jail.analyse(source, frozenset({"mypy"})) for source in sources))

    assert "assignment" not in _rules(found[1].readings)
    assert found[2].readings["mypy"].status == "found"


class Observed(BubblewrapBackend):
    """Remembers the cells that it launched."""

    def __init__(self) -> None:
        super().__init__(site=build_site(recipe=contents.ANALYSIS), recipe=contents.ANALYSIS)
        self.cells: list[Cell] = []

    async def launch(self) -> Cell:
        self.cells.append(await super().launch())
        return self.cells[-1]


async def test_a_cell_that_dies_is_replaced_and_its_batch_read_again() -> None:
    if find_bwrap() is None:
        missing("bubblewrap", "there is no bwrap")
    backend = Observed()

    async def open_backend() -> Backend:
        return backend

    room = AnalysisRoom(open_backend)
    try:
        await room.analyse(GOOD, frozenset())
        signal.pidfd_send_signal(backend.cells[0]._jail._inside, signal.SIGKILL)  # type: ignore[attr-defined]
        found = await asyncio.gather(*(room.analyse(GOOD, frozenset()) for _ in range(3)))
    finally:
        await room.close()

    assert [analysis.readings["own"].status for analysis in found] == ["found"] * 3
    assert len(backend.cells) == 2


async def test_analysers_that_are_not_installed_are_missing_and_the_rest_reads(tmp_path: Path) -> None:
    if find_bwrap() is None:
        missing("bubblewrap", "there is no bwrap")

    async def open_backend() -> Backend:
        return BubblewrapBackend(site=tmp_path, recipe=contents.ANALYSIS)

    room = AnalysisRoom(open_backend)
    try:
        readings = (await room.analyse(GOOD, ALL)).readings
    finally:
        await room.close()

    assert {name: reading.status for name, reading in readings.items()} == {
        "own": "found",
        "ruff": "missing",
        "bandit": "missing",
        "mypy": "missing",
    }
    assert "ruff" in readings["ruff"].why


async def test_without_the_site_directory_it_says_what_to_run(tmp_path: Path) -> None:
    async def backend() -> str:
        return "bubblewrap"

    room = open_analysis(BackendOptions(data_dir=tmp_path), backend)
    with pytest.raises(SandboxUnavailable, match=r"sandbox\.images build"):
        await room.analyse(GOOD, ALL)
    await room.close()
    with pytest.raises(SandboxClosed):
        await room.analyse(GOOD, ALL)


BANDIT_STUB = """
import os, time

class BanditConfig: ...
class Metrics: ...

class BanditManager:
    b_ma = b_ts = None
    def __init__(self, *arguments, **options): ...

class BanditTester:
    results = []

class BanditNodeVisitor:
    def __init__(self, *arguments):
        self.tester = BanditTester()
    def process(self, source):
        text = source.decode()
        if "CRASH" in text:
            os.kill(os.getpid(), 11)
        if "HANG" in text:
            time.sleep(60)
        if "RAISE" in text:
            raise RuntimeError("bandit raises")
"""
MYPY_STUB = """
import json, os, time

def process_options(arguments):
    return [], None

class CompileError(Exception): ...

class BuildSource:
    def __init__(self, path, module, text):
        self.path, self.text = path, text

class Result: ...

def build(sources, options):
    lines = []
    for source in sources:
        if "CRASH" in source.text:
            os.kill(os.getpid(), 11)
        if "HANG" in source.text:
            time.sleep(60)
        line = {"file": source.path, "line": 1, "column": 0, "message": "read", "code": "note", "severity": "note"}
        lines.append(json.dumps(line))
    result = Result()
    result.errors = lines
    return result
"""


@pytest.fixture
def broken_site(tmp_path: Path) -> Path:
    """Analysers that crash, hang or raise on candidates that say so."""
    for name, text in (("bandit/core/config", BANDIT_STUB), ("mypy/build", MYPY_STUB)):
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(parents=True)
        path.write_text(text)
    for name in ("manager", "metrics", "node_visitor", "tester", "utils"):
        (tmp_path / f"bandit/core/{name}.py").write_text("from .config import *\n")
    for name in ("main", "errors", "modulefinder"):
        (tmp_path / f"mypy/{name}.py").write_text("from .build import *\n")
    (tmp_path / "mypy_cache").mkdir()
    tmp_path.chmod(0o755)
    return tmp_path


async def test_an_analyser_that_crashes_or_hangs_costs_the_guilty_candidate_its_result_and_nobody_else(
    broken_site: Path,
) -> None:
    if find_bwrap() is None:
        missing("bubblewrap", "there is no bwrap")

    async def open_backend() -> Backend:
        return BubblewrapBackend(site=broken_site, recipe=contents.ANALYSIS)

    room = AnalysisRoom(open_backend, patience_s=0.7)
    sources = [b"a = 1\n", b"'CRASH'\n", b"b = 1\n", b"'HANG'\n", b"'RAISE'\n", b"c = 1\n"]
    try:
        found = await asyncio.gather(*(room.analyse(source, frozenset({"bandit", "mypy"})) for source in sources))
    finally:
        await room.close()

    told = {name: [analysis.readings[name] for analysis in found] for name in ("own", "bandit", "mypy")}
    assert [reading.status for reading in told["own"]] == ["found"] * 6
    assert [reading.status for reading in told["bandit"]] == ["found", "failed", "found", "failed", "failed", "found"]
    assert [reading.status for reading in told["mypy"]] == ["found", "failed", "found", "failed", "found", "found"]
    assert "SIGSEGV" in told["bandit"][1].why
    assert "SIGSEGV" in told["mypy"][1].why
    assert "said nothing" in told["bandit"][3].why
    assert "said nothing" in told["mypy"][3].why
    assert "bandit raises" in told["bandit"][4].why
    assert told["mypy"][5].documents[0]["message"] == "read"


COMPARE = """
import json, sys
from pathlib import Path
site, root, *files = sys.argv[1:]
sys.path += [site, root]
from bandit.core import config, manager, metrics
made = manager.BanditManager(config.BanditConfig(), "file", ignore_nosec=True)
found = {}
for name in files:
    made.files_list, made.results, made.skipped, made.metrics = [name], [], [], metrics.Metrics()
    made.run_tests()
    assert not made.skipped
    found[name] = [issue.as_dict(with_code=False) for issue in made.results]
from sandbox.analysers import bandit_reader
read = bandit_reader.prepare()()
for name in files:
    assert read(name)[0]["results"] == found[name], name
print(sum(map(len, found.values())))
"""


def test_our_walk_finds_exactly_what_bandit_finds() -> None:
    site = build_site(recipe=contents.ANALYSIS)
    root = Path(__file__).parents[2]
    files = [*DATA.glob("*/*.py"), *(root / "sandbox").rglob("*.py"), *site.glob("bandit/plugins/*.py")]
    command = [sys.executable, "-I", "-S", "-c", COMPARE, str(site), str(root), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 50
