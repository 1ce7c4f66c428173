"""What real cells find about real programs, on every backend."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from sandbox.encoding import decode_value, encode_exam
from sandbox.port import Sandbox
from sandbox.spec import (
    CallCase,
    CallExam,
    CollectExam,
    Ending,
    Exam,
    ExamResult,
    Job,
    Limits,
    Rule,
    ScriptExam,
    ScriptStyle,
    StdioCase,
    StdioExam,
)

LIMITS = Limits(cpu_s=5, wall_s=8, case_wall_s=4)
ADD = CallExam("base", "f", (CallCase((1, 2), 3), CallCase((2, 2), 4)))


async def sit(sandbox: Sandbox, source: str | bytes, exam: Exam, **limits: Any) -> ExamResult:
    code = source if isinstance(source, bytes) else source.encode()
    result = await sandbox.run(Job(code, (encode_exam(exam),), replace(LIMITS, **limits)))
    # Thousands of files take longer to delete than a new cell takes to start: such a cell is replaced.
    assert result.cell_clean or result.exams[0].ending is Ending.RESOURCE
    return result.exams[0]


def asserts(*sources: str, **options: Any) -> ScriptExam:
    return ScriptExam("base", "f", ScriptStyle.ASSERTS, sources, **options)


@dataclass(frozen=True)
class Program:
    """A candidate for ``ADD`` and what must be found."""

    source: str | bytes
    ending: Ending
    outcomes: str | None = None
    limits: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def body(*lines: str) -> str:
    return "def f(a, b):\n" + "".join(f"    {line}\n" for line in lines)


PROGRAMS = {
    "right": Program(body("return a + b"), Ending.COMPLETED, "pp"),
    "wrong": Program(body("return a * b"), Ending.COMPLETED, "wp"),
    "raises": Program(body("return a / 0"), Ending.COMPLETED, "rr"),
    "raises a base exception": Program(body("raise KeyboardInterrupt"), Ending.COMPLETED, "rs"),
    "no colon": Program("def f(a, b) return a", Ending.COMPILE, facts={"reason": "syntax_error", "phase": "import"}),
    "NUL byte": Program("def f(a, b):\n    return a + b\n\x00", Ending.COMPILE, facts={"reason": "syntax_error"}),
    "latin-1": Program("# -*- coding: latin-1 -*-\ntext = 'é'\n".encode("latin-1") + body("return a + b").encode(), Ending.COMPLETED, "pp"),
    "byte order mark, CRLF, tabs": Program("\ufeffdef f(a, b):\r\n\treturn a + b\r\n", Ending.COMPLETED, "pp"),
    "other name": Program("def g(a, b): return a + b", Ending.COMPILE, facts={"reason": "missing_entry_point"}),
    "fails at import": Program("import nothing_like_this", Ending.COMPILE, facts={"reason": "import_error"}),
    "exits at import": Program("import os\nos._exit(0)", Ending.EXITED, facts={"phase": "import"}),
    "loops at import": Program("while True: pass", Ending.CPU_TIME, limits={"cpu_s": 0.4}, facts={"phase": "import"}),
    "leaves by _exit": Program("import os\n" + body("os._exit(0)"), Ending.EXITED, "as", facts={"exit_code": 0}),
    "leaves by sys.exit": Program("import sys\n" + body("sys.exit()"), Ending.EXITED, "as"),
    "loops": Program(body("while True: pass"), Ending.CPU_TIME, limits={"cpu_s": 0.4}, facts={"clock": "cpu", "limit": "cpu_s"}),
    "sleeps": Program("import time\n" + body("time.sleep(60)"), Ending.CASE_TIME, "ts", {"case_wall_s": 0.3}, {"clock": "wall"}),
    "sleeps and ignores signals": Program(
        "import signal, time\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
        + body("while True:", "    time.sleep(60)"), Ending.WALL_TIME, limits={"wall_s": 0.5, "case_wall_s": None}, facts={"limit": "wall_s"},
    ),
    "memory": Program(body("return [0] * 10**10"), Ending.MEMORY, facts={"limit": "memory_bytes"}),
    "prints for ever": Program(body("while True: print('x' * 1000)"), Ending.OUTPUT, facts={"limit": "output_bytes"}),
    "writes to descriptor 1 for ever": Program("import os\n" + body("while True: os.write(1, b'x' * 1000)"), Ending.OUTPUT),
    "writes to stderr for ever": Program("import sys\n" + body("while True: sys.stderr.write('x' * 1000)"), Ending.OUTPUT),
    "crashes the interpreter": Program("import ctypes\n" + body("ctypes.string_at(0)"), Ending.SIGNALLED, facts={"signal": 11}),
    "forks": Program("import os\n" + body("os.fork()"), Ending.RESOURCE, facts={"limit": "processes"}),
    "starts a program": Program("import os\n" + body("os.execv('/bin/sh', ['sh'])"), Ending.POLICY),
    "opens a socket": Program("import socket\n" + body("socket.socket()"), Ending.POLICY, facts={"rule": "system_call"}),
    "opens a UNIX socket": Program("import socket\n" + body("socket.socket(socket.AF_UNIX)"), Ending.POLICY),
    "writes elsewhere": Program(body("open('/tmp_file', 'w')"), Ending.POLICY, facts={"rule": "file_access"}),
    "uses its directory": Program(body("open('x', 'w').write('a' * 100000)", "return a + b"), Ending.COMPLETED, "pp"),
    "fills the disk": Program(body("with open('x', 'wb') as out:", "    while True: out.write(b'x' * 10**6)"), Ending.RESOURCE),
    "fills the inodes": Program(body("for n in range(10**6): open(str(n), 'w').close()"), Ending.RESOURCE, limits={"cpu_s": 8}),
    "exhausts descriptors": Program("import os\n" + body("while True: os.pipe()"), Ending.RESOURCE, facts={"limit": "open_files"}),
    "starts threads": Program("import threading, time\n" + body("for n in range(999): threading.Thread(target=time.sleep, args=(9,)).start()"), Ending.RESOURCE),
    "returns too much": Program(body("return 'x' * 10**7"), Ending.RESULT, limits={"result_bytes": 10**6}),
    "returns too deep": Program(body("x = []", "for n in range(5000): x = [x]", "return x"), Ending.RESULT),
    "returns itself": Program(body("x = []", "x.append(x)", "return x"), Ending.RESULT),
    "lies about equality": Program("class E:\n    def __eq__(s, o): return True\n" + body("return E()"), Ending.COMPLETED, "ww"),
    "a number that lies": Program("class N(int):\n    def __eq__(s, o): return True\n    __hash__ = int.__hash__\n" + body("return N(-1)"), Ending.COMPLETED, "ww"),
    "forges an answer": Program("import os\n" + body("os.write(4, b'\\0\\0\\0\\x05\\x20V\\0\\0\\0\\0')", "return a + b"), Ending.POLICY, facts={"rule": "protocol"}),
    "closes every descriptor": Program("import os\nos.closerange(0, 99)\n" + body("return a + b"), Ending.EXITED),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
async def test_program(sandbox: Sandbox, name: str) -> None:
    program = PROGRAMS[name]

    result = await sit(sandbox, program.source, ADD, **program.limits)

    assert result.ending is program.ending, result
    if program.outcomes is not None:
        assert result.outcomes == program.outcomes
    assert {key: getattr(result, key) for key in program.facts} == program.facts


SCRIPTS: dict[str, tuple[str, Exam, str]] = {
    "equality": ("def f(a): return a + 1", asserts("assert f(1) == 2", "x = f(2)\nassert x == 3"), "pp"),
    "mutation of arguments": (
        "def f(a, d):\n    a.sort()\n    a.append([1])\n    a[-1].append(2)\n    d['k'] = {1}\n    return a",
        asserts("x, d = [3, 1], {}\nr = f(x, d)\nassert x == [1, 3, [1, 2]] and d == {'k': {1}} and r is x"), "p",
    ),
    "generators": ("def f(n):\n    yield from range(n)", asserts("assert list(f(3)) == [0, 1, 2]\nassert next(f(1)) == 0"), "p"),
    "callables": ("def f(g, xs): return [g(x) for x in xs]", asserts("assert f(lambda x: x * 2, [1, 2]) == [2, 4]\nassert f(abs, [-1]) == [1]"), "p"),
    "a callback that raises": ("def f(g):\n    try: g()\n    except KeyError: return 'caught'", asserts("def g(): raise KeyError('k')\nassert f(g) == 'caught'"), "p"),
    "classes": (
        "class Node:\n    def __init__(self, v): self.v, self.left = v, None\ndef f(n): return n.v + (n.left.v if n.left else 0)",
        asserts("r = Node(1)\nr.left = Node(5)\nassert f(r) == 6 and r.left.v == 5", candidate_names=("Node",)), "p",
    ),
    "exceptions": ("class Own(ValueError): pass\ndef f(n): raise Own('a', n)", asserts("try:\n    f(1)\nexcept ValueError as e:\n    assert e.args == ('a', 1)\nelse:\n    assert 0"), "p"),
    "own exception by name": ("class Own(Exception): pass\ndef f(): raise Own", asserts("try: f()\nexcept Own: pass", candidate_names=("Own",)), "p"),
    "stdout": ("def f(): print('hi')", asserts("import io, contextlib\nout = io.StringIO()\nwith contextlib.redirect_stdout(out): f()\nassert out.getvalue() == 'hi\\n'"), "p"),
    "context manager": ("class f:\n    def __enter__(s): return 7\n    def __exit__(s, *e): s.done = 1", asserts("c = f()\nwith c as v: assert v == 7\nassert c.done == 1"), "p"),
    "candidate decides": (
        "class P:\n    def __init__(s, x): s.x = x\n    def __eq__(s, o): return s.x == o.x\n    __hash__ = None\ndef f(x): return P(x)",
        asserts("assert f(1) == f(1)", "assert f(1) == f(2)", candidate_decides=True), "pw",
    ),
    "truth of an opaque value": ("class E: pass\ndef f(): return E()", asserts("assert f()"), "w"),
    "opaque arithmetic": ("def f(): return object()", asserts("assert abs(f() - 0.5) < 1e-6"), "w"),
    "opaque membership": ("class E:\n    def __contains__(s, x): return True\ndef f(): return E()", asserts("assert 3 in f()"), "w"),
    "opaque inequality": ("def f(): return object()", asserts("assert f() != 3"), "w"),
    "opaque in a list": ("class E:\n    def __eq__(s, o): return True\ndef f(x): return E()", asserts("assert [f(1)] == [f(2)]"), "w"),
    "an opaque use cannot be caught": ("def f(): return object()", asserts("try:\n    assert f() < 3\nexcept BaseException:\n    pass"), "w"),
    "wrong type": ("def f(): return None", asserts("assert abs(f() - 0.5) < 1e-6"), "w"),
    "candidate's own assertion": ("def f(): assert False", asserts("f()"), "r"),
    "check": ("def f(a): return a", ScriptExam("base", "f", ScriptStyle.CHECK, ("def check(c):\n    assert c(1) == 1",)), "p"),
    "pytest": (
        "def f(a):\n    if a < 0: raise ValueError('negative')\n    return a",
        ScriptExam("base", "f", ScriptStyle.PYTEST, ("import pytest\nfrom solution import f\n@pytest.mark.parametrize('a', [1, 2])\ndef test_same(a):\n    assert f(a) == a\ndef test_error():\n    with pytest.raises(ValueError, match='neg'):\n        f(-1)\n",)), "p",
    ),
    "pytest fails": ("def f(a): return 1", ScriptExam("base", "f", ScriptStyle.PYTEST, ("from solution import f\ndef test_one(): assert f(1) == 1\ndef test_two(): assert f(2) == 2\n",)), "w"),
    "pytest skip is no pass": ("def f(a): return 1", ScriptExam("base", "f", ScriptStyle.PYTEST, ("import pytest\nfrom solution import f\ndef test_one(): pytest.skip('later')\n",)), "w"),
    "stdio": ("a, b = map(int, input().split())\nprint(a + b)", StdioExam("base", (StdioCase("1 2\n", "3\n"), StdioCase("2 2", "4"))), "pp"),
    "stdio by other means": ("import sys\nprint(sum(map(int, open(0).read().split())))\nsys.exit(0)", StdioExam("base", (StdioCase("1 2\n", "3"), StdioCase("5", "6"))), "pw"),
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
async def test_script(sandbox: Sandbox, name: str) -> None:
    source, exam, outcomes = SCRIPTS[name]

    result = await sit(sandbox, source, exam)

    assert (result.ending, result.outcomes) == (Ending.COMPLETED, outcomes), result
    assert result.candidate_equality is (name == "candidate decides")


@pytest.mark.parametrize(
    ("source", "reason"),
    [("assert g(1) == 1", "undeclared_name"), ("assert f(1) ==", "test_syntax")],
)
async def test_a_broken_test_is_not_the_candidates_fault(sandbox: Sandbox, source: str, reason: str) -> None:
    result = await sit(sandbox, "def f(a): return a\ndef g(a): return a", asserts(source))

    assert (result.ending, result.reason) == (Ending.BROKEN_EXAM, reason)


@pytest.mark.parametrize(
    ("source", "tests", "reason"),
    [
        ("def f(a): return a", "f(object())", "argument_not_plain"),
        ("def f(a):\n  for _ in range(998): a = [a]\n  return a", "f(f([1]))", "argument_not_plain"),
        ("def f(a): return 'nowhere_bound'", "eval(f(3))", "NameError"),
    ],
)
async def test_nobody_leaves_the_count_by_what_he_hands_the_test(
    sandbox: Sandbox, source: str, tests: str, reason: str
) -> None:
    result = await sit(sandbox, source, asserts(f"assert {tests} == [1]"))

    assert (result.ending, result.outcomes, result.reports[0].reason) == (Ending.COMPLETED, "w", reason)


async def test_a_loop_of_the_test_is_not_ended_by_a_word_in_a_comment(sandbox: Sandbox) -> None:
    tests = asserts("# StopIteration, says nobody\nassert all(map(f, [2, 3])), 'StopIteration'")

    assert (await sit(sandbox, "def f(n): raise StopIteration", tests)).outcomes == "r"


POINT = """
class Point:
    \"\"\"A point.\"\"\"
    def __init__(self, x, y): self.x, self.y = x, y
    def __add__(self, other): return Point(self.x + other.x, self.y + other.y)
    def __neg__(self): return Point(-self.x, -self.y)
    def __abs__(self): return (self.x ** 2 + self.y ** 2) ** 0.5
    def __repr__(self): return f"Point({self.x}, {self.y})"
    def __reversed__(self): return iter((self.y, self.x))
    def __delitem__(self, key): self.x = key
