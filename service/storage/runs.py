"""Runs and their aggregates in SQL: one grouped read each, however many candidates a run has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.check import Disclosure
from service.domain.matrix import cross, tally
from service.domain.ports import ExportedCandidate, ExportedCheck, Selection, TaskCross, TaskTally
from service.domain.requests import CachePolicy, Isolation, LimitValues
from service.domain.run import Progress, Run
from service.domain.verdict import State, Verdict, error_class
from service.storage.matrix import SqlMatrix
from service.storage.models import CandidateRow, CheckRow, RunRow, TaskRow, VerificationRow
from service.storage.text import storable
from service.storage.types import AnyRow
from service.storage.verifications import FINAL, read_candidate, read_detail


class SqlRuns:
    """``RunStore`` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def add(self, run: Run) -> None:
        """Store a run."""
        values = {
            "id": run.id,
            "name": storable(run.name),
            "model": storable(run.model),
            "task_set": run.task_set,
            "verifiers": list(run.verifiers),
            "required": list(run.required),
            "limits": run.limits.given(),
            "isolation": run.isolation.value,
            "cache": run.cache.value,
            "disclosure": run.disclosure.value,
            "key_id": run.key_id,
            "created_at": run.created_at,
        }
        await self._connection.execute(insert(RunRow), [values])

    async def get(self, run_id: str) -> Run | None:
        """One run."""
        row = (await self._connection.execute(_runs().where(RunRow.id == run_id))).first()
        return None if row is None else _run(row)

    async def page(self, before: str | None, limit: int) -> Sequence[Run]:
        """Runs, newest first."""
        query = _runs().order_by(RunRow.id.desc()).limit(limit)
        if before is not None:
            query = query.where(RunRow.id < before)
        return [_run(row) for row in await self._connection.execute(query)]

    async def cancel(self, run_id: str, now: datetime) -> None:
        """Mark a run as cancelled; the first time stays."""
        statement = update(RunRow).where(RunRow.id == run_id, RunRow.cancelled_at.is_(None))
        await self._connection.execute(statement.values(cancelled_at=now))

    async def progress(self, run_ids: Sequence[str]) -> Mapping[str, Progress]:
        """Progress by run id."""
        query = (
            select(VerificationRow.run_id, VerificationRow.state, VerificationRow.verdict, func.count())
            .where(VerificationRow.run_id.in_(run_ids))
            .group_by(VerificationRow.run_id, VerificationRow.state, VerificationRow.verdict)
        )
        groups: dict[str, list[tuple[str, str | None, int]]] = {run_id: [] for run_id in run_ids}
        for run_id, state, verdict, count in await self._connection.execute(query):
            if run_id is not None:
                groups[run_id].append((state, verdict, count))
        return {run_id: _progress(rows) for run_id, rows in groups.items()}

    async def tallies(self, run_id: str, *, samples_only: bool = False) -> Sequence[TaskTally]:
        """Counts per task and verifier; candidates that are not final are open for every verifier of the run."""
        run = await self.get(run_id)
        counts = await SqlMatrix(self._connection).profiles(Selection((run_id,), samples_only=samples_only))
        return tally(counts, () if run is None else run.verifiers)

    async def crosses(self, run_id: str, oracle: str) -> Sequence[TaskCross]:
        """Four cells per task and verifier against an oracle, without candidates that repair another one."""
        run = await self.get(run_id)
        counts = await SqlMatrix(self._connection).profiles(Selection((run_id,), samples_only=True))
        return cross(counts, () if run is None else run.verifiers, oracle)

    async def repairs(self, run_id: str) -> int:
        """How many candidates repair another one."""
        query = select(func.count()).where(CandidateRow.run_id == run_id, CandidateRow.parent.is_not(None))
        return int((await self._connection.execute(query)).scalar_one())

    async def candidates(self, run_id: str, after: str | None, limit: int) -> Sequence[ExportedCandidate]:
        """Candidates in order of submission after the candidate ``after``."""
        query: Select[Any] = (
            select(
                *CandidateRow.__table__.columns,
                TaskRow.id.label("task_id"),
                VerificationRow.id.label("verification_id"),
                VerificationRow.state,
                VerificationRow.verdict,
                VerificationRow.failure,
            )
            .join(TaskRow, TaskRow.key == CandidateRow.task_key)
            .join(VerificationRow, VerificationRow.candidate_id == CandidateRow.id)
            .where(CandidateRow.run_id == run_id)
            .order_by(CandidateRow.id)
            .limit(limit)
        )
        if after is not None:
            query = query.where(CandidateRow.id > after)
        rows = (await self._connection.execute(query)).all()
        checks = await self._exported_checks([row.id for row in rows])
        return [
            ExportedCandidate(
                candidate=read_candidate(row),
                verification_id=row.verification_id,
                state=row.state,
                verdict=row.verdict,
                failure=row.failure,
                checks=tuple(checks.get(row.id, ())),
            )
            for row in rows
        ]

    async def _exported_checks(self, candidate_ids: Sequence[str]) -> dict[str, list[ExportedCheck]]:
        query: Select[Any] = select(*CheckRow.__table__.columns)
        query = query.where(CheckRow.candidate_id.in_(candidate_ids)).order_by(CheckRow.position)
        found: dict[str, list[ExportedCheck]] = {}
        for row in await self._connection.execute(query):
            found.setdefault(row.candidate_id, []).append(_exported(row))
        return found

    async def sample_counts(self, run_id: str) -> Mapping[int, int]:
        """Task key → the next free sample index."""
        query = (
            select(CandidateRow.task_key, func.max(CandidateRow.sample_index) + 1)
            .where(CandidateRow.run_id == run_id)
            .group_by(CandidateRow.task_key)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}


def _runs() -> Select[Any]:
    return select(*RunRow.__table__.columns)


def _run(row: AnyRow) -> Run:
    return Run(
        id=row.id,
        name=row.name,
        model=row.model,
        task_set=row.task_set,
        verifiers=tuple(row.verifiers),
        required=tuple(row.required),
        limits=LimitValues.of(row.limits),
        isolation=Isolation(row.isolation),
        cache=CachePolicy(row.cache),
        disclosure=Disclosure(row.disclosure),
        created_at=row.created_at,
        cancelled_at=row.cancelled_at,
        key_id=row.key_id,
    )


def _progress(rows: Sequence[tuple[str, str | None, int]]) -> Progress:
    def total(*states: str) -> int:
        return sum(count for state, _, count in rows if state in states)

    return Progress(
        total=sum(count for _, _, count in rows),
        done=total(*FINAL),
        failed=total(State.FAILED.value),
        cancelled=total(State.CANCELLED.value),
        verdicts={verdict: count for _, verdict, count in rows if verdict is not None},
    )


def _exported(row: AnyRow) -> ExportedCheck:
    return ExportedCheck(
        verifier=row.verifier,
        state=row.state,
        verdict=row.verdict,
        failure=row.failure,
        error_class=error_class(Verdict(row.verdict), read_detail(row)) if row.verdict else None,
        score=row.score,
        cached=row.source_id is not None,
        cpu_ms=row.cpu_ms,
        wall_ms=row.wall_ms,
        hidden=row.hidden,
    )
