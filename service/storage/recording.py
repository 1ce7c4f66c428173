"""Recording results of checks, fenced, and finishing the verifications that they complete."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.ports import Recorded, Recording
from service.domain.verdict import Failure, State, Verdict
from service.domain.verification import add_up
from service.storage.evidence import pack_evidence
from service.storage.models import CheckRow, EvidenceRow, VerificationRow
from service.storage.text import storable
from service.storage.verifications import FINAL

_QUEUED, _RUNNING = State.QUEUED.value, State.RUNNING.value


class Recorder:
    """Writes what workers found out, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def record(self, worker: str, recordings: Sequence[Recording], now: datetime) -> Recorded:
        """Store results of checks that this worker still holds at the same attempt; nothing else changes."""
        held = await self._held(worker, recordings)
        mine = [item for item in recordings if held.get(item.check_id, (0, ""))[0] == item.attempt]
        found = [item for item in mine if item.judgement is not None]
        back = [item for item in mine if item.judgement is None]
        if found:
            await self._connection.execute(_RECORD, [_recorded_values(item, now) for item in found])
        if back:
            await self._connection.execute(_PUT_BACK, [_put_back_values(item) for item in back])
        evidence = [values for item in found for values in _evidence_values(item)]
        if evidence:
            await self._connection.execute(insert(EvidenceRow), evidence)
        finished = await self.finish(sorted({held[item.check_id][1] for item in found}), now)
        return Recorded(frozenset(item.check_id for item in mine), finished)

    async def _held(self, worker: str, recordings: Sequence[Recording]) -> dict[str, tuple[int, str]]:
        ids = sorted(item.check_id for item in recordings)
        query = (
            select(CheckRow.id, CheckRow.attempt, CheckRow.verification_id)
            .where(CheckRow.id.in_(ids), CheckRow.worker == worker, CheckRow.state == _RUNNING)
            .order_by(CheckRow.id)
            .with_for_update()
        )
        return {row.id: (row.attempt, row.verification_id) for row in await self._connection.execute(query)}

    async def finish(self, verification_ids: Sequence[str], now: datetime) -> tuple[tuple[str, str | None], ...]:
        """Make verifications final whose checks all are; returns (verification id, run id) of each."""
        if not verification_ids:
            return ()
        # Locked in order, so that two workers who record checks of one verification see each other's.
        lock = (
            select(VerificationRow.id, VerificationRow.run_id, VerificationRow.required)
            .where(VerificationRow.id.in_(verification_ids), VerificationRow.state.not_in(FINAL))
            .order_by(VerificationRow.id)
            .with_for_update()
        )
        wholes = {row.id: row for row in await self._connection.execute(lock)}
        query = select(
            CheckRow.verification_id, CheckRow.verifier, CheckRow.state, CheckRow.verdict, CheckRow.failure
        ).where(CheckRow.verification_id.in_(list(wholes)))
        parts: dict[str, list[tuple[str, State, Verdict | None, Failure | None]]] = {}
        for name, verifier, state, verdict, failure in await self._connection.execute(query):
            part = (
                verifier,
                State(state),
                Verdict(verdict) if verdict else None,
                Failure(failure) if failure else None,
            )
            parts.setdefault(name, []).append(part)
        values = []
        for name, rows in parts.items():
            whole = add_up(rows, wholes[name].required)
            if whole.state.final:
                values.append({"b_id": name, "state": whole.state, "verdict": whole.verdict, "failure": whole.failure})
        if values:
            await self._connection.execute(_FINISH, [{**item, "finished_at": now} for item in values])
        return tuple((str(item["b_id"]), wholes[str(item["b_id"])].run_id) for item in values)


_RECORD = (
    update(CheckRow.__table__)  # type: ignore[arg-type]  # a mapped class's table is a Table
    .where(
        CheckRow.__table__.c.id == bindparam("b_id"),
        CheckRow.__table__.c.attempt == bindparam("b_attempt"),
        CheckRow.__table__.c.state == _RUNNING,
    )
    .values(
        {
            name: bindparam(name)
            for name in (
                "state",
                "verdict",
                "failure",
                "reason",
                "clock",
                "limit",
                "rule",
                "signal",
                "phase",
                "candidate_equality",
                "score",
                "cases_total",
                "cases_passed",
                "cpu_ms",
                "wall_ms",
                "memory_peak_bytes",
                "environment",
                "content_key",
                "source_id",
                "trouble",
                "finished_at",
            )
        }
    )
    .values(worker=None, lease_until=None)
)
_PUT_BACK = (
    update(CheckRow.__table__)  # type: ignore[arg-type]  # a mapped class's table is a Table
    .where(CheckRow.__table__.c.id == bindparam("b_id"))
    .values(
        state=_QUEUED,
        worker=None,
        lease_until=None,
        losses=CheckRow.__table__.c.losses + bindparam("lost"),
        trouble=bindparam("trouble"),
    )
)
_FINISH = (
    update(VerificationRow.__table__)  # type: ignore[arg-type]  # a mapped class's table is a Table
    .where(VerificationRow.__table__.c.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in ("state", "verdict", "failure", "finished_at")})
)


def _evidence_values(item: Recording) -> list[dict[str, Any]]:
    if item.judgement is None or item.source_id is not None:
        return []
    evidence = item.judgement.evidence
    if not (evidence.cases or evidence.findings or evidence.stdout or evidence.stderr or evidence.message):
        return []
    packed = pack_evidence(evidence)
    return [{"check_id": item.check_id, "document": packed, "stdout": evidence.stdout, "stderr": evidence.stderr}]


def _put_back_values(item: Recording) -> dict[str, Any]:
    return {"b_id": item.check_id, "lost": int(item.lost), "trouble": storable(item.trouble, 2000)}


def _recorded_values(item: Recording, now: datetime) -> dict[str, Any]:
    judgement = item.judgement
    assert judgement is not None
    detail = judgement.detail
    return {
        "b_id": item.check_id,
        "b_attempt": item.attempt,
        "state": State.FAILED.value if judgement.failure else State.COMPLETED.value,
        "verdict": judgement.verdict,
        "failure": judgement.failure,
        "reason": storable(detail.reason, 200),
        "clock": detail.clock,
        "limit": storable(detail.limit, 40),
        "rule": storable(detail.rule, 80),
        "signal": detail.signal,
        "phase": detail.phase,
        "candidate_equality": detail.candidate_equality,
        "score": judgement.score,
        "cases_total": judgement.evidence.cases_total,
        "cases_passed": judgement.evidence.cases_passed,
        "cpu_ms": judgement.usage.cpu_ms,
        "wall_ms": judgement.usage.wall_ms,
        "memory_peak_bytes": judgement.usage.memory_peak_bytes,
        "environment": judgement.environment or None,
        "content_key": item.content_key,
        "source_id": item.source_id,
        "trouble": storable(item.trouble, 2000) or None,
        "finished_at": now,
    }
