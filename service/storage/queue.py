"""The stored check row is the job: claiming, leases, fenced recording, reuse.

Theory of operation. A worker claims queued checks (``UPDATE … RETURNING``; on PostgreSQL through ``FOR UPDATE
SKIP LOCKED``), which raises ``attempt``, names the worker and sets a lease. It renews leases while it works.
A lease that ends may be claimed again by anybody; the first worker's recording then matches no row, because
recording insists on id, attempt, worker and state. So execution is at least once and recording exactly once.
When the last check of a verification becomes final, the verification does, in the same transaction; combinations,
which nobody claims, follow from the others at that moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.check import Evidence, Judgement, Usage
from service.domain.ports import Claim, ClaimedCheck, Recorded, Recording, Reusable
from service.domain.requests import CachePolicy, Isolation, LimitValues
from service.domain.verdict import State, Verdict
from service.storage.finishing import Finisher
from service.storage.models import CandidateRow, CheckRow, VerificationRow
from service.storage.recording import Recorder
from service.storage.types import AnyRow
from service.storage.verifications import FINAL, read_detail

_QUEUED, _RUNNING = State.QUEUED.value, State.RUNNING.value
_CLAIMED = (
    CheckRow.id,
    CheckRow.verification_id,
    CheckRow.verifier,
    CheckRow.verifier_version,
    CheckRow.attempt,
    CheckRow.losses,
    CheckRow.priority,
    CheckRow.position,
)


def _taking(*wanted: ColumnElement[bool]) -> Update:
    """Claim of the first wanted checks; made once, since making it takes longer than running it."""
    order = (CheckRow.priority, CheckRow.verification_id)
    picked = select(CheckRow.id).where(*wanted).order_by(*order).limit(bindparam("b_limit"))
    picked = picked.with_for_update(skip_locked=True)
    return (
        update(CheckRow)
        .where(CheckRow.id.in_(select(picked.cte("picked").c.id)))
        .values(
            state=_RUNNING,
            attempt=CheckRow.attempt + 1,
            worker=bindparam("b_worker"),
            lease_until=bindparam("b_lease_until"),
        )
        .returning(*_CLAIMED)
    )


_IS_QUEUED = and_(CheckRow.state == _QUEUED, CheckRow.definition_key.is_(None))
_TAKE_EXPIRED = _taking(CheckRow.state == _RUNNING, CheckRow.lease_until < bindparam("b_now"))
_TAKE_QUEUED = _taking(_IS_QUEUED)
_TAKE_REST = _taking(_IS_QUEUED, CheckRow.verification_id == bindparam("b_verification_id"))
_WHOLES = (
    select(
        VerificationRow.id.label("verification_id"),
        VerificationRow.limits,
        VerificationRow.isolation,
        VerificationRow.cache,
        CandidateRow.id,
        CandidateRow.run_id,
        CandidateRow.task_key,
        CandidateRow.code,
        CandidateRow.code_hash,
    )
    .join(CandidateRow, CandidateRow.id == VerificationRow.candidate_id)
    .where(VerificationRow.id.in_(bindparam("b_ids", expanding=True)))
)


class SqlQueue:
    """``CheckQueue`` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def backlog(self, at_most: int) -> int:
        """Queued checks, counted up to ``at_most``."""
        waiting = select(CheckRow.id).where(_IS_QUEUED)
        some = waiting.limit(at_most).subquery()
        return (await self._connection.execute(select(func.count()).select_from(some))).scalar_one()

    async def claim(self, worker: str, *, now: datetime, lease_until: datetime, limit: int) -> Sequence[Claim]:
        """Take about ``limit`` queued or abandoned checks; all checks of one verification together."""
        lease = {"b_worker": worker, "b_lease_until": lease_until}
        rows = await self._take(_TAKE_EXPIRED, {**lease, "b_now": now, "b_limit": limit})
        if len(rows) < limit:
            rows += await self._take(_TAKE_QUEUED, {**lease, "b_limit": limit - len(rows)})
        if len(rows) >= limit:  # else nothing is left, and no verification was cut in two
            last = max(rows, key=lambda row: (row.priority, row.verification_id)).verification_id
            rows += await self._take(_TAKE_REST, {**lease, "b_verification_id": last, "b_limit": limit})
        return await self._claims(rows)

    async def _take(self, statement: Update, values: Mapping[str, Any]) -> list[AnyRow]:
        return list((await self._connection.execute(statement, values)).all())

    async def _claims(self, rows: Sequence[AnyRow]) -> list[Claim]:
        if not rows:
            return []
        checks: dict[str, list[AnyRow]] = {}
        for row in sorted(rows, key=lambda row: (row.priority, row.verification_id, row.position)):
            checks.setdefault(row.verification_id, []).append(row)
        found = await self._connection.execute(_WHOLES, {"b_ids": list(checks)})
        wholes = {row.verification_id: row for row in found}
        return [_claim(wholes[name], found) for name, found in checks.items()]

    async def renew(self, worker: str, check_ids: Sequence[str], lease_until: datetime) -> frozenset[str]:
        """Extend leases; returns the ids that are still this worker's."""
        held = _locked(CheckRow.id.in_(check_ids), CheckRow.worker == worker, CheckRow.state == _RUNNING)
        statement = update(CheckRow).where(held).values(lease_until=lease_until).returning(CheckRow.id)
        return frozenset((await self._connection.execute(statement)).scalars())

    async def holders(self) -> frozenset[str]:
        """Workers that hold checks, dead or alive."""
        query = select(CheckRow.worker).where(CheckRow.state == _RUNNING).distinct()
        return frozenset(worker for worker in (await self._connection.execute(query)).scalars() if worker)

    async def release(self, workers: Sequence[str]) -> int:
        """Put back everything that these (dead) workers hold."""
        statement = update(CheckRow).where(_locked(CheckRow.state == _RUNNING, CheckRow.worker.in_(workers)))
        statement = statement.values(state=_QUEUED, worker=None, lease_until=None)
        return len((await self._connection.execute(statement.returning(CheckRow.id))).all())

    async def reusable(self, content_keys: Sequence[str]) -> Mapping[str, Reusable]:
        """Recorded deterministic judgements by content key."""
        if not content_keys:
            return {}
        query = select(*CheckRow.__table__.columns).where(CheckRow.content_key.in_(content_keys))
        return {row.content_key: _reusable(row) for row in await self._connection.execute(query)}

    async def record(self, worker: str, recordings: Sequence[Recording], now: datetime) -> Recorded:
        """Store results of checks that this worker still holds at the same attempt; nothing else changes."""
        return await Recorder(self._connection).record(worker, recordings, now)

    async def cancel_run(self, run_id: str, now: datetime) -> int:
        """Cancel every check of a run that is not final; returns how many."""
        open_checks = _locked(CheckRow.run_id == run_id, CheckRow.state.in_((_QUEUED, _RUNNING)))
        statement = (
            update(CheckRow)
            .where(open_checks)
            .values(state=State.CANCELLED.value, worker=None, lease_until=None, finished_at=now)
        )
        cancelled = len((await self._connection.execute(statement.returning(CheckRow.id))).all())
        query = select(VerificationRow.id).where(VerificationRow.run_id == run_id, VerificationRow.state.not_in(FINAL))
        finisher = Finisher(self._connection)
        names = sorted((await self._connection.execute(query)).scalars())
        for start in range(0, len(names), 1000):
            await finisher.finish(names[start : start + 1000], now)
        return cancelled


