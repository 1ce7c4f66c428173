from __future__ import annotations

from tasks.scoring import Tolerance, expected_value, tolerances
from tasks.task import AssertCase, CallCase, Comparison, Suite, SuiteKind, Unknown


def suite(*expected: object, restart: int = 0, atol: float = 0.0) -> Suite:
    cases = tuple(CallCase((), value, atol=atol, rtol=1e-7 if atol else 0.0) for value in expected)
    return Suite("base", SuiteKind.CASES, cases, float_atol=1e-6, float_rtol=1e-7, float_restart=restart)


EXACT, CLOSE = Tolerance(0.0, 0.0), Tolerance(1e-6, 1e-7)


def test_a_tolerance_once_raised_stays() -> None:
    assert tolerances(suite(1, [1.0, 2.0], 3, "x")) == (EXACT, CLOSE, CLOSE, CLOSE)


def test_it_falls_back_where_the_second_list_of_inputs_begins() -> None:
    assert tolerances(suite(1, 1.0, 3, 4, 5.0, restart=3)) == (EXACT, CLOSE, CLOSE, EXACT, CLOSE)


def test_what_counts_as_floats() -> None:
    assert tolerances(suite([], (), [1.0, 2], True, {"a": 1.0}, Unknown.EXPECTED)) == (EXACT,) * 6
    assert tolerances(suite((0.5,))) == (CLOSE,)


def test_a_tolerance_of_the_file_goes_before_the_rule() -> None:
    assert tolerances(suite(1, 1.0, atol=1e-4)) == (Tolerance(1e-4, 1e-7),) * 2


def test_without_the_rule_floats_are_exact() -> None:
    assert tolerances(Suite("base", SuiteKind.CASES, (CallCase((), 1.0), CallCase((), 1.0, rtol=0.1)))) == (
        EXACT,
        Tolerance(0.0, 0.1),
    )


def test_scripts_have_no_tolerance() -> None:
    assert tolerances(Suite("base", SuiteKind.ASSERTS, (AssertCase("assert f()"),))) == (EXACT,)


def test_presence_expects_whether_there_was_an_answer() -> None:
    presence = CallCase((), comparison=Comparison.PRESENCE)
    assert expected_value(presence, object()) is True
    assert expected_value(presence, None) is False
    assert expected_value(CallCase(()), None) is None
