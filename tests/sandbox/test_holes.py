"""The holes of the naive split, each as a candidate that it accepts and a cell does not."""

from __future__ import annotations

import os

import pytest

from sandbox.encoding import encode_exam
from sandbox.port import Sandbox
from sandbox.spec import Ending, Exam, ExamResult, Job, Limits, ScriptExam, ScriptStyle
from tests.sandbox.naive import verify_naively

LIMITS = Limits(cpu_s=5, wall_s=10, case_wall_s=5)

# Runs in the naive examiner: finds the record descriptor among its callers' locals and writes the verdict.
_H1_TEXT = (
    "[__import__('os').write(frame.f_locals['record'], b'accepted') and __import__('os')._exit(0)"
    " for frame, _ in __import__('traceback').walk_stack(__import__('sys')._getframe()) if 'record' in frame.f_locals]"
)
H1_EXCEPTION_NAMED_EVAL = f"""
class eval(Exception):
    pass

def f(x):
    raise eval({_H1_TEXT!r})
"""

H2_EXPECTED_IN_THE_FORK = """
import ast, gc, sys

def tests():
    for found in gc.get_objects():
        if isinstance(found, dict) and "tests" in found and isinstance(found.get("tests"), list):
            return found["tests"]
    frame = sys._getframe()
    while frame is not None:
        job = frame.f_locals.get("job")
        if isinstance(job, dict):
            return job["tests"]
        frame = frame.f_back
    return []

def f(x):
    for text in tests():
        node = ast.parse(text).body[0].test
        if ast.literal_eval(node.left.args[0]) == x:
            return ast.literal_eval(node.comparators[0])
    return None
"""

H3_HELPER = "def double(x):\n    return 2 * x\n"
H3_REDEFINED_HELPER = "def double(x):\n    return 0\n\ndef f(x):\n    return 0\n"

H4_LEAVES_EARLY = "import os\n\ndef f(x):\n    os._exit(0)\n"
H4_TESTS = ["try:\n    f(1)\nexcept Exception:\n    pass\n"]

HONEST = "def f(x):\n    return 2 * x\n"
PLAIN_TESTS = ["assert f(21) == 42", "assert f(-4) == -8"]


def script(tests: list[str], prelude: str = "") -> ScriptExam:
    return ScriptExam("base", "f", ScriptStyle.ASSERTS, tuple(tests), prelude=prelude)


async def sit(sandbox: Sandbox, source: str, exam: Exam) -> ExamResult:
    result = await sandbox.run(Job(source.encode(), (encode_exam(exam),), LIMITS))
    assert result.cell_clean
    return result.exams[0]


def accepted(result: ExamResult) -> bool:
    return result.ending is Ending.COMPLETED and set(result.outcomes) == {"p"}


CASES = {
    "H1 exception named eval": (H1_EXCEPTION_NAMED_EVAL, PLAIN_TESTS, ""),
    "H2 tests in the fork": (H2_EXPECTED_IN_THE_FORK, PLAIN_TESTS, ""),
    "H3 helper redefined": (H3_REDEFINED_HELPER, ["assert f(3) == double(3)"], H3_HELPER),
    "H4 death as exception": (H4_LEAVES_EARLY, H4_TESTS, ""),
}


@pytest.mark.parametrize("name", CASES)
async def test_a_cell_refuses_what_the_naive_split_accepts(sandbox: Sandbox, name: str) -> None:
    source, tests, prelude = CASES[name]

    assert not accepted(await sit(sandbox, source, script(tests, prelude)))


@pytest.mark.parametrize("name", CASES)
def test_the_naive_split_is_fooled(name: str) -> None:
    source, tests, prelude = CASES[name]

    assert verify_naively(source, tests, prelude)


@pytest.mark.parametrize("prelude", ["", H3_HELPER])
async def test_an_honest_candidate_passes_both(sandbox: Sandbox, prelude: str) -> None:
    tests = PLAIN_TESTS + (["assert f(3) == double(3)"] if prelude else [])

    assert verify_naively(HONEST, tests, prelude)
    assert accepted(await sit(sandbox, HONEST, script(tests, prelude)))


async def test_no_canary_of_tests_or_of_the_previous_candidate_is_in_memory(sandbox: Sandbox) -> None:
    """Rule R1: what never entered an ancestor cannot be found."""
    canary, earlier = f"canary{os.getpid()}tests", f"canary{os.getpid()}candidate"
    await sit(sandbox, f"# {earlier}\n" + HONEST, script(PLAIN_TESTS))
    # What the collector does not track is reached through its containers.
    hunter = f"""
import gc, sys

def hunt(word):
    for found in gc.get_objects():
        for part in (found.values() if isinstance(found, dict) else found if isinstance(found, (list, tuple)) else ()):
            if isinstance(part, (str, bytes)) and word in (part if isinstance(part, str) else part.decode("latin-1")):
                if "hunt(" not in str(part):
                    return True
    return False

def f(x):
    return hunt("".join(["can", "ary", {str(os.getpid())!r}]))
"""
    marked = f"# {canary}\nassert f(1) is True"

    result = await sit(sandbox, hunter, script([marked]))

    assert result.outcomes == "w"
