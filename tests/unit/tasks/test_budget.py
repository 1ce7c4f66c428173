from __future__ import annotations

import time

import pytest

from tasks.budget import NotLiteral, shared_budget
from tasks.errors import TaskFormatError
from tasks.inline import build_task
from tasks.literal_text import literal_text
from tasks.literals import parse_value
from tasks.lowering import lower
from tasks.syntax import parsing_problem
from tasks.task import AssertCase, ScriptCase, Suite, SuiteKind, Task
from tasks.weakness import Flaw, inspect_suite

PRIME = 2**61 - 1
HOSTILE = {
    "decimal in a fraction": "Fraction(Decimal('1e99999999'))",
    "decimal": "Decimal('1e99999999')",
    "text in a fraction": "Fraction('1e-99999999')",
    "text in a fraction with underscores": "Fraction('1e9_999_999')",
    "many products": "[" + ", ".join(["(1 << 131000)" + " * (1 << 131000)" * 300] * 20) + "]",
    "many numbers": "[" + "1 << 131000, " * 20_000 + "]",
    "many powers": "[" + "3 ** 80000 // 7, " * 20_000 + "]",
    "power of nothing": "0 ** 0x1" + "0" * 400_000,
    "set": "{" + ", ".join(str(number * PRIME) for number in range(30_000)) + "}",
    "keys": "{" + ", ".join(f"{number * PRIME}: 0" for number in range(30_000)) + "}",
    "pairs": "dict([" + ", ".join(f"({number * PRIME}, 0)" for number in range(30_000)) + "])",
    "counter": "Counter([" + ", ".join(str(number * PRIME) for number in range(30_000)) + "])",
    "tuples": "{" + ", ".join(f"({number * PRIME},)" for number in range(30_000)) + "}",
    "repetition": "[" + "'a' * 1000000, " * 200 + "]",
    "repeated lists": "[" + "[0] * 900000, " * 200 + "]",
    "spread out": "[" + "list('a' * 900000), " * 200 + "]",
    "chain": "'a' * 900000" + " + 'a'" * 100 + " + 'b' * 900000",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_literal_that_would_take_long_is_refused_soon(text: str) -> None:
    began = time.process_time()
    with pytest.raises(NotLiteral):
        parse_value(text)
    assert time.process_time() - began < 4


def test_literals_of_one_task_share_what_they_may_cost() -> None:
    case = {"args": [{"$py": "'a' * 400000"}], "expected": 1}
    assert build_task({"entry_point": "f", "cases": [case] * 2}).suites[0].cases
    with pytest.raises(TaskFormatError, match="too long") as caught:
        build_task({"entry_point": "f", "cases": [case] * 3}, "/task")
    assert caught.value.pointer == "/task/cases/2/args/0/$py"


def test_tests_that_share_too_much_stay_scripts() -> None:
    tests = tuple(AssertCase(f"assert f('a' * {number}) == 1") for number in (400_000, 400_001, 400_002))
    assert lower(Suite("base", SuiteKind.ASSERTS, tests[:2]), "f").kind is SuiteKind.CASES
    assert lower(Suite("base", SuiteKind.ASSERTS, tests), "f").kind is SuiteKind.ASSERTS


def test_a_budget_within_another_is_that_one() -> None:
    with shared_budget() as outer, shared_budget() as inner:
        assert inner is outer
    with shared_budget() as later:
        assert later is not outer


@pytest.mark.parametrize(
    "text",
    [
        "Fraction(1, 3)", "Fraction('1/3')", "Fraction('1.5e10')", "Fraction(Decimal('0.25'))", "Fraction(0.5)",
        "Decimal('1E+4000')", "Decimal('-Infinity')", "Decimal('NaN')", "2 ** 1000 * 3 ** 50", "-1 << 70",
        "{1, 1, 1, True, 1.0}", "Counter('aaaa')", "[0] * 100000", "{-1, -2}", "10 ** 400 // 7", "7 % 3",
        "OrderedDict([(1, 2)])", "Counter({1: 2})", "set()", "dict()", "2 ** -1", "[1] * -1",
    ],
)  # fmt: skip
def test_what_people_write_is_a_literal(text: str) -> None:
    assert repr(parse_value(literal_text(parse_value(text)))) == repr(parse_value(text))


DEEP = {
    "signs": "assert f(1) == " + "-" * 1500 + "1",
    "attributes": "assert f(1)" + ".a" * 2500,
    "sum": "assert f(1) == " + "1 + " * 3000 + "1",
    "not": "assert " + "not " * 1500 + "f(1) == f(1)",
    "branches": "def check(candidate):\n    if candidate(0):\n        pass\n"
    + "    elif candidate(1):\n        assert candidate(1)\n" * 900,
    "brackets": "assert f(" + "[" * 5000 + "]" * 5000 + ") == 1",
    "handlers": "try:\n    f(1)\nexcept " + "a." * 2500 + "b:\n    pass\nassert f(1) == f(1)",
    "deciders": "assert A() == A(" + "-" * 1500 + "1)",
}


@pytest.mark.parametrize("kind", ["tests", "check", "pytest"])
@pytest.mark.parametrize("source", DEEP.values(), ids=DEEP)
def test_deep_tests_are_read_or_refused_in_words(source: str, kind: str) -> None:
    form = {"entry_point": "f", "candidate_names": ["A"], kind: [source] if kind == "tests" else source}
    try:
        task = build_task(form)
    except TaskFormatError:
        return
    inspect_suite(task, task.suites[0])


@pytest.mark.parametrize("field", ["prompt", "setup", "reference"])
def test_deep_source_around_the_tests_is_read_or_refused_in_words(field: str) -> None:
    for source in ("x = " + "-" * 1500 + "y", "x = y" + ".a" * 2500, "x = y[" + "[" * 500, "x = " + "1 +" * 3000 + "1"):
        try:
            build_task({"entry_point": "f", "tests": ["assert f(1) == 2"], field: source})
        except TaskFormatError as error:
            assert "deep" in str(error)  # noqa: PT017  # either outcome is right


DEAR = [
    "x = [" + "1," * 120_000 + "]",
    "x\n" * 120_000,
    "x = f'" + "{a}" * 30_000 + "'",
    "f'''\n" + "{a}\n" * 30_000 + "'''",
]


@pytest.mark.parametrize("source", DEAR)
def test_source_that_the_parser_takes_long_for_is_refused(source: str) -> None:
    assert parsing_problem(source) is not None
    for form in ({"check": source}, {"tests": [source]}, {"pytest": source}):
        with pytest.raises(TaskFormatError, match="too"):
            build_task({"entry_point": "f", **form})


def test_long_tests_of_people_are_not_too_dear() -> None:
    assert parsing_problem("def test_f():\n    assert f({'a': 1}, f'{x}') == [1, 2]\n" * 3000) is None
    assert parsing_problem("x = '" + "a" * 3_000_000 + "'") is None


def test_many_statements_around_a_check_take_no_square_of_their_number() -> None:
    source = "pass\n" * 90_000 + "def check(candidate):\n    assert candidate(1) == 2\n"
    began = time.process_time()
    lower(Suite("base", SuiteKind.CHECK, (ScriptCase(source),)), "f")
    assert time.process_time() - began < 20


def test_what_is_large_is_told_by_its_line() -> None:
    nested = "A() == (" * 60 + "[" + "0," * 20_000 + "]" + ")" * 60
    suite = Suite("base", SuiteKind.ASSERTS, (AssertCase(f"assert {nested}"),))
    began = time.process_time()
    report = inspect_suite(Task("s", "1", "", "A", (suite,), candidate_names=("A",)), suite)
    assert {weakness.evidence for weakness in report.invalid if weakness.flaw is Flaw.DECIDING_METHOD} == {"line 1"}
    assert time.process_time() - began < 10


def test_many_names_around_many_tests_take_no_product_of_their_numbers() -> None:
    setup = "\n".join(f"n{number} = 1" for number in range(20_000))
    cases = tuple(AssertCase(f"assert f({number}) == 1") for number in range(5_000))
    suite = Suite("base", SuiteKind.ASSERTS, cases, setup=setup)
    began = time.process_time()
    assert not inspect_suite(Task("s", "1", "", "f", (suite,)), suite).invalid
    assert time.process_time() - began < 10
