"""Whole programs in real cells: a process and a directory for each case, and the output that reached the descriptor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sandbox.encoding import encode_exam
from sandbox.port import Sandbox
from sandbox.spec import CallCase, CallExam, Ending, ExamResult, Job, Limits, StdioCase, StdioExam

LIMITS = Limits(cpu_s=8, wall_s=20, case_wall_s=8)
ECHO = StdioExam("base", tuple(StdioCase(f"{n}\n", f"{n}\n") for n in range(3)))


async def sit(sandbox: Sandbox, source: str, exam: StdioExam = ECHO, **limits: Any) -> ExamResult:
    result = await sandbox.run(Job(source.encode(), (encode_exam(exam),), replace(LIMITS, **limits)))
    assert result.cell_clean
    return result.exams[0]


RIGHT = {
    "a log": "open('log.txt', 'a').write(input())\nprint(open('log.txt').read())",
    "a database": "import sqlite3\nc = sqlite3.connect('d')\nc.execute('create table t (x)')\nc.execute('insert into t values (?)', (input(),))\nprint(c.execute('select x from t').fetchone()[0])",
    "a directory": "import os\nos.mkdir('d')\nprint(input())",
    "a setting": "from decimal import *\nassert getcontext().prec == 28\ngetcontext().prec = 5\nprint(input())",
    "a wrapped built-in": "import builtins\nold = builtins.print\ndef new(*a):\n    old(*a, end='.\\n' if hasattr(builtins, 'seen') else '\\n')\n    builtins.seen = 1\nbuiltins.print = new\nprint(input())",
    "an attribute of a module": "import math\nmath.calls = getattr(math, 'calls', 0) + 1\nassert math.calls == 1\nprint(input())",
    "both ways in order": "import os\nn = input()\nprint(end='', flush=True)\nprint(n[:1], end='', flush=True)\nos.write(1, n[1:].encode() + b'\\n')",
    "printed when it ends": "n = input()\nclass A:\n    def __del__(self): print(n)\na = A()\nb = [a]\nb.append(b)",
    "left after a flush": "import os, sys\nprint(input())\nsys.stdout.flush()\nos._exit(0)",
    "closed descriptor": "import os, sys\nprint(input(), flush=True)\nos.close(1)",
    "closed file": "import os\nprint(input(), flush=True)\nos.fdopen(1).close()",
    "every other descriptor closed": "import os\nos.closerange(3, 99)\nprint(input())",
    "own output": "import sys, io\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer)\nprint(input())",
    "a class for output": "import sys\nclass Out:\n    def __init__(s, t): s.t, s.kept = t, []\n    def write(s, x): s.kept.append(x)\n    def flush(s): s.t.write(''.join(s.kept)); s.kept.clear()\nsys.stdout = Out(sys.stdout)\nprint(input())",
    "a file for output": "out = open('/dev/stdout', 'w')\nprint(input(), file=out)",
    "exit functions": "import atexit\natexit.register(lambda: print(n))\nn = input()",
    "own source": "import inspect\ndef g(x): return x\nassert inspect.getsource(g) == 'def g(x): return x\\n' and __file__\nprint(g(input()))",
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
async def test_what_passes_in_plain_python_passes_case_by_case(sandbox: Sandbox, name: str) -> None:
    result = await sit(sandbox, RIGHT[name])

    assert (result.ending, result.outcomes) == (Ending.COMPLETED, "ppp"), result


WRONG = {
    "a count in a file": ("open('n', 'a').write('.')\nimport os\nprint(os.stat('n').st_size - 1)", "pww"),
    "a count in a module": ("import math\nmath.n = getattr(math, 'n', -1) + 1\nprint(math.n)", "pww"),
    "left without a flush": ("import os\nprint(input())\nos._exit(0)", "ass"),
    "left with an error": ("import os\nprint(input(), flush=True)\nos._exit(3)", "ass"),
    "left with the wrong text": ("import os\nprint(7, flush=True)\nos._exit(0)", "ass"),
    "hangs up and stays": ("import os, time\nprint(input(), flush=True)\nos.closerange(1, 99)\ntime.sleep(60)", "ass"),
    "killed by itself": ("import os\nprint(input(), flush=True)\nos.kill(os.getpid(), 9)", "ass"),
    "lost at its end": ("import os\nprint(input())\nos.close(1)", "rrr"),
    "raises": ("print(input())\n1 / 0", "rrr"),
    "says that it failed": ("import sys\nprint(input())\nsys.exit(2)", "rrr"),
    "does not compile": ("print(", "sss"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
async def test_no_state_and_no_way_out_helps(sandbox: Sandbox, name: str) -> None:
    source, outcomes = WRONG[name]

    result = await sit(sandbox, source)

    assert result.outcomes == outcomes, result
    assert (result.ending is Ending.COMPLETED) is ("a" not in outcomes and "s" not in outcomes), result
    assert [report.index for report in result.reports] == [
        at for at, letter in enumerate(outcomes) if letter != "s" and letter != "p"
    ]


async def test_limits_of_time_are_for_all_cases_together(sandbox: Sandbox) -> None:
    exam = StdioExam("base", tuple(StdioCase("", "1") for _ in range(30)))

    wall = await sit(sandbox, "import time\ntime.sleep(0.2)\nprint(1)", exam, wall_s=1.0)
    cpu = await sit(sandbox, "import time\nwhile time.process_time() < 0.2: pass\nprint(1)", exam, cpu_s=1.0)
    case = await sit(
        sandbox,
        "import time\nif input(): time.sleep(9)\nprint(1)",
        StdioExam("base", (StdioCase("\n", "1"), StdioCase("x", "1"), StdioCase("\n", "1"))),
        case_wall_s=1.0,
    )

    assert (wall.ending, wall.limit) == (Ending.WALL_TIME, "wall_s")
    assert wall.outcomes.startswith("pp")
    assert wall.outcomes.endswith("s" * 20)
    assert wall.usage.wall_s < 3
    assert (cpu.ending, cpu.limit) == (Ending.CPU_TIME, "cpu_s")
    assert cpu.usage.cpu_s < 2
    assert (case.ending, case.outcomes) == (Ending.CASE_TIME, "pts")


async def test_failures_beyond_evidence_are_skipped_and_other_exams_are_sat(sandbox: Sandbox) -> None:
    programs = StdioExam("base", tuple(StdioCase(f"{n}", f"{n}") for n in range(30)))
    calls = CallExam("calls", "f", (CallCase((1,), 1),))
    others = replace(programs, name="plus", cases=programs.cases[:2])
    exams = tuple(encode_exam(exam) for exam in (calls, programs, others, calls))

    result = await sandbox.run(Job(b"def f(a): return a\nprint(0)", exams, LIMITS))

    assert [exam.exam for exam in result.exams] == ["calls", "base", "plus", "calls"]
    assert [exam.outcomes for exam in result.exams] == ["p", "p" + "w" * 10 + "s" * 19, "pw", "p"]
    assert [report.index for report in result.exams[1].reports] == list(range(1, 11))


async def test_a_cell_that_is_replaced_between_cases_loses_none(sandbox: Sandbox) -> None:
    source = "import os\nfor n in range(1500): open(str(n), 'w').close()\nassert len(os.listdir('.')) == 1500\nprint(input())"

    result = await sandbox.run(Job(source.encode(), (encode_exam(ECHO),), LIMITS))

    assert (result.exams[0].ending, result.exams[0].outcomes) == (Ending.COMPLETED, "ppp"), result


async def test_the_cleverest_loop_prints_no_more_than_it_may(sandbox: Sandbox) -> None:
    printed = await sit(sandbox, "while True: print('x' * 1000)", output_bytes=100_000)
    written = await sit(sandbox, "import os\nwhile True: os.write(1, b'x' * 1000)", output_bytes=100_000)
    left = await sit(sandbox, "import os\nos.write(1, b'x' * 200000)\nos._exit(0)", output_bytes=100_000)

    assert {result.ending for result in (printed, written, left)} == {Ending.OUTPUT}


async def test_a_source_that_is_too_much_for_the_parser_is_no_silence(sandbox: Sandbox) -> None:
    calls = CallExam("base", "f", (CallCase((1,), 1),))
    large = b"x = [" + b"f(1), " * 250_000 + b"]\ndef f(a) return a\n"
    nested = b"x = " + b"-" * 100_000 + b"1\ndef f(a): return a\n"

    lines = b"x = '''" + b"a\n" * 5_000_000 + b"'''\ndef f(a): return a\n"
    small = replace(LIMITS, memory_bytes=64 << 20)

    for source, limits in ((large, LIMITS), (large, small), (lines, small), (nested, LIMITS)):
        for exam in (encode_exam(calls), encode_exam(ECHO)):
            found = (await sandbox.run(Job(source, (exam,), limits))).exams[0]
            assert (found.ending, found.phase) in ((Ending.COMPILE, "import"), (Ending.MEMORY, "import")), found


async def test_a_module_knows_its_file_and_its_own_source(sandbox: Sandbox) -> None:
    source = "import inspect, os.path\nHERE = os.path.dirname(__file__)\nclass A:\n    x = 1\ndef f(a):\n    return [inspect.getsource(f).count('\\n'), inspect.getsource(A)]\n"
    calls = encode_exam(CallExam("base", "f", (CallCase((1,), [2, "class A:\n    x = 1\n"]),)))

    assert (await sandbox.run(Job(source.encode(), (calls,), LIMITS))).exams[0].outcomes == "p"