def _locked(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """The wanted rows, locked in the order of their ids, as recording locks them: so nobody waits in a circle."""
    rows = select(CheckRow.id).where(*wanted).order_by(CheckRow.id).with_for_update().cte("locked")
    return CheckRow.id.in_(select(rows.c.id))


def _claim(whole: AnyRow, checks: Sequence[AnyRow]) -> Claim:
    return Claim(
        verification_id=whole.verification_id,
        candidate_id=whole.id,
        run_id=whole.run_id,
        task_key=whole.task_key,
        code=whole.code,
        code_hash=whole.code_hash,
        limits=LimitValues.of(whole.limits),
        isolation=Isolation(whole.isolation),
        cache=CachePolicy(whole.cache),
        priority=checks[0].priority,
        checks=tuple(
            ClaimedCheck(row.id, row.verifier, row.verifier_version, row.attempt, row.losses) for row in checks
        ),
    )


def _reusable(row: AnyRow) -> Reusable:
    judgement = Judgement(
        verdict=Verdict(row.verdict),
        detail=read_detail(row),
        score=row.score,
        evidence=Evidence(cases_total=row.cases_total, cases_passed=row.cases_passed),
        usage=Usage(row.cpu_ms, row.wall_ms, row.memory_peak_bytes),
        environment=row.environment or "",
    )
    return Reusable(row.source_id or row.id, judgement)
