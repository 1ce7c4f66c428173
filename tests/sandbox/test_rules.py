"""Rules of the cell that need a look from outside, or from the examiner's side. docs/security.md lists all rules."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sandbox.encoding import encode_exam
from sandbox.pool import CellPool
from sandbox.spec import CallCase, CallExam, Ending, Exam, ExamResult, Job, Limits, Outcome, ScriptExam, ScriptStyle
from tests.sandbox.machine import Footprint
from tests.sandbox.test_cell_verdicts import asserts, sit

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="looking into other processes needs root")

LIMITS = Limits(cpu_s=5, wall_s=20, case_wall_s=15)
WAITING = "import time\n\ndef f(x):\n    time.sleep({seconds})\n    return x\n"


def pytest_exam(source: str) -> ScriptExam:
    return ScriptExam("base", "f", ScriptStyle.PYTEST, (source,))


def processes_of(sandbox: CellPool, role: int) -> list[Path]:
    """The processes that run under the ids of candidates (0) or examiners (1) of this pool's cells."""
    backend: Any = vars(sandbox)["_backend"]
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            uid = int((process / "status").read_text().split("Uid:\t")[1].split()[0]) - backend._uids.base
            if 0 <= uid < 64 and uid % 4 == role:
                found.append(process)
    return found


def memory_of(process: Path) -> Iterator[bytes]:
    with (process / "mem").open("rb", buffering=0) as memory:
        for line in (process / "maps").read_text().splitlines():
            span, rights = line.split()[:2]
            if rights.startswith("r") and "[v" not in line:
                low, high = (int(part, 16) for part in span.split("-"))
                with suppress(OSError, ValueError):
                    memory.seek(low)
                    yield memory.read(high - low)


def holds(process: Path, word: str) -> bool:
    return any(word.encode() in part for part in memory_of(process))


async def watch(sandbox: CellPool, source: str, exam: Exam, role: int) -> tuple[Path, asyncio.Task[Any]]:
    """Start a job and wait until a process of the role has been there for a moment."""
    running = asyncio.create_task(sandbox.run(Job(source.encode(), (encode_exam(exam),), LIMITS)))
    found: list[Path] = []
    for _ in range(300):
        if found := processes_of(sandbox, role):
            break
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    return found[0], running


async def test_r1_no_byte_of_tests_or_of_earlier_candidates_is_in_a_candidate_or_its_ancestors(
    sandbox: CellPool,
) -> None:
    canaries = [f"{word}{os.getpid()}canary" for word in ("earlier", "asserted", "expected", "own")]
    earlier, asserted, expected, own = canaries
    await sit(sandbox, f"NOTE = '{earlier}'\ndef f(x): return x", asserts(f"assert f(1) != '{asserted}'"))
    await sit(sandbox, "def f(x): return x", CallExam("base", "f", (CallCase((1,), expected),)))

    candidate, running = await watch(
        sandbox, f"NOTE = '{own}'\n" + WAITING.format(seconds=4), asserts(f"assert f('{asserted}') == '{expected}'"), 0
    )
    zygote = Path("/proc", (candidate / "stat").read_text().rsplit(")", 1)[1].split()[1])
    in_candidate = [word for word in (earlier, expected, own) if holds(candidate, word)]
    in_zygote = [word for word in canaries if holds(zygote, word)]
    await running

    assert in_candidate == [own]
    assert in_zygote == []


async def test_r1_whoever_wrote_a_test_finds_nobody_elses_in_its_process(sandbox: CellPool) -> None:
    secret, own = f"secret{os.getpid()}canary", f"own{os.getpid()}canary"
    await sit(sandbox, "def f(x): return x", CallExam("base", "f", (CallCase((1,), secret),)))
    await sit(sandbox, "def f(x): return x", asserts(f"assert f(1) != '{secret}'"))

    examiner, running = await watch(sandbox, WAITING.format(seconds=4), asserts(f"assert f('{own}') == '{own}'"), 1)
    found = [word for word in (secret, own) if holds(examiner, word)]
    await running

    assert found == [own]


async def test_r4_a_star_import_yields_declared_names_only(sandbox: CellPool) -> None:
    source = "def f(x): return x\ndef helper(x): return 1\n"
    uses = "from solution import *\ndef test_it(): assert {} == 1\n"

    assert (await sit(sandbox, source, pytest_exam(uses.format("f(1)")))).outcomes == "p"
    broken = await sit(sandbox, source, pytest_exam(uses.format("helper(1)")))
    assert (broken.ending, broken.reason) == (Ending.BROKEN_EXAM, "undeclared_name")


