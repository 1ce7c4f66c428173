"""Pytest files in real cells: what plain pytest accepts of a right program is accepted, and nothing that it refuses."""

from __future__ import annotations

from textwrap import dedent

import pytest

from sandbox.encoding import encode_exam
from sandbox.port import Sandbox
from sandbox.spec import Ending, ExamResult, Job, Limits, ScriptExam, ScriptStyle

LIMITS = Limits(cpu_s=8, wall_s=20, case_wall_s=8)
RIGHT = "def f(a):\n    if a < 0:\n        raise ValueError('negative')\n    print('got', a)\n    return a * 2\n"
WRONG = RIGHT.replace("a * 2", "a + 2")  # right for 2 alone


async def sit(sandbox: Sandbox, source: str, tests: str) -> ExamResult:
    exam = ScriptExam("base", "f", ScriptStyle.PYTEST, (dedent(tests),))
    return (await sandbox.run(Job(source.encode(), (encode_exam(exam),), LIMITS))).exams[0]


FILES = {
    "unittest with subtests": """
        import unittest
        from solution import f
        class Test(unittest.TestCase):
            def setUp(self):
                self.pairs = [(1, 2), (2, 4)]
            def test_all(self):
                for given, wanted in self.pairs:
                    with self.subTest(given=given):
                        self.assertEqual(f(given), wanted)
            def test_error(self):
                with self.assertRaises(ValueError):
                    f(-1)
        """,
    "subtests": """
        from solution import f
        def test_all(subtests):
            for n in range(4):
                with subtests.test(n=n):
                    assert f(n) == 2 * n
        """,
    "fixtures, parameters, approx, raises": """
        import pytest
        from solution import f
        @pytest.fixture(params=[1, 3])
        def number(request):
            return request.param
        def test_fixture(number):
            assert f(number) == 2 * number
        @pytest.mark.parametrize("a, b", [(1, 2), (0.1, 0.2)])
        def test_pairs(a, b):
            assert f(a) == pytest.approx(b)
        class TestErrors:
            def test_negative(self):
                with pytest.raises(ValueError, match="neg"):
                    f(-1)
        """,
    "marks of the author": """
        import sys, unittest
        import pytest
        from solution import f
        @pytest.mark.skipif(sys.version_info >= (3, 0), reason="for Python 2")
        def test_old():
            assert f("a") == "aa"
        @pytest.mark.skipif("sys.platform == 'win32' or sys.version_info[0] > 2", reason="old")
        def test_text():
            assert False
        old = pytest.mark.skipif(sys.version_info > (3,), reason="old")
        @old
        def test_older():
            assert False
        @pytest.mark.parametrize("a, b", [(1, 2), pytest.param(1, 9, marks=pytest.mark.xfail)])
        def test_some(a, b):
            assert f(a) == b
        @pytest.mark.skip(reason="later")
        def test_later():
            assert False
        @pytest.mark.xfail(reason="not yet")
        def test_not_yet():
            assert f(1) == 7
        @pytest.mark.xfail(strict=True)
        def test_never():
            assert f(1) == 8
        @unittest.skipIf(sys.maxsize > 1, "large")
        class TestSmall(unittest.TestCase):
            def test_one(self):
                self.fail()
        def test_now():
            assert f(1) == 2
        """,
    "captured output": """
        from solution import f
        def test_prints(capsys):
            assert f(4) == 8
            assert capsys.readouterr().out == "got 4\\n"
        """,
}


@pytest.mark.parametrize("name", FILES)
async def test_a_right_program_passes_and_a_wrong_one_does_not(sandbox: Sandbox, name: str) -> None:
    right = await sit(sandbox, RIGHT, FILES[name])
    wrong = await sit(sandbox, WRONG, FILES[name])

    assert (right.ending, right.outcomes) == (Ending.COMPLETED, "p"), right
    assert (wrong.ending, wrong.outcomes) == (Ending.COMPLETED, "w"), wrong


