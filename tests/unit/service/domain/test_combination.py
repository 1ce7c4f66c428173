"""Three-valued logic by enumeration: a rule decides if and only if every way to fill in what is missing agrees."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.combination import Said, bound, read_rule
from service.errors import InvalidInput

NAMES = ["a", "b", "c"]
WEIGHTS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from([-1.0, 0.5, 1.0, 2.0]), min_size=1)
RULES = st.one_of(
    st.lists(st.sampled_from(NAMES), min_size=1, unique=True).map(lambda names: {"all_of": names}),
    st.lists(st.sampled_from(NAMES), min_size=1, unique=True).map(lambda names: {"any_of": names}),
    st.integers(1, 3).map(lambda least: {"at_least": least, "of": NAMES}),
    st.tuples(WEIGHTS, st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.5])).map(
        lambda pair: {"weighted": pair[0], "threshold": pair[1]}
    ),
)


def by_hand(rule: dict[str, Any], known: dict[str, bool]) -> bool:
    if "weighted" in rule:
        return bool(sum(weight * known[name] for name, weight in rule["weighted"].items()) >= rule["threshold"])
    names = next(value for value in rule.values() if isinstance(value, list))
    least = {"all_of": len(names), "any_of": 1}.get(next(iter(rule)), rule.get("at_least"))
    return sum(known[name] for name in names) >= least  # type: ignore[operator]


@given(RULES, st.fixed_dictionaries(dict.fromkeys(NAMES, st.sampled_from([True, False, None]))))
def test_a_rule_decides_when_every_completion_agrees(rule: dict[str, Any], said: dict[str, bool | None]) -> None:
    missing = [name for name in NAMES if said[name] is None]
    completions = [
        {**{name: bool(value) for name, value in said.items()}, **dict(zip(missing, values, strict=True))}
        for values in product([True, False], repeat=len(missing))
    ]
    answers = {by_hand(rule, each) for each in completions}
    found = read_rule(rule).evaluate(lambda name: Said(said[name]))
    assert found.accepted == (answers.pop() if len(answers) == 1 else None)


def test_scores_count_instead_of_verdicts() -> None:
    rule = read_rule({"weighted": {"a": 1.0, "b": 0.5}, "threshold": 1.2})
    known = {"a": Said(True), "b": Said(False, 0.5)}
    found = rule.evaluate(known.__getitem__)
    assert found.accepted is True
    assert found.score == pytest.approx(1.25 / 1.5)
    assert rule.evaluate(lambda name: Said(True) if name == "a" else Said(False, 0.1)).accepted is False


def test_an_inner_combination_stays_as_it_was_bound() -> None:
    inner = {"rule": {"any_of": ["b", "c"]}, "inner": {}}
    whole = bound({"rule": {"all_of": ["a", "x"]}, "inner": {"x": inner}})
    assert list(whole.leaves()) == ["a", "b", "c"]
    assert whole.names() == {"a", "b", "c", "x"}
    assert whole.evaluate(lambda name: Said(name != "b")).accepted is True
    assert whole.evaluate(lambda name: Said(None if name == "c" else name == "a")).accepted is None


def test_combinations_are_not_nested_without_end() -> None:
    document: dict[str, Any] = {"rule": {"all_of": ["a"]}, "inner": {}}
    for _ in range(9):
        document = {"rule": {"all_of": ["x"]}, "inner": {"x": document}}
    with pytest.raises(InvalidInput, match="nested"):
        bound(document)
