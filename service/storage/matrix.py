"""The matrix candidate × verifier, counted in SQL.

Theory of operation. A verification that is final points to its profile: what all verifiers said of its candidate,
stored once for all candidates of which they said the same. ``ix_verifications_profile`` (run, task, profile, id) so
holds all that rates are made of, in a few bytes per candidate, and every figure is one read of that index, grouped:
no verdict is looked up, no check is joined. Profiles are written in the transaction that records the checks, and
beside them the scores, each with its candidate's run, task and profile: a curve is one read of ``ix_scores_curve``.
Findings are read from where they stand.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from service.domain.ports import MatrixCandidate, ProfileCount, ScorePoints, Selection
from service.domain.profile import Profile, decode_profile
from service.storage.models import (
    CandidateRow,
    FindingRow,
    ProfileRow,
    RunRow,
    ScoreRow,
    TaskRow,
    VerificationRow,
)

_PART = 10_000
_VERIFIED: tuple[Any, ...] = (VerificationRow.run_id, VerificationRow.task_key, VerificationRow.id)
_SCORED: tuple[Any, ...] = (ScoreRow.run_id, ScoreRow.task_key, ScoreRow.verification_id)
_GROUP: tuple[Any, ...] = (VerificationRow.run_id, VerificationRow.task_key, VerificationRow.profile_key)


class SqlMatrix:
    """``MatrixStore`` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def profiles(self, selection: Selection) -> Sequence[ProfileCount]:
        """Counts per run, task and profile."""
        query: Select[Any] = select(*_GROUP, func.count()).where(*_conditions(selection)).group_by(*_GROUP)
        rows = (await self._connection.execute(query)).all()
        known = await self._documents(row[2] for row in rows)
        return [ProfileCount(row[0], row[1], row[2], known.get(row[2]), row[3]) for row in rows]

    async def scores(self, selection: Selection, verifier: str) -> ScorePoints:
        """The candidates that this verifier's newest version scored.

        Not grouped: scores mostly differ, and grouping them is dearer than reading them. Read by parts into columns:
        hundreds of thousands of rows at once would keep the garbage collector busier than the database.
        """
        columns: tuple[Any, ...] = (ScoreRow.run_id, ScoreRow.task_key, ScoreRow.profile_key, ScoreRow.score)
        query: Select[Any] = select(*columns).where(ScoreRow.verifier == verifier, *_conditions(selection, _SCORED))
        found = ScorePoints([], array("q"), array("q"), array("d"))
        async with self._connection.stream(query, execution_options={"yield_per": _PART}) as rows:
            async for part in rows.partitions():
                run_ids, task_keys, profile_keys, scores = zip(*part, strict=True)
                found.run_ids.extend(run_ids)
                found.task_keys.extend(task_keys)
                found.profile_keys.extend(profile_keys)
                found.scores.extend(scores)
        return found

    async def joint_scores(self, selection: Selection, verifiers: Sequence[str]) -> Sequence[ProfileCount]:
        """Counts per run, task, profile and scores of these verifiers (None without one)."""
        scores = [await self._scores_of(selection, verifier) for verifier in verifiers]
        query: Select[Any] = select(VerificationRow.id, *_GROUP).where(*_conditions(selection))
        counts: Counter[tuple[Any, ...]] = Counter()
        for name, *group in await self._connection.execute(query):
            counts[*group, *(found.get(name) for found in scores)] += 1
        known = await self._documents(key[2] for key in counts)
        return [
            ProfileCount(key[0], key[1], key[2], known.get(key[2]), count, key[3:]) for key, count in counts.items()
        ]

    async def _scores_of(self, selection: Selection, verifier: str) -> dict[str, float]:
        """Verification id → score, from one index: joining here costs a third of looking each up in the database."""
        query = select(ScoreRow.verification_id, ScoreRow.score).where(
            ScoreRow.run_id.in_(selection.run_ids), ScoreRow.verifier == verifier
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def rules(self, selection: Selection) -> Sequence[ProfileCount]:
        """Counts per rule that was broken, run, task and profile."""
        broken = (
            select(FindingRow.rule, FindingRow.tool, FindingRow.verification_id)
            .where(FindingRow.run_id.in_(selection.run_ids))
            .distinct()
            .subquery()
        )
        query: Select[Any] = (
            select(broken.c.tool, broken.c.rule, *_GROUP, func.count())
            .join(VerificationRow, VerificationRow.id == broken.c.verification_id)
            .where(*_conditions(selection))
            .group_by(broken.c.tool, broken.c.rule, *_GROUP)
        )
        rows = (await self._connection.execute(query)).all()
        known = await self._documents(row[4] for row in rows)
        return [
            ProfileCount(row[2], row[3], row[4], known.get(row[4]), row[5], rule=f"{row[0]}:{row[1]}") for row in rows
        ]

    async def candidates(
        self, selection: Selection, places: Sequence[tuple[int, int]], limit: int
    ) -> Sequence[MatrixCandidate]:
        """Candidates of one of these (task key, profile key), in order of submission."""
        tasks, profiles = {task_key for task_key, _ in places}, {profile_key for _, profile_key in places}
        some = (
            select(VerificationRow.id)
            .where(
                *_conditions(selection),
                VerificationRow.task_key.in_(tasks),
                VerificationRow.profile_key.in_(profiles),
            )
            .order_by(VerificationRow.id)
            .limit(limit)
            .subquery()
        )
        query = (
            select(
                VerificationRow.candidate_id,
                VerificationRow.id,
                VerificationRow.run_id,
                VerificationRow.task_key,
                CandidateRow.sample_index,
            )
            .join(some, some.c.id == VerificationRow.id)
            .join(CandidateRow, CandidateRow.id == VerificationRow.candidate_id)
            .order_by(VerificationRow.id)
        )
        return [
            MatrixCandidate(row[0], row[1], row[2] or "", row[3] or 0, row[4])
            for row in await self._connection.execute(query)
        ]

    async def task_ids(self, task_keys: Sequence[int]) -> Mapping[int, str]:
        """Storage key → id of tasks."""
        found: dict[int, str] = {}
        for start in range(0, len(task_keys), 1000):
            query = select(TaskRow.key, TaskRow.id).where(TaskRow.key.in_(task_keys[start : start + 1000]))
            found |= {row.key: row.id for row in await self._connection.execute(query)}
        return found

    async def task_keys(self, task_ids: Sequence[str]) -> Sequence[int]:
        """Storage keys of all versions of these tasks."""
        query = select(TaskRow.key).where(TaskRow.id.in_(task_ids))
        return list((await self._connection.execute(query)).scalars())

    async def scored(self, run_ids: Sequence[str]) -> frozenset[str]:
        """Verifiers that gave a score in these runs."""
        query = (
            select(ScoreRow.verifier).where(ScoreRow.run_id.in_(run_ids)).group_by(ScoreRow.run_id, ScoreRow.verifier)
        )
        return frozenset((await self._connection.execute(query)).scalars())

    async def run_ids(self, *, models: Sequence[str] = (), task_sets: Sequence[str] = ()) -> Sequence[str]:
        """Runs of one of these models on one of these task sets, newest first; empty means any."""
        query = select(RunRow.id).order_by(RunRow.id.desc())
        if models:
            query = query.where(RunRow.model.in_(models))
        if task_sets:
            query = query.where(RunRow.task_set.in_(task_sets))
        return list((await self._connection.execute(query)).scalars())

    async def _documents(self, keys: Iterable[int | None]) -> Mapping[int | None, Profile]:
        wanted = sorted({key for key in keys if key is not None})
        found: dict[int | None, Profile] = {}
        for start in range(0, len(wanted), 1000):
            query = select(ProfileRow.key, ProfileRow.document).where(ProfileRow.key.in_(wanted[start : start + 1000]))
            for row in await self._connection.execute(query):
                found[row.key] = decode_profile(row.document)
        return found


def _conditions(selection: Selection, columns: tuple[Any, ...] = _VERIFIED) -> list[ColumnElement[bool]]:
    """What holds of verifications, given the columns that hold their run, their task and their id."""
    run_id, task_key, verification_id = columns
    found: list[ColumnElement[bool]] = [run_id.in_(selection.run_ids)]
    if selection.task_keys is not None:
        found.append(task_key.in_(selection.task_keys))
    if selection.samples_only:
        repair = aliased(VerificationRow)
        repairs = (
            select(repair.id)
            .join(CandidateRow, CandidateRow.id == repair.candidate_id)
            .where(CandidateRow.run_id.in_(selection.run_ids), CandidateRow.parent.is_not(None))
        )
        found.append(verification_id.not_in(repairs))
    if selection.rule is not None:
        tool, colon, rule = selection.rule.partition(":")
        broken = select(FindingRow.verification_id).where(FindingRow.run_id.in_(selection.run_ids))
        broken = (
            broken.where(FindingRow.tool == tool, FindingRow.rule == rule)
            if colon
            else broken.where(FindingRow.rule == selection.rule)
        )
        found.append(verification_id.in_(broken))
    return found
