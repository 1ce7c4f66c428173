"""What is counted for a candidate of which an analyser could not say anything."""

from __future__ import annotations

import pytest

from service.domain.matrix import tally
from service.domain.ports import ProfileCount
from service.domain.profile import accepted, outcome, reason_of
from service.domain.verdict import Detail, Failure, State

OURS = Failure.INFRASTRUCTURE_ERROR


@pytest.mark.parametrize(
    ("failure", "reason", "told"),
    [
        (OURS, "analyser_failed", "analyser_failed"),
        (OURS, "analyser_missing", "analyser_missing"),
        (OURS, "other", "infrastructure_error"),
        (OURS, None, "infrastructure_error"),
        (Failure.INVALID_TASK, "analyser_failed", "invalid_task"),
    ],
)
def test_an_analyser_that_failed_is_told_apart_and_is_no_verdict(
    failure: Failure, reason: str | None, told: str
) -> None:
    found = outcome(State.FAILED, None, failure, Detail(reason=reason))
    assert (accepted(found), reason_of(found)) == (None, told)


def test_all_of_them_are_missing_coverage_of_a_run() -> None:
    words = ("pass", "!infrastructure_error", "!analyser_failed", "!analyser_missing")
    counts = [ProfileCount("run", 1, key, {"static": word}, 2) for key, word in enumerate(words)]
    (found,) = tally(counts, ("static",))
    assert (found.judged, found.accepted, found.infrastructure_error) == (2, 2, 6)