TELLTALE = """
import sys

class Telltale:
    pass

def tell(name):
    def method(self, *operands):
        sys.stderr.write(f"{name} {operands!r}\\n")
        return self
    return method

for name in ("eq ne lt le gt ge add radd sub rsub mul rmul truediv rtruediv floordiv mod rmod pow and rand or ror xor "
             "contains bool hash index abs neg round matmul lshift format instancecheck sizeof dir").split():
    setattr(Telltale, f"__{name}__", tell(name))

def f():
    return Telltale()
"""


@pytest.mark.parametrize(
    "test", ["f() == 7654321", "7654321 == f()", "abs(f() - 7654321) < 1e-6", "7654321 in [f()]", "7654321 in f()",
             "f() != 7654321", "[f(), 1] == [7654321, 1]", "{f(): 1} == {7654321: 1}", "f() in (7654321,)",
             "round(f(), 2) == 7654321", "max(f(), 7654321) == 1", "f() and 7654321", "f'{f():>9}' == '7654321'",
             "isinstance(f(), int) and f() == 7654321", "sorted([f(), 7654321])", "f() ** 7654321"],
)  # fmt: skip
async def test_r5_no_operand_of_a_test_reaches_an_object_of_the_candidate(sandbox: CellPool, test: str) -> None:
    result = await sit(sandbox, TELLTALE, asserts(f"assert {test}"))

    assert Outcome.PASSED.value not in result.outcomes
    assert result.ending is Ending.COMPLETED
    assert b"7654321" not in result.stderr


@pytest.mark.parametrize(
    ("test", "outcomes"),
    [
        ("import pytest\n@pytest.mark.skip\ndef test_it(): assert f(1) == 1", "w"),
        ("import pytest\n@pytest.mark.xfail\ndef test_it(): assert f(1) == 2", "w"),
        ("import pytest\n@pytest.mark.parametrize('x', [])\ndef test_it(x): assert f(x) == x", "w"),
        ("import pytest\npytest.skip('all', allow_module_level=True)", "w"),
        ("import unittest\nclass T(unittest.TestCase):\n    def test_it(self):\n        with self.subTest(): self.assertEqual(f(1), 2)", "w"),
        ("import pytest\n@pytest.fixture\ndef g(): yield f\ndef test_it(g): assert g(1) == 1", "p"),
    ],
)  # fmt: skip
async def test_r7_only_tests_that_ran_and_passed_count(sandbox: CellPool, test: str, outcomes: str) -> None:
    result = await sit(sandbox, "def f(x): return x", pytest_exam("from solution import f\n" + test))

    assert result.outcomes == outcomes


async def test_r10_a_candidate_cannot_make_an_exam_look_broken(sandbox: CellPool) -> None:
    setup = asserts("assert f(tree) == 1", candidate_names=("Node",), late_prelude="tree = Node(1)\ntree.left = 2\n")
    loop = asserts("for last in f(3): pass\nassert last == 3")
    module = pytest_exam("from solution import f\nDATA = f(3)\ndef test_it(): assert DATA == 3")
    callback = asserts("assert f(lambda x: x.part) == 1")
    sources = {
        "def Node(x): return 5\ndef f(x): return 1": setup,
        "class Node:\n    def __init__(s, x): raise NameError('g')\ndef f(x): return 1": setup,
        "def f(x): return []": loop,
        "def f(x): raise ImportError('solution')": module,
        "class P:\n    part = property(lambda s: (i for i in ()))\ndef f(g): return g(P())": callback,
    }

    for source, exam in sources.items():
        result = await sit(sandbox, source, exam)
        assert result.ending is Ending.COMPLETED, result
        assert Outcome.PASSED.value not in result.outcomes


async def test_r12_a_candidate_has_five_descriptors_and_shares_none_with_the_next(sandbox: CellPool) -> None:
    # The flags of a shared file description would outlive the candidate; the pipes are new for each.
    source = """
import fcntl, os

def f():
    found = []
    for number in range(1024):
        try:
            os.fstat(number)
        except OSError:
            continue
        flags = fcntl.fcntl(number, fcntl.F_GETFL)
        found.append((number, flags & os.O_ACCMODE, flags & (os.O_NONBLOCK | os.O_APPEND | os.O_ASYNC)))
        if number < 3:
            fcntl.fcntl(number, fcntl.F_SETFL, flags | os.O_NONBLOCK | os.O_APPEND)
    return found
"""
    exam = CallExam("base", "f", (CallCase((), [(0, 0, 0), (1, 1, 0), (2, 1, 0), (3, 0, 0), (4, 1, 0)]),))

    assert [(await sit(sandbox, source, exam)).outcomes for _ in range(2)] == ["p", "p"]


