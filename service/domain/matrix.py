"""Counting in the matrix candidate × verifier: pure sums over profiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from service.domain.ports import ProfileCount, TaskCross, TaskTally
from service.domain.profile import (
    ANALYSER_FAILED,
    ANALYSER_MISSING,
    NOT_CHECKED,
    OPEN,
    SCORE_ONLY,
    VERSION_MARK,
    accepted,
)

_OURS = ("!infrastructure_error", ANALYSER_FAILED, ANALYSER_MISSING)


def verifiers_of(counts: Iterable[ProfileCount], first: Sequence[str] = ()) -> tuple[str, ...]:
    """``first`` and then, by name, every other verifier that said something; no single versions."""
    found = {name for item in counts if item.profile for name in item.profile if VERSION_MARK not in name}
    return (*first, *sorted(found - set(first)))


def tally(counts: Sequence[ProfileCount], verifiers: Sequence[str]) -> list[TaskTally]:
    """Checks per task and verifier, counted.

    Args:
        counts: Of one run.
        verifiers: The run's own: candidates that are not final are open for each of them.
    """
    cells: dict[tuple[int, str], Counter[str]] = {}
    for item in counts:
        said = dict.fromkeys(verifiers, OPEN) if item.profile is None else item.profile
        for name, outcome in said.items():
            if VERSION_MARK not in name:
                judged = accepted(outcome)
                word = outcome if judged is None else "accepted" if judged else "refused"
                cells.setdefault((item.task_key, name), Counter())[word] += item.count
    return [
        TaskTally(
            task_key=task_key,
            verifier=name,
            judged=found["accepted"] + found["refused"],
            accepted=found["accepted"],
            infrastructure_error=sum(found[word] for word in _OURS),
            invalid_task=found["!invalid_task"],
            cancelled=found["!cancelled"],
            open=found[OPEN],
            score_only=found[SCORE_ONLY],
        )
        for (task_key, name), found in sorted(cells.items())
    ]


def cross(counts: Sequence[ProfileCount], verifiers: Sequence[str], oracle: str) -> list[TaskCross]:
    """Four cells per task and verifier against the oracle; candidates that lack either verdict are unresolved."""
    names = [name for name in verifiers_of(counts, verifiers) if name != oracle]
    cells: dict[tuple[int, str], Counter[tuple[bool, bool] | None]] = {}
    for item in counts:
        profile = item.profile or {}
        good = accepted(profile.get(oracle, NOT_CHECKED))
        for name in names:
            yes = accepted(profile.get(name, NOT_CHECKED))
            cell = None if good is None or yes is None else (yes, good)
            cells.setdefault((item.task_key, name), Counter())[cell] += item.count
    return [
        TaskCross(
            task_key=task_key,
            verifier=name,
            true_positive=found[True, True],
            false_positive=found[True, False],
            false_negative=found[False, True],
            true_negative=found[False, False],
            unresolved=found[None],
        )
        for (task_key, name), found in sorted(cells.items())
    ]
