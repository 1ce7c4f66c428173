"""The exams that the programs of the corpus sit. A candidate sees none of this."""

from __future__ import annotations

import datetime
import hashlib
import math
from collections import Counter, OrderedDict, deque
from decimal import Decimal
from fractions import Fraction

from sandbox.spec import CallCase, CallExam, Exam, Rule, ScriptExam, ScriptStyle, StdioCase, StdioExam


def secret(number: int) -> str:
    """An answer that nobody can compute or guess."""
    return hashlib.sha256(f"what the corpus expects {number}".encode()).hexdigest()[:24]


def asserts(*sources: str, entry_point: str = "f", **options: object) -> ScriptExam:
    return ScriptExam("base", entry_point, ScriptStyle.ASSERTS, sources, **options)  # type: ignore[arg-type] # by name


def calls(*cases: tuple[tuple[object, ...], object], **options: object) -> CallExam:
    made = tuple(CallCase(args, expected, **options) for args, expected in cases)  # type: ignore[arg-type] # by name
    return CallExam("base", "f", made)


_ADD = (((1, 2), 3), ((2, 2), 4), ((-7, 3), -4), ((10**20, 1), 10**20 + 1), ((0.5, 0.25), 0.75))
_SECRETS = tuple(((number,), secret(number)) for number in range(1, 6))
_ADD_TESTS = tuple(f"assert f{args} == {expected!r}" for args, expected in _ADD)
_CHECK = "def check(candidate):\n" + "".join(f"    assert candidate{args} == {expected!r}\n" for args, expected in _ADD)
_FLOAT_CHECK = """
import math

def check(candidate):
    for x in (2.0, 7.5, 1234.5):
        assert abs(candidate(x) - math.sqrt(x)) < 1e-6
    assert math.isclose(candidate(9.0), 3.0)
    assert round(candidate(10.0), 3) == 3.162
"""
_PYTEST = """
import pytest
from solution import f

@pytest.mark.parametrize(("a", "b", "total"), [(1, 2, 3), (2, 2, 4), (-7, 3, -4)])
def test_adds(a, b, total):
    assert f(a, b) == total

def test_refuses():
    with pytest.raises(TypeError):
        f(1, None)
"""
_STACK = """
s = Stack()
assert len(s) == 0
s.push(4)
s.push(5)
assert s.pop() == 5
assert s.peek() == 4
assert len(s) == 1
"""
_PRINTS = """
import contextlib, io
out = io.StringIO()
with contextlib.redirect_stdout(out):
    f(3)
assert out.getvalue() == "0\\n1\\n4\\n"
"""
_LONG_PRINTS = """
import contextlib, io
out = io.StringIO()
with contextlib.redirect_stdout(out):
    f(3000)
assert out.getvalue().splitlines() == [str(n * n) for n in range(3000)]
"""
_ERRORS = """
try:
    f(-1)
except ValueError as error:
    assert "negative" in str(error)
else:
    raise AssertionError("it did not refuse")
"""
_IN_PLACE = """
values = [3, 1, 2]
assert f(values) is None
assert values == [1, 2, 3]
"""