REACHABLE = {
    "skips while it runs": "def test_one():\n    if f(1) != 2:\n        pytest.skip('odd')\n",
    "skips in a fixture": "@pytest.fixture\ndef x():\n    if f(1) != 2: pytest.skip('odd')\ndef test_one(x): assert f(1) == 2\n",
    "expects failure while it runs": "def test_one():\n    if f(1) != 2:\n        pytest.xfail('odd')\n",
    "skips a subtest": "def test_one(subtests):\n    with subtests.test():\n        if f(1) != 2: pytest.skip('odd')\n",
    "a condition that asks the program": "@pytest.mark.skipif(f(1) != 2, reason='odd')\ndef test_one(): assert f(1) == 2\n",
    "a text that asks the program": "@pytest.mark.xfail('f(1) != 2')\ndef test_one(): assert f(1) == 2\n",
    "a mark under another name": "odd = pytest.mark.skipif\n@odd(f(1) != 2, reason='odd')\ndef test_one(): assert f(1) == 2\n",
    "a mark on a module": "pytestmark = pytest.mark.skipif(f(1) != 2, reason='odd')\ndef test_one(): assert f(1) == 2\n",
    "parameters of the program's": "@pytest.mark.parametrize('x', range(f(0)))\ndef test_one(x): assert f(x) == 2 * x\n@pytest.mark.parametrize('x', [1] * (f(1) == 2))\ndef test_none(x): pass\n",
    "a mark on a condition": "if f(1) != 2: pytestmark = pytest.mark.skip\ndef test_one(): assert f(1) == 2\n",
    "a mark of a parameter": "@pytest.mark.parametrize('x', [pytest.param(1, marks=[pytest.mark.skip] if f(1) != 2 else [])])\ndef test_one(x): assert f(x) == 2\n",
    "a mark in a loop": "one = lambda: None\nfor mark in [pytest.mark.xfail][:f(1)]:\n    @mark\n    def test_one(): assert f(1) == 2\n",
    "a mark by its name": "mark = getattr(pytest.mark, 'xfail')\n@mark\ndef test_one(): assert f(1) == 2\n@pytest.mark.skip\ndef test_three(): pass\n",
    "a strict expectation that is not met": "@pytest.mark.xfail(strict=True)\ndef test_one(): assert f(1) == 3\n",
}  # fmt: skip


@pytest.mark.parametrize("name", REACHABLE)
async def test_a_program_excuses_itself_from_no_test(sandbox: Sandbox, name: str) -> None:
    head = "import pytest\nfrom solution import f\ndef test_two(): assert f(2) == 4\n"

    wrong = await sit(sandbox, WRONG, head + REACHABLE[name])

    assert (wrong.ending, wrong.outcomes) == (Ending.COMPLETED, "w"), wrong


@pytest.mark.parametrize("mark", ["pytest.mark.skip(reason='later')", "pytest.mark.xfail"])
async def test_a_file_that_requires_nothing_is_broken(sandbox: Sandbox, mark: str) -> None:
    tests = f"import pytest\nfrom solution import f\n@{mark}\ndef test_one():\n    assert f(1) == 5\n"

    result = await sit(sandbox, RIGHT, tests)

    assert (result.ending, result.outcomes, result.reports[0].reason) == (Ending.COMPLETED, "w", "no_tests")


async def test_a_path_of_the_test_is_out_of_reach_but_no_violation(sandbox: Sandbox) -> None:
    tests = "from solution import f\ndef test_one(tmp_path):\n    file = tmp_path / 'a'\n    file.write_text('x')\n    assert f(str(file)) == 'x'\n"
    reader = "def f(path):\n    return open(path).read()\n"

    own = await sit(sandbox, reader, tests)
    foreign = await sit(sandbox, "def f(path):\n    open('/tmp_file', 'w')\n", tests)

    assert (own.ending, own.outcomes, own.reports[0].reason) == (Ending.COMPLETED, "r", "PermissionError")
    assert (foreign.ending, foreign.rule) == (Ending.POLICY, "file_access")