async def test_r13_both_sides_have_given_everything_up(sandbox: CellPool) -> None:
    for role in (0, 1):
        process, running = await watch(sandbox, WAITING.format(seconds=2), asserts("assert f(1) == 1"), role)
        status = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines() if ":\t" in line)
        limits = (process / "limits").read_text()
        adjusted = (process / "oom_score_adj").read_text()
        keeper = (process / "environ").stat().st_uid  # root's where a process cannot be dumped
        await running

        assert {int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {0}
        assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
        assert len(set(status["Uid"].split())) == len(set(status["Gid"].split())) == 1
        assert not status["Groups"].split()
        assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE)
        assert int(adjusted) >= 500
        assert keeper == 0


async def test_r16_a_cell_that_cannot_be_proven_clean_is_replaced(sandbox: CellPool) -> None:
    exam = encode_exam(CallExam("base", "f", (CallCase((1,), 1),)))
    nested = (
        "import os\ndef f(x):\n    for _ in range(1500):\n        os.mkdir('d')\n        os.chdir('d')\n    return x\n"
    )

    first = await sandbox.run(Job(nested.encode(), (exam,), LIMITS))
    second = await sandbox.run(Job(b"def f(x): return x", (exam,), LIMITS))

    assert [result.exams[0].outcomes for result in (first, second)] == ["p", "p"]
    assert not first.cell_clean
    assert first.cell_id != second.cell_id


async def test_r16_exams_that_a_replaced_cell_did_not_hold_are_sat_in_another(sandbox: CellPool) -> None:
    exams = tuple(encode_exam(CallExam(name, "f", (CallCase((1,), 1),))) for name in ("base", "plus"))
    nested = "import os\ndef f(x):\n    for _ in range(1500):\n        os.mkdir('d'), os.chdir('d')\n    return x\n"

    result = await sandbox.run(Job(nested.encode(), exams, LIMITS))

    assert [(exam.exam, exam.outcomes) for exam in result.exams] == [("base", "p"), ("plus", "p")]


async def test_r17_the_candidate_is_dead_before_its_verdict(sandbox: CellPool) -> None:
    daemon = "import os, time\ndef f(x):\n    if os.fork() == 0:\n        time.sleep(60)\n    return x\n"
    before = Footprint.take(vars(sandbox)["_backend"]).processes

    exam = encode_exam(asserts("assert f(1) == 1"))
    limits = Limits(cpu_s=5, wall_s=10, case_wall_s=5, processes=8)
    result = await sandbox.run(Job(daemon.encode(), (exam,), limits))

    assert result.exams[0].outcomes == "p"
    assert Footprint.take(vars(sandbox)["_backend"]).processes == before == frozenset()


async def test_r17_all_processes_of_a_candidate_fit_into_the_cell_together(sandbox: CellPool) -> None:
    source = """
import resource

def f(processes):
    return resource.getrlimit(resource.RLIMIT_AS)[0] * processes < 3 << 30
"""
    exam = CallExam("base", "f", (CallCase((16,), True),))

    assert (await sit(sandbox, source, exam, processes=16, memory_bytes=1 << 30)).outcomes == "p"
    assert (await sit(sandbox, source, exam, processes=1, memory_bytes=1 << 30)).outcomes == "w"


async def test_r17_memory_is_bounded_for_the_judge_too(sandbox: CellPool) -> None:
    hostile = """
import os, struct

def f(x):
    body = b"V" + bytes(4) + b"l" + struct.pack("<I", 3_900_000) + (b"S" + bytes(4)) * 3_900_000
    data = memoryview(struct.pack("!IB", len(body), 32) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]
"""
    result = await sit(sandbox, hostile, CallExam("base", "f", (CallCase((1,), 1),)), wall_s=30, case_wall_s=25)

    assert result.ending is Ending.RESULT


async def test_r18_functions_of_a_test_are_valid_during_their_case_only(sandbox: CellPool) -> None:
    source = "kept = []\ndef f(g):\n    kept.append(g)\n    return kept[0](1)\n"
    exam = ScriptExam(
        "base", "f", ScriptStyle.ASSERTS, ("assert f(lambda x: x) == 1", "assert f(lambda x: x + 1) == 1")
    )

    result = await sit(sandbox, source, exam)

    assert (result.ending, result.outcomes, result.reports[0].reason) == (Ending.COMPLETED, "pr", "RuntimeError")