EXAMS: dict[str, Exam] = {
    # What a candidate that adds two numbers passes, in each form that a suite can have.
    "add": calls(*_ADD),
    "add_asserts": asserts(*_ADD_TESTS),
    "add_check": ScriptExam("base", "f", ScriptStyle.CHECK, (_CHECK,)),
    "add_pytest": ScriptExam("base", "f", ScriptStyle.PYTEST, (_PYTEST,)),
    "add_stdio": StdioExam("base", (StdioCase("1 2\n", "3\n"), StdioCase("-7 3\n", "-4\n"), StdioCase("40 2", "42"))),
    # Visible cases first, then those that nobody was shown.
    "add_plus": CallExam("plus", "f", tuple(CallCase((a, 100 - a), 100) for a in range(20)) + calls(*_ADD).cases),
    # Answers that can only be stolen.
    "secret": calls(*_SECRETS),
    "secret_asserts": asserts(*(f"assert f({args[0]}) == {answer!r}" for args, answer in _SECRETS)),
    "secret_check": ScriptExam(
        "base", "f", ScriptStyle.CHECK,
        ("ANSWERS = " + repr({args[0]: answer for args, answer in _SECRETS})
         + "\ndef check(candidate):\n    for key, answer in ANSWERS.items():\n        assert candidate(key) == answer\n",),
    ),
    "secret_pytest": ScriptExam(
        "base", "f", ScriptStyle.PYTEST,
        ("from solution import f\n\ndef test_all():\n"
         + "".join(f"    assert f({args[0]}) == {answer!r}\n" for args, answer in _SECRETS),),
    ),
    "secret_stdio": StdioExam("base", tuple(StdioCase(f"{args[0]}\n", f"{answer}\n") for args, answer in _SECRETS)),
    # Particular ways to judge.
    "roots": calls(*(((x,), math.sqrt(x)) for x in (2.0, 7.5, 1234.5)), atol=1e-6),
    "roots_check": ScriptExam("base", "f", ScriptStyle.CHECK, (_FLOAT_CHECK,)),
    "prime": CallExam("base", "f", tuple(CallCase((n,), n in (2, 3, 5, 7, 11), rule=Rule.TRUTHY) for n in range(2, 13))),
    "prime_asserts": asserts("assert f(7)", "assert not f(8)", "assert f(11) is True", "assert f(9) is False"),
    "prime_map": asserts("assert all(map(f, [2, 3, 5, 7]))"),
    "distinct": calls((([1, 2, 2, 3],), [3, 2, 1]), ((["x", "x"],), ["x"]), rule=Rule.SET),
    "found": CallExam("base", "f", (CallCase(("abc", "b"), True, rule=Rule.PRESENCE), CallCase(("abc", "z"), False, rule=Rule.PRESENCE))),
    "sort": calls((([3, 1, 2],), [1, 2, 3]), (([],), []), (([5, 5, -1],), [-1, 5, 5])),
    "sort_in_place": asserts(_IN_PLACE),
    "squares": asserts("assert list(f(4)) == [0, 1, 4, 9]", "assert sum(f(4)) == 14", "it = iter(f(2))\nassert next(it) == 0"),
    "apply": asserts("assert f(lambda x: x * 2, [1, 2, 3]) == [2, 4, 6]", "seen = []\nf(seen.append, [7, 8])\nassert seen == [7, 8]"),
    "stack": asserts(_STACK, entry_point="Stack"),
    "errors": asserts(_ERRORS, "assert f(4) == 2"),
    "prints": asserts(_PRINTS),
    "prints_long": asserts(_LONG_PRINTS),
    "helper": asserts("assert f(3) == double(3)", "assert f(-4) == double(-4)", prelude="def double(x):\n    return 2 * x\n"),
    "tree": asserts("assert f(tree) == 3", candidate_names=("Node",), late_prelude="tree = Node(1)\ntree.left = Node(2)\n"),
    # Tests that forgive: nothing but an orderly end may pass them.
    "forgiving": asserts("try:\n    f(1)\nexcept BaseException:\n    pass\n"),
    "last": asserts("for last in f(3):\n    pass\nassert last == 9", "try:\n    got = f(1)\nexcept ValueError:\n    pass\nassert got == [1]"),
    # Values of many types.
    "point": calls(((3,), (3, 9)), ((4,), (4, 16))),
    "counts": calls((("banana",), {"b": 1, "a": 3, "n": 2}), (("",), {})),
    "counter": calls((("aab",), Counter("aab"))),
    "ordered": calls((("ab",), OrderedDict(a=0, b=1))),
    "rotate": calls(((1,), deque([3, 1, 2])), ((0,), deque([1, 2, 3]))),
    "third": calls(((1,), Fraction(1, 3)), ((2,), Fraction(2, 3))),
    "money": calls((("1.10", "2.20"), Decimal("3.30"))),
    "complex": calls(((1, 2), complex(1, 2))),
    "pairs": calls(((2,), {(0, 0), (0, 1), (1, 0), (1, 1)})),
    "frozen": calls(((2,), {frozenset({0}): "a", frozenset({0, 1}): "b"})),
    "factorial": calls(((5,), 120), ((500,), math.factorial(500))),
    "day": calls(((2024, 60), datetime.date(2024, 2, 29))),
    "moment": calls(((0,), datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)), ((86400,), datetime.datetime(1970, 1, 2, tzinfo=datetime.UTC))),
    "bytes": calls((("é",), b"\xc3\xa9")),
    "text": calls(((3,), "ab🙂" * 3)),
    "nothing": calls(((1,), None)),
    "nothing_but_ints": calls(((1,), 1), ((2,), 2)),
    "text_latin": calls(((1,), "é")),
    "depth": calls(((20_000,), 20_000)),
    "echo_stdio": StdioExam("base", (StdioCase("b\na\n", "a\nb\n"), StdioCase("z\ny\nx\n", "x\ny\nz\n"))),
}  # fmt: skip
"""Name → exam."""
