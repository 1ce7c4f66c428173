from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.check import Evidence, Judgement
from service.domain.ids import new_id
from service.domain.verdict import DETERMINISTIC, PRECEDENCE, Detail, Failure, State, Verdict, error_class, worst
from service.domain.verification import Whole, add_up

DONE = (State.COMPLETED, Verdict.ACCEPTED, None)
WRONG = (State.COMPLETED, Verdict.WRONG_ANSWER, None)
BROKEN = (State.FAILED, None, Failure.INFRASTRUCTURE_ERROR)
INVALID = (State.FAILED, None, Failure.INVALID_TASK)
STOPPED = (State.CANCELLED, None, None)
OPEN = (State.QUEUED, None, None)
BUSY = (State.RUNNING, None, None)

Part = tuple[State, Verdict | None, Failure | None]


@pytest.mark.parametrize(
    ("base", "plus", "required", "whole"),
    [
        (DONE, DONE, ("base", "plus"), Whole(State.COMPLETED, Verdict.ACCEPTED)),
        (DONE, WRONG, ("base", "plus"), Whole(State.COMPLETED, Verdict.WRONG_ANSWER)),
        (DONE, WRONG, ("base",), Whole(State.COMPLETED, Verdict.ACCEPTED)),
        (DONE, BROKEN, ("base",), Whole(State.COMPLETED, Verdict.ACCEPTED)),
        (DONE, BROKEN, ("base", "plus"), Whole(State.FAILED, failure=Failure.INFRASTRUCTURE_ERROR)),
        (WRONG, BROKEN, ("base", "plus"), Whole(State.COMPLETED, Verdict.WRONG_ANSWER)),
        (INVALID, WRONG, ("base", "plus"), Whole(State.COMPLETED, Verdict.WRONG_ANSWER)),
        (WRONG, BROKEN, ("plus",), Whole(State.FAILED, failure=Failure.INFRASTRUCTURE_ERROR)),
        (INVALID, BROKEN, ("base", "plus"), Whole(State.FAILED, failure=Failure.INVALID_TASK)),
        (WRONG, STOPPED, ("base", "plus"), Whole(State.CANCELLED)),
        (DONE, OPEN, ("base",), Whole(State.RUNNING)),
        (OPEN, BUSY, ("base",), Whole(State.RUNNING)),
        (OPEN, OPEN, ("base",), Whole(State.QUEUED)),
    ],
)
def test_checks_add_up(base: Part, plus: Part, required: tuple[str, ...], whole: Whole) -> None:
    assert add_up([("base", *base), ("plus", *plus)], required) == whole


def test_causes_come_before_symptoms() -> None:
    order = ["compile", "memory", "output", "resource", "time", "policy"]
    order += ["runtime", "incomplete", "wrong", "rejected", "accepted"]
    assert [verdict.value.split("_")[0] for verdict in Verdict] == order
    for first, second in itertools.combinations(Verdict, 2):
        assert worst([second, first]) is first
    assert PRECEDENCE[Verdict.ACCEPTED] == len(Verdict) - 1


def test_chance_is_never_deterministic() -> None:
    assert not DETERMINISTIC & {Verdict.TIME_LIMIT_EXCEEDED, Verdict.INCOMPLETE, Verdict.MEMORY_LIMIT_EXCEEDED}


@given(st.sampled_from(Verdict), st.none() | st.text(max_size=5))
def test_every_candidate_has_one_error_class(verdict: Verdict, reason: str | None) -> None:
    assert error_class(verdict, Detail(reason=reason))


def test_a_judgement_has_a_verdict_or_says_why_not() -> None:
    for verdict, failure in ((None, None), (Verdict.ACCEPTED, Failure.INVALID_TASK)):
        with pytest.raises(ValueError, match="either"):
            Judgement(verdict, failure, evidence=Evidence())


def test_later_ids_sort_later() -> None:
    ids = [new_id("ver") for _ in range(200)]
    assert len(set(ids)) == 200
    assert all(len(name) == 30 and name.startswith("ver_") for name in ids)
    stamps = [name[4:14] for name in ids]
    assert stamps == sorted(stamps)