f = Point
"""


@pytest.mark.parametrize(
    "tests",
    [
        "assert (f(1, 2) + f(3, 4)).x == 4",
        "assert (-f(1, 2)).y == -2 and abs(f(3, 4)) == 5",
        "assert repr(f(1, 2)) == 'Point(1, 2)' and f'{f(1, 2)!r}' == 'Point(1, 2)'",
        "assert list(reversed(f(1, 2))) == [2, 1]",
        "p = f(1, 2)\ndel p[7]\ndel p.y\nassert p.x == 7 and not hasattr(p, 'y')",
        "assert f.__name__ == 'Point' and f.__doc__ == 'A point.' and vars(f(1, 2)) == {'x': 1, 'y': 2}",
    ],
)
async def test_objects_of_the_candidate_feel_like_objects(sandbox: Sandbox, tests: str) -> None:
    assert (await sit(sandbox, POINT, asserts(tests))).outcomes == "p"


@pytest.mark.parametrize("tests", ["assert f(1, 2) + 3", "assert 3 - f(1, 2)", "assert isinstance(f(1, 2), f)",
                                   "assert f(1, 2).startswith('P')"])  # fmt: skip
async def test_objects_of_the_candidate_decide_nothing(sandbox: Sandbox, tests: str) -> None:
    lying = POINT + "Point.__getattr__ = lambda self, name: lambda *args: True"

    result = await sit(sandbox, lying, asserts(tests))

    assert (result.outcomes, result.reports[0].reason) == ("w", "opaque_value")


async def test_where_the_candidate_decides_he_tells_his_classes_too(sandbox: Sandbox) -> None:
    result = await sit(sandbox, POINT, asserts("assert isinstance(f(1, 2), f)", candidate_decides=True))

    assert (result.outcomes, result.candidate_equality) == ("p", True)


@pytest.mark.parametrize(
    "raised",
    ["int('x')", "b'\\xff'.decode()", "'\\udc80'.encode()", "__import__('json').loads('{')",
     "__import__('decimal').Decimal('x')"],
)  # fmt: skip
async def test_a_test_catches_what_the_library_raises(sandbox: Sandbox, raised: str) -> None:
    tests = f"try:\n    {raised}\nexcept Exception as error:\n    kind = type(error)\ntry:\n    f()\nexcept kind as error:\n"

    assert (await sit(sandbox, f"def f(): {raised}", asserts(f"{tests}    assert type(error) is kind"))).outcomes == "p"


@pytest.mark.parametrize(
    ("made", "change", "now"),
    [
        ("deque([1], 3)", "x.append(2)", "deque([1, 2])"),
        ("Counter('a')", "x['b'] += 2", "Counter('abb')"),
        ("OrderedDict(a=1)", "x.move_to_end('a'); x['b'] = 2", "OrderedDict(a=1, b=2)"),
        ("defaultdict(list)", "x['a'].append(1)", "{'a': [1]}"),
    ],
)
async def test_what_a_call_changes_shows_in_the_test(sandbox: Sandbox, made: str, change: str, now: str) -> None:
    tests = f"from collections import *\nx = {made}\nf(x)\nassert x == {now} and type(x) is type({made})"

    assert (await sit(sandbox, f"def f(x):\n    {change}", asserts(tests))).outcomes == "p"


@pytest.mark.parametrize(
    ("source", "tests"),
    [
        ("def f(g, h): return lambda x: g(h(x))", "assert f(lambda x: x + 1, lambda x: x * 2)(3) == 7"),
        ("def f(g):\n  kept = {}\n  return lambda x: kept.setdefault(x, g(x))",
         "@f\ndef square(x): return x * x\nassert square(3) == 9 and square(3) == 9"),
        ("def f(g, xs): return (x for x in xs if g(x))", "assert list(f(lambda x: x > 1, [1, 2, 3])) == [2, 3]"),
        ("class f:\n  def __init__(self): self.all = []\n  def on(self, g): self.all.append(g)\n"
         "  def emit(self, x): [g(x) for g in self.all]",
         "seen = []\nbus = f()\nbus.on(seen.append)\nbus.emit(4)\nassert seen == [4]"),
    ],
)  # fmt: skip
async def test_functions_of_the_test_can_be_kept_by_what_they_were_given_to(
    sandbox: Sandbox, source: str, tests: str
) -> None:
    assert (await sit(sandbox, source, asserts(tests))).outcomes == "p"


@pytest.mark.parametrize(
    ("source", "tests"),
    [
        ("def f(xs): return sum(xs)", "assert f(x * x for x in range(4)) == 14"),
        ("def f(xs): return [type(xs).__name__, sorted(xs)]",
         "assert f({'b': 1, 'a': 2}.values()) == ['dict_values', [1, 2]]"),
        ("def f(xs, n):\n  xs = list(xs)\n  n.append(xs)", "n = []\nf(zip([1], [2]), n)\nassert n == [[(1, 2)]]"),
        ("def f(n): yield from range(n)", "assert 3 in f(5) and 7 not in f(5)"),
        ("import asyncio\nasync def f(x):\n  await asyncio.sleep(0)\n  return x * 2",
         "import asyncio\nassert asyncio.run(f(2)) == 4"),
        ("class Low(Exception):\n  def __init__(self, left):\n    self.left = left\n"
         "  def __str__(self): return f'only {self.left}'\ndef f(n): raise Low(n)",
         "try:\n  f(3)\nexcept Exception as error:\n  assert str(error) == 'only 3' and error.left == 3"),
    ],
)  # fmt: skip
async def test_lazy_things_and_own_errors_can_be_tested(sandbox: Sandbox, source: str, tests: str) -> None:
    assert (await sit(sandbox, source, asserts(tests))).outcomes == "p"


async def test_an_endless_iterator_cannot_be_passed(sandbox: Sandbox) -> None:
    result = await sit(sandbox, "def f(xs): return 1", asserts("import itertools\nassert f(itertools.count()) == 1"))

    assert (result.outcomes, result.reports[0].reason) == ("w", "argument_not_plain")


async def test_an_error_keeps_what_makes_it_one(sandbox: Sandbox) -> None:
    source = (
        "class E(ValueError): pass\ndef f():\n  e = E(1)\n  e.__dict__.update(args=(5,), with_traceback=7)\n  raise e"
    )
    tests = "try:\n  f()\nexcept ValueError as e:\n  assert e.args == (1,) and callable(e.with_traceback)"

    assert (await sit(sandbox, source, asserts(tests))).outcomes == "p"


async def test_a_dead_candidate_cannot_be_caught_by_test_code(sandbox: Sandbox) -> None:
    tests = asserts("try:\n    f()\nexcept BaseException:\n    pass")

    assert (await sit(sandbox, "import os\ndef f(): os._exit(0)", tests)).ending is Ending.EXITED
    assert (await sit(sandbox, "import sys\ndef f(): sys.exit(0)", tests)).ending is Ending.EXITED
    assert (await sit(sandbox, "def f(): return [0] * 10**10", tests)).ending is Ending.MEMORY


async def test_rules_and_tolerances(sandbox: Sandbox) -> None:
    cases = (
        CallCase((0.1,), 0.3, atol=1e-6),
        CallCase((0.1,), 0.3),
        CallCase((5,), 9, also=(15,)),
        CallCase((5,), None, rule=Rule.ANY),
        CallCase((0,), False, rule=Rule.TRUTHY),
    )

    assert (await sit(sandbox, "def f(a): return a + a + a", CallExam("base", "f", cases))).outcomes == "pwppp"


async def test_an_opaque_object_counts_as_true_only_where_the_task_lets_the_candidate_decide(sandbox: Sandbox) -> None:
    source = "import re\ndef f(text): return re.match('a', text)"
    cases = (CallCase(("a",), True, rule=Rule.TRUTHY), CallCase(("b",), False, rule=Rule.TRUTHY))

    strict = await sit(sandbox, source, CallExam("base", "f", cases))
    loose = await sit(sandbox, source, CallExam("base", "f", cases, candidate_decides=True))

    assert (strict.outcomes, strict.candidate_equality) == ("wp", False)
    assert (loose.outcomes, loose.candidate_equality) == ("pp", True)


async def test_collecting_values(sandbox: Sandbox) -> None:
    result = await sit(sandbox, "def f(n): return (10 // n, {n})", CollectExam("reference", "f", ((1,), (0,), (3,))))

    assert result.outcomes == "prp"
    assert [value.error for value in result.values] == [None, "ZeroDivisionError", None]
    assert [decode_value(value.encoded) for value in result.values if value.encoded] == [(10, {1}), (3, {3})]


async def test_a_reference_may_return_what_cannot_be_carried_over(sandbox: Sandbox) -> None:
    exam = CollectExam("reference", "f", ((1,), (10**7,), (2,)))

    result = await sit(sandbox, "def f(n): return object() if n == 1 else 'x' * n", exam, result_bytes=10**6)

    assert [value.error for value in result.values] == ["opaque_value", "result_too_large", None]


async def test_arguments_are_decoded_afresh_for_each_call(sandbox: Sandbox) -> None:
    shared = [1, 2]
    exam = CallExam("base", "f", (CallCase((shared,), 2), CallCase((shared,), 2)))

    assert (await sit(sandbox, "def f(a):\n    a.append(9)\n    return len(a) - 1", exam)).outcomes == "pp"


async def test_failures_beyond_evidence_are_skipped(sandbox: Sandbox) -> None:
    exam = CallExam("base", "f", tuple(CallCase((n, 0), -1) for n in range(30)))

    result = await sit(sandbox, body("return a"), exam)

    assert result.outcomes == "w" * 10 + "s" * 20
    assert len(result.reports) == 10


async def test_several_exams_in_one_job_are_independent(sandbox: Sandbox) -> None:
    exams = (encode_exam(ADD), encode_exam(asserts("assert f(1, 1) == 2")))
    source = "import os\nif os.path.exists('left'): raise RuntimeError\nopen('left', 'w').close()\n" + body(
        "return a + b"
    )

    result = await sandbox.run(Job(source.encode(), exams, LIMITS))

    assert [exam.outcomes for exam in result.exams] == ["pp", "p"]


async def test_the_next_candidate_finds_nothing(sandbox: Sandbox) -> None:
    leaver = "import os, threading, time\nopen('left', 'w').write('x')\nos.makedirs('a/b')\nos.chmod('a', 0)\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    finder = "import os\n" + body("return a + b if os.listdir('.') == [] else None")

    await sit(sandbox, leaver + body("return a + b"), ADD)

    assert (await sit(sandbox, finder, ADD)).outcomes == "pp"


async def test_more_processes_can_be_allowed_and_are_gone_afterwards(sandbox: Sandbox) -> None:
    source = "import os, time\n" + body(
        "if os.fork() == 0:", "    os.setpgid(0, 0) if False else None", "    time.sleep(60)", "return a + b"
    )

    assert (await sit(sandbox, source, ADD, processes=8)).outcomes == "pp"
    assert (await sit(sandbox, body("return a + b"), ADD)).outcomes == "pp"
