"""Outcomes that rest on the scores of one verifier, for as many different scores as there may be."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from service.domain.ports import ProfileCount, ScorePoints
from service.domain.profile import OPEN, Profile

Outcomes = tuple[str, ...]
_Place = tuple[str, int, int | None]
Read = Callable[[Profile, Sequence[float | None]], str]


@dataclass(frozen=True, slots=True)
class Reader:
    """How to tell the outcome of a verifier from a profile and the scores that were asked for.

    Attributes:
        read: The outcome.
        weighs: Whether scores matter to it.
        rises: Whether a higher score never turns an acceptance into anything else, nor anything else into a refusal.
    """

    read: Read
    weighs: bool = False
    rises: bool = True


def read_outcomes(counts: Sequence[ProfileCount], readers: Sequence[Reader]) -> list[Outcomes]:
    """One outcome per reader for each item; candidates that are not final are open."""
    known: dict[tuple[object, ...], Outcomes] = {}
    found = []
    for item in counts:
        key = (item.profile_key, *item.scores)
        if key not in known:
            known[key] = _outcomes(item.profile, item.scores, readers)
        found.append(known[key])
    return found


def spread_by_score(
    counts: Sequence[ProfileCount], points: ScorePoints, readers: Sequence[Reader]
) -> Iterator[tuple[ProfileCount, Outcomes]]:
    """Candidates with their outcomes, where readers weigh the score of one verifier.

    Args:
        counts: All candidates.
        points: Those of them that have a score, with it.
        readers: Of the columns.

    Yields:
        Candidates of one run, task and profile by their outcomes; several items may have the same.
    """
    items = {_place(item): item for item in counts}
    profiles = {item.profile_key: item.profile for item in counts if item.profile is not None}
    scores: dict[int, list[float]] = {key: [] for key in profiles if key is not None}
    for profile_key, score in zip(points.profile_keys, points.scores, strict=True):
        if profile_key in scores:
            scores[profile_key].append(score)
    steps = {key: _steps(profiles[key], sorted(found), readers) for key, found in scores.items() if found}
    starts = {key: found[0] for key, found in steps.items()}
    sums: dict[tuple[str, int, int, int], int] = {}
    columns = (points.run_ids, points.task_keys, points.profile_keys, points.scores)
    for run_id, task_key, profile_key, score in zip(*columns, strict=True):
        if profile_key in starts and (run_id, task_key, profile_key) in items:
            key = (run_id, task_key, profile_key, bisect_right(starts[profile_key], score) - 1)
            sums[key] = sums.get(key, 0) + 1
    left = {place: item.count for place, item in items.items()}
    for (run_id, task_key, profile_key, step), count in sums.items():
        place: _Place = (run_id, task_key, profile_key)
        left[place] -= count
        yield replace(items[place], count=count), steps[profile_key][1][step]
    for place, count in left.items():
        if count > 0:
            yield replace(items[place], count=count), _outcomes(items[place].profile, (None,), readers)


def _place(item: ProfileCount) -> _Place:
    return item.run_id, item.task_key, item.profile_key


def _outcomes(profile: Profile | None, scores: Sequence[float | None], readers: Sequence[Reader]) -> Outcomes:
    if profile is None:
        return (OPEN,) * len(readers)
    return tuple(reader.read(profile, scores) for reader in readers)


def _steps(profile: Profile, scores: Sequence[float], readers: Sequence[Reader]) -> tuple[list[float], list[Outcomes]]:
    """Scores from which on outcomes are others, and the outcomes there; the scores given rise."""
    changes = sorted({0}.union(*(_changes(profile, scores, reader) for reader in readers if reader.weighs)))
    return [scores[place] for place in changes], [_outcomes(profile, (scores[place],), readers) for place in changes]


def _changes(profile: Profile, scores: Sequence[float], reader: Reader) -> set[int]:
    """Places whose outcome is another than that of the place before."""
    found = {place: reader.read(profile, (scores[place],)) for place in (0, len(scores) - 1)}
    parts = [(0, len(scores) - 1)]
    changes = set()
    while parts:  # halves; where a higher score only ever raises the outcome, equal ends speak for all between them
        low, high = parts.pop()
        if high - low > 1 and not (reader.rises and found[low] == found[high]):
            middle = (low + high) // 2
            found[middle] = reader.read(profile, (scores[middle],))
            parts += [(low, middle), (middle, high)]
        elif high - low == 1 and found[low] != found[high]:
            changes.add(high)
    return changes