async def test_r19_the_examiners_randomness_is_the_hosts(sandbox: CellPool) -> None:
    exam = asserts("import random\nf(random.random())")

    async def drawn(seed: int | None) -> bytes:
        source = b"import sys\ndef f(x): print(x, file=sys.stderr)"
        result = await sandbox.run(Job(source, (encode_exam(exam),), LIMITS, seed=seed))
        return result.exams[0].stderr

    assert await drawn(7) == await drawn(7)
    assert len({await drawn(seed) for seed in (None, None, 7, 8)}) == 4


async def test_r19_no_byte_of_a_test_is_in_an_argument_a_variable_or_a_file(sandbox: CellPool) -> None:
    word = f"written{os.getpid()}canary"
    suites = [
        asserts(f"assert f(1) != '{word}'"),
        pytest_exam(f"from solution import f\ndef test_it(): assert f(1) != '{word}'"),
    ]

    for exam in suites:
        examiner, running = await watch(sandbox, WAITING.format(seconds=2), exam, 1)
        told = [(examiner / name).read_bytes() for name in ("cmdline", "environ", "comm")]
        files = {path.name: path.stat().st_size for path in (examiner / "cwd").iterdir()}
        open_files = [os.readlink(entry) for entry in (examiner / "fd").iterdir()]
        assert (await running).exams[0].outcomes == "p"

        assert not [text for text in told if word.encode() in text]
        assert files in ({}, {"test_suite.py": 0})
        assert not [name for name in open_files if "memfd" in name]


async def test_r20_evidence_is_bounded(sandbox: CellPool) -> None:
    source = """
import sys

def f(kind):
    print("\\0" * 200_000)
    sys.stderr.write("\\0" * 200_000 + "\\n")
    if kind == "raise":
        raise type("N" * 100_000, (Exception,), {})("x" * 10**6)
    if kind == "opaque":
        return type("N" * 100_000, (), {})()
    return {"k" * 10**6: ["y" * 10**6] * 3}
"""
    kinds = ("raise", "opaque", "value")
    exams: list[Exam] = [CallExam("base", "f", tuple(CallCase((kind,), 1) for kind in kinds))]
    exams += [asserts(*(f"assert f({kind!r}) == 1" for kind in kinds))]

    for exam in exams:
        result: ExamResult = await sit(sandbox, source, exam, output_bytes=10**7)
        texts = [
            str(getattr(report, name))
            for report in result.reports
            for name in ("reason", "message", "expected", "actual", "traceback", "stdout")
        ]
        assert len(result.reports) == 3
        assert max(map(len, texts)) <= 4096
        assert max(len(result.stdout), len(result.stderr)) <= 65536


FORGED = r"""
import os, struct

def text(word):
    word = word.encode("utf-8", "surrogatepass")
    return b"s" + struct.pack("<I", len(word)) + word

def f(kind):
    poison = "\ud800\x00\x1b[31m\u202e"
    print(poison.encode("utf-8", "replace").decode())
    if kind == "raise":
        raise ValueError(poison)
    if kind == "forge":
        empty = b"t" + bytes(4)
        said = text(poison) + text("ValueError") + b"b" + struct.pack("<I", len(empty)) + empty + text(poison) * 2 + b"N"
        body = b"R" + struct.pack("<I", 4) + b"\x00\xff\xed\xa0" + b"t" + struct.pack("<I", 6) + said
        os.write(4, struct.pack("!IB", len(body), 32) + body)
    return poison
"""


@pytest.mark.parametrize("exam", [
    CallExam("base", "f", tuple(CallCase((kind,), 1) for kind in ("value", "raise", "forge"))),
    asserts("assert f('value') == 1", "assert f('raise') == 1", "assert f('forge') == 1"),
], ids=["calls", "asserts"])  # fmt: skip
async def test_r20_evidence_commands_no_terminal_and_breaks_no_encoding(sandbox: CellPool, exam: Exam) -> None:
    result = await sit(sandbox, FORGED, exam)
    texts = [
        str(getattr(part, name))
        for part, names in ((result, ("message", "reason")), *((report, _TEXTS) for report in result.reports))
        for name in names
    ]

    assert Outcome.PASSED.value not in result.outcomes
    assert any(r"\ud800" in text for text in texts)
    for text in texts:
        text.encode()
        assert not set(text) & {"\0", "\x1b", "\u202e"}


_TEXTS = ("reason", "message", "expected", "actual", "traceback", "stdout")
