"""Audits of task sets in SQL."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.audit import Audit, AuditKind, AuditState, Flag, FlagKind, RecordedProgram, Review
from service.domain.ids import new_id
from service.storage.models import AuditFlagRow, AuditResultRow, AuditRow, CandidateRow, TaskRow
from service.storage.text import storable, storable_json
from service.storage.types import AnyRow
from service.storage.upsert import upsert

_AUDIT = (
    AuditRow.id,
    AuditRow.kind,
    AuditRow.task_set,
    AuditRow.state,
    AuditRow.parameters,
    AuditRow.created_at,
    AuditRow.updated_at,
    AuditRow.done,
    AuditRow.total,
    AuditRow.message,
    AuditRow.key_id,
    AuditRow.finished_at,
)
_FLAG = (
    AuditFlagRow.kind,
    AuditFlagRow.task_id,
    AuditFlagRow.suite,
    AuditFlagRow.message,
    AuditFlagRow.evidence,
    AuditFlagRow.fingerprint,
    AuditFlagRow.id,
    AuditFlagRow.review,
    AuditFlagRow.note,
    AuditFlagRow.reviewed_at,
    AuditFlagRow.position,
)
_BATCH = 500


class SqlAudits:
    """``AuditStore`` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def add(self, audit: Audit) -> None:
        """Store an audit."""
        values = {
            "id": audit.id,
            "kind": audit.kind.value,
            "task_set": audit.task_set,
            "state": audit.state.value,
            "parameters": dict(audit.parameters),
            "done": audit.done,
            "total": audit.total,
            "message": audit.message,
            "key_id": audit.key_id,
            "created_at": audit.created_at,
            "updated_at": audit.updated_at,
        }
        await self._connection.execute(insert(AuditRow), values)

    async def get(self, audit_id: str) -> Audit | None:
        """One audit."""
        query = select(*_AUDIT, AuditRow.summary).where(AuditRow.id == audit_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else _audit(row, row.summary)

    async def page(self, task_set: str | None, before: str | None, limit: int) -> Sequence[Audit]:
        """Audits, newest first, without summaries."""
        query = select(*_AUDIT).order_by(AuditRow.id.desc()).limit(limit)
        if task_set is not None:
            query = query.where(AuditRow.task_set == task_set)
        if before is not None:
            query = query.where(AuditRow.id < before)
        return [_audit(row, None) for row in await self._connection.execute(query)]

    async def advance(self, audit_id: str, done: int, now: datetime) -> None:
        """Note how far an audit came; also its sign of life."""
        change = update(AuditRow).where(AuditRow.id == audit_id).values(done=done, updated_at=now)
        await self._connection.execute(change)

    async def finish(
        self, audit_id: str, state: AuditState, now: datetime, *, summary: Mapping[str, Any] | None, message: str = ""
    ) -> None:
        """Note its end."""
        values = {
            "state": state.value,
            "summary": None if summary is None else storable_json(dict(summary)),
            "message": _text(message),
            "updated_at": now,
            "finished_at": now,
        }
        await self._connection.execute(update(AuditRow).where(AuditRow.id == audit_id).values(values))

    async def result(self, content_key: str) -> Mapping[str, Any] | None:
        """What an earlier audit found under the same conditions."""
        query = select(AuditResultRow.document).where(AuditResultRow.content_key == content_key)
        query = query.order_by(AuditResultRow.created_at.desc()).limit(1)
        document = (await self._connection.execute(query)).scalar()
        return None if document is None else _unpacked(document)

    async def save_result(
        self, audit_id: str, task_id: str, content_key: str, document: Mapping[str, Any], now: datetime
    ) -> None:
        """Store what was found of a task; the newest one counts."""
        values = {
            "audit_id": audit_id,
            "task_id": task_id,
            "content_key": content_key,
            "document": zlib.compress(json.dumps(document).encode()),
            "created_at": now,
        }
        changed = ("content_key", "document", "created_at")
        statement = upsert(self._connection, AuditResultRow, ("audit_id", "task_id"), changed)
        await self._connection.execute(statement, values)

    async def results(self, audit_id: str) -> Mapping[str, Mapping[str, Any]]:
        """Task id → what the audit found of it, in order of the task ids."""
        query = select(AuditResultRow.task_id, AuditResultRow.document).where(AuditResultRow.audit_id == audit_id)
        rows = await self._connection.execute(query.order_by(AuditResultRow.task_id))
        return {row.task_id: _unpacked(row.document) for row in rows}

    async def add_flags(self, audit_id: str, flags: Sequence[Flag]) -> None:
        """Store flags; each takes over the newest review of its fingerprint."""
        for start in range(0, len(flags), _BATCH):
            batch = flags[start : start + _BATCH]
            known = await self._reviews([flag.fingerprint for flag in batch])
            values = [
                {"position": start + place, **_flag_values(audit_id, flag, known.get(flag.fingerprint))}
                for place, flag in enumerate(batch)
            ]
            await self._connection.execute(insert(AuditFlagRow), values)

    async def _reviews(self, fingerprints: Sequence[str]) -> dict[str, AnyRow]:
        query = select(AuditFlagRow.fingerprint, AuditFlagRow.review, AuditFlagRow.note, AuditFlagRow.reviewed_at)
        query = query.where(AuditFlagRow.fingerprint.in_(fingerprints), AuditFlagRow.reviewed_at.is_not(None))
        rows = await self._connection.execute(query.order_by(AuditFlagRow.reviewed_at))
        return {row.fingerprint: row for row in rows}

    async def flags(
        self,
        audit_id: str,
        *,
        kind: FlagKind | None = None,
        review: Review | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> Sequence[Flag]:
        """Flags of an audit, in the order in which they were stored, after the flag of id ``after``."""
        query = select(*_FLAG).where(AuditFlagRow.audit_id == audit_id).order_by(AuditFlagRow.position)
        if kind is not None:
            query = query.where(AuditFlagRow.kind == kind.value)
        if review is not None:
            query = query.where(AuditFlagRow.review == review.value)
        if after is not None:
            place = select(AuditFlagRow.position).where(AuditFlagRow.id == after).scalar_subquery()
            query = query.where(AuditFlagRow.position > place)
        if limit is not None:
            query = query.limit(limit)
        return [_flag(row) for row in await self._connection.execute(query)]

    async def review(self, audit_id: str, flag_id: str, review: Review, note: str, now: datetime) -> Flag | None:
        """Note what a person made of a flag; None if the audit has none of that id."""
        wanted = (AuditFlagRow.id == flag_id, AuditFlagRow.audit_id == audit_id)
        change = update(AuditFlagRow).where(*wanted)
        await self._connection.execute(change.values(review=review.value, note=_text(note), reviewed_at=now))
        row = (await self._connection.execute(select(*_FLAG).where(*wanted))).first()
        return None if row is None else _flag(row)

    async def programs(self, task_id: str, limit: int) -> Sequence[RecordedProgram]:
        """Distinct candidates of all versions of a task, the most frequent first."""
        keys = list((await self._connection.execute(select(TaskRow.key).where(TaskRow.id == task_id))).scalars())
        copies = func.count().label("copies")
        distinct = (
            select(func.min(CandidateRow.id).label("id"), copies)
            .where(CandidateRow.task_key.in_(keys))
            .group_by(CandidateRow.code_hash)
            .order_by(copies.desc(), CandidateRow.code_hash)
            .limit(limit)
            .subquery()
        )
        query = select(CandidateRow.code, distinct.c.copies).join(distinct, distinct.c.id == CandidateRow.id)
        rows = await self._connection.execute(query.order_by(distinct.c.copies.desc(), CandidateRow.code_hash))
        return [RecordedProgram(row.code, row.copies) for row in rows]


def _unpacked(document: bytes) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(zlib.decompress(document))
    return found


def _text(text: str) -> str:
    return storable(text) or ""


def _audit(row: AnyRow, summary: Mapping[str, Any] | None) -> Audit:
    return Audit(
        id=row.id,
        kind=AuditKind(row.kind),
        task_set=row.task_set,
        state=AuditState(row.state),
        parameters=row.parameters,
        created_at=row.created_at,
        updated_at=row.updated_at,
        done=row.done,
        total=row.total,
        summary=summary,
        message=row.message,
        key_id=row.key_id,
        finished_at=row.finished_at,
    )


def _flag_values(audit_id: str, flag: Flag, known: AnyRow | None) -> dict[str, Any]:
    return {
        "id": new_id("flag"),
        "audit_id": audit_id,
        "kind": flag.kind.value,
        "task_id": flag.task_id,
        "suite": flag.suite,
        "message": _text(flag.message),
        "evidence": storable_json(dict(flag.evidence)),
        "fingerprint": flag.fingerprint,
        "review": flag.review.value if known is None else known.review,
        "note": "" if known is None else known.note,
        "reviewed_at": None if known is None else known.reviewed_at,
    }


def _flag(row: AnyRow) -> Flag:
    return Flag(
        kind=FlagKind(row.kind),
        task_id=row.task_id,
        suite=row.suite,
        message=row.message,
        evidence=row.evidence,
        fingerprint=row.fingerprint,
        id=row.id,
        review=Review(row.review),
        note=row.note,
        reviewed_at=row.reviewed_at,
    )
