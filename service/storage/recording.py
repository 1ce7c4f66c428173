"""Recording results of checks, fenced, with all that follows from them in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.ports import Recorded, Recording
from service.domain.verdict import State
from service.storage.evidence import pack_evidence
from service.storage.findings import record_findings
from service.storage.finishing import Finisher
from service.storage.models import CheckRow, EvidenceRow
from service.storage.text import storable
from service.storage.types import AnyRow

_QUEUED, _RUNNING = State.QUEUED.value, State.RUNNING.value


class Recorder:
    """Writes what workers found out, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def record(self, worker: str, recordings: Sequence[Recording], now: datetime) -> Recorded:
        """Store results of checks that this worker still holds at the same attempt; nothing else changes."""
        held = await self._held(worker, recordings)
        mine = [item for item in recordings if item.check_id in held and held[item.check_id].attempt == item.attempt]
        found = [item for item in mine if item.judgement is not None]
        back = [item for item in mine if item.judgement is None]
        if found:
            await self._connection.execute(_RECORD, [_recorded_values(item, now) for item in found])
        if back:
            await self._connection.execute(_PUT_BACK, [_put_back_values(item) for item in back])
        evidence = [values for item in found for values in _evidence_values(item)]
        if evidence:
            await self._connection.execute(_EVIDENCE, evidence)
        await record_findings(self._connection, [(item, held[item.check_id]) for item in found])
        names = sorted({held[item.check_id].verification_id for item in found})
        finished = await Finisher(self._connection).finish(names, now)
        return Recorded(frozenset(item.check_id for item in mine), finished)

    async def _held(self, worker: str, recordings: Sequence[Recording]) -> dict[str, AnyRow]:
        ids = sorted(item.check_id for item in recordings)
        held = await self._connection.execute(_HELD, {"b_ids": ids, "b_worker": worker})
        return {row.id: row for row in held}


_HELD = (
    select(CheckRow.id, CheckRow.attempt, CheckRow.verification_id, CheckRow.run_id)
    .where(
        CheckRow.id.in_(bindparam("b_ids", expanding=True)),
        CheckRow.worker == bindparam("b_worker"),
        CheckRow.state == _RUNNING,
    )
    .order_by(CheckRow.id)
    .with_for_update()
)
_EVIDENCE = insert(EvidenceRow)
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


def _evidence_values(item: Recording) -> list[dict[str, Any]]:
    if item.judgement is None or item.source_id is not None:
        return []
    evidence = item.judgement.evidence
    if not (
        evidence.cases
        or evidence.findings
        or evidence.metrics
        or evidence.stdout
        or evidence.stderr
        or evidence.message
    ):
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
