"""The comparators: directed by exact type, length first, floats finite first."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sandbox.runner import compare
from sandbox.runner.handles import Handle, new_handle

NAN, INF = math.nan, math.inf


def passes(actual: Any, expected: Any, rule: str = "equal", also: tuple[Any, ...] = (), **given: Any) -> bool:
    return compare.passes(
        rule, actual, expected, also, given.get("atol", 0.0), given.get("rtol", 0.0), given.get("args", ())
    )


@pytest.mark.parametrize(
    ("actual", "expected", "atol", "passed"),
    [
        (1, 1.0, 0, True),
        (True, 1, 0, True),
        ([1], (1,), 0, False),
        ("1", 1, 0, False),
        ({1}, [1], 0, False),
        (0.1 + 0.2, 0.3, 0, False),
        (0.1 + 0.2, 0.3, 1e-6, True),
        ([0.1 + 0.2, 1.0], [0.3, 1.0], 1e-6, True),
        ([0.3], [0.3, 0.3], 1e-6, False),
        ((0.3,), [0.3], 1e-6, False),
        ([(0.1 + 0.2,)], [[0.3]], 1e-6, False),
        ({"a": [0.1 + 0.2]}, {"a": [0.3]}, 1e-6, True),
        ({"a": 0.3}, {"b": 0.3}, 1e-6, False),
        (NAN, NAN, 0, False),
        (NAN, 1.0, 1e-6, False),
        (1.0, NAN, 1e-6, False),
        (INF, INF, 1e-6, True),
        (INF, -INF, 1e-6, False),
        (INF, 1e308, 1e300, False),
        (-0.0, 0.0, 0, True),
        (10**400, 0.5, 1e-6, False),
        (10**400, 10**400, 0, True),
        ("abc", "abd", 1e-6, False),
        (1, 1.0000001, 1e-6, False),
    ],
)
def test_equal(actual: Any, expected: Any, atol: float, passed: bool) -> None:
    assert passes(actual, expected, atol=atol) is passed


def test_relative_tolerance_is_taken_of_the_expected_value() -> None:
    assert passes(100.0, 101.0, atol=1e-9, rtol=0.01)
    assert not passes(101.02, 100.0, atol=1e-9, rtol=0.01)


def test_further_accepted_values() -> None:
    assert passes(0, 7, also=(0,))
    assert not passes(1, 7, also=(0,))


@pytest.mark.parametrize(
    ("rule", "actual", "expected", "passed"),
    [
        ("set", [3, 1, 1], [1, 3], True),
        ("set", [1], [1, 3], False),
        ("set", 5, [5], False),
        ("set", [[1]], [1], False),
        ("presence", True, True, True),
        ("presence", False, True, False),
        ("presence", None, False, True),
        ("presence", "found", True, True),
        ("any", None, None, True),
        ("truthy", [1], True, True),
        ("truthy", [], True, False),
        ("truthy", 0, False, True),
        ("identical", None, None, True),
        ("identical", 1, True, False),
        ("identical", 0, False, False),
    ],
)
def test_other_rules(rule: str, actual: Any, expected: Any, passed: bool) -> None:
    assert passes(actual, expected, rule) is passed


@pytest.mark.parametrize(
    ("actual", "passed"),
    [(2.0, True), (2.00005, False), (-2, True), (NAN, False), (1e300, False), ("2", False), (None, False)],
)
def test_root(actual: Any, passed: bool) -> None:
    assert passes(actual, None, "root", atol=1e-4, args=([-4, 0, 1],)) is passed


def test_an_opaque_object_decides_nothing() -> None:
    handle = new_handle(None, 1, ":solution.Liar")  # type: ignore[arg-type]

    for rule in ("equal", "set", "truthy", "identical", "root"):
        with pytest.raises(compare.Opaque):
            passes(handle, 1, rule)
    assert not passes([handle], [1])
    assert passes(handle, True, "presence")
    assert type(handle) is Handle


def test_equal_values_share_a_fingerprint_and_others_do_not() -> None:
    equal: list[list[Any]] = [[1, 1.0, True], [0, 0.0, -0.0, False], [10**30]]
    for group in equal:
        assert len({compare.fingerprint([value, "x"] * 50) for value in group}) == 1
    different: list[Any] = [[1, 2], (1, 2), ["1", 2], [1, 2.5], [1, [2]], "12", b"12", [1, 2, 3], [None], [], ""]
    assert len({compare.fingerprint(value) for value in different}) == len(different)
    for value in (NAN, [NAN], {1}, {1: 2}, 1j):
        assert compare.fingerprint(value) is None


def test_text_for_people_is_bounded() -> None:
    assert len(compare.show("x" * 10**6)) <= 600
    assert len(compare.show([[list(range(100))] * 100] * 100)) <= 600
    assert compare.show(1 << 10**6) == "<integer of 1000001 bits>"
