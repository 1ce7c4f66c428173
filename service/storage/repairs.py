"""Repair sessions in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.check import Disclosure
from service.domain.repair import (
    Example,
    RecordedAttempt,
    RecordedCheck,
    RecordedRepair,
    Repair,
    RepairAttempt,
    RepairFilter,
    RepairMode,
)
from service.domain.requests import LimitValues
from service.domain.verdict import Detail, Failure, Verdict, error_class
from service.storage.models import CandidateRow, CheckRow, FindingRow, RepairAttemptRow, RepairRow, TaskRow
from service.storage.text import storable, storable_json
from service.storage.types import AnyRow
from service.storage.upsert import upsert


class SqlRepairs:
    """``RepairStore`` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def add(self, repair: Repair) -> None:
        """Store a session."""
        values = {
            "id": repair.id,
            "task_key": repair.task_key,
            "model": storable(repair.model),
            "verifiers": list(repair.verifiers),
            "oracle": repair.oracle,
            "disclosure": repair.disclosure.value,
            "budget_tokens": repair.budget_tokens,
            "max_rounds": repair.max_rounds,
            "mode": repair.mode.value,
            "examples": _documents(repair.examples),
            "limits": repair.limits.given(),
            "key_id": repair.key_id,
            "created_at": repair.created_at,
        }
        await self._connection.execute(insert(RepairRow), values)

    async def get(self, repair_id: str) -> Repair | None:
        """One session."""
        row = (await self._connection.execute(_repairs().where(RepairRow.id == repair_id))).one_or_none()
        return None if row is None else _repair(row)

    async def attempts(self, repair_id: str) -> Sequence[RepairAttempt]:
        """Its attempts, in order."""
        query = select(RepairAttemptRow).where(RepairAttemptRow.repair_id == repair_id)
        rows = await self._connection.execute(query.order_by(RepairAttemptRow.position))
        return [_attempt(row) for row in rows]

    async def add_attempt(self, attempt: RepairAttempt) -> bool:
        """Store an attempt; False if that place is taken by now."""
        values = {
            "repair_id": attempt.repair_id,
            "position": attempt.position,
            "verification_id": attempt.verification_id,
            "candidate_id": attempt.candidate_id,
            "prompt_tokens": attempt.prompt_tokens,
            "completion_tokens": attempt.completion_tokens,
            "told": _documents(attempt.told),
            "conforms": attempt.conforms,
            "created_at": attempt.created_at,
        }
        statement = upsert(self._connection, RepairAttemptRow, ("repair_id", "position"))
        found = await self._connection.execute(statement.returning(RepairAttemptRow.position), values)
        return found.scalar_one_or_none() is not None

    async def tell(self, repair_id: str, position: int, told: Sequence[Example], conforms: bool | None) -> None:
        """Note whether an attempt agreed with its examples, and what was told after it."""
        place = (RepairAttemptRow.repair_id == repair_id, RepairAttemptRow.position == position)
        await self._connection.execute(
            update(RepairAttemptRow).where(*place).values(told=_documents(told), conforms=conforms)
        )

    async def recorded(self, wanted: RepairFilter, after: str | None, limit: int) -> Sequence[RecordedRepair]:
        """Sessions that the filter takes, in order of their ids, after the session ``after``."""
        query = _filtered(wanted).order_by(RepairRow.id).limit(limit)
        if after is not None:
            query = query.where(RepairRow.id > after)
        repairs = [_repair(row) for row in await self._connection.execute(query)]
        if wanted.verifier is not None:
            repairs = [repair for repair in repairs if wanted.verifier in repair.verifiers]
        attempts = await self._recorded_attempts([repair.id for repair in repairs])
        return [RecordedRepair(repair, tuple(attempts.get(repair.id, ()))) for repair in repairs]

    async def _recorded_attempts(self, repair_ids: Sequence[str]) -> Mapping[str, list[RecordedAttempt]]:
        """Attempts with their checks, by session, in three queries."""
        query = (
            select(RepairAttemptRow, CandidateRow.code_hash)
            .join(CandidateRow, CandidateRow.id == RepairAttemptRow.candidate_id)
            .where(RepairAttemptRow.repair_id.in_(repair_ids))
            .order_by(RepairAttemptRow.repair_id, RepairAttemptRow.position)
        )
        rows = list(await self._connection.execute(query))
        verifications = [row.verification_id for row in rows]
        checks = await self._checks(verifications)
        findings = await self._findings(verifications)
        found: dict[str, list[RecordedAttempt]] = {}
        for row in rows:
            own = checks.get(row.verification_id, {})
            asked = frozenset(findings.get(row.verification_id, ())) if own else None
            found.setdefault(row.repair_id, []).append(RecordedAttempt(_attempt(row), row.code_hash, own, asked))
        return found

    async def _checks(self, verification_ids: Sequence[str]) -> Mapping[str, dict[str, RecordedCheck]]:
        columns = (CheckRow.verification_id, CheckRow.verifier, CheckRow.verdict, CheckRow.failure, CheckRow.reason)
        query = select(*columns).where(CheckRow.verification_id.in_(verification_ids)).order_by(CheckRow.id)
        found: dict[str, dict[str, RecordedCheck]] = {}
        for row in await self._connection.execute(query):
            verdict = None if row.verdict is None else Verdict(row.verdict)
            kind = None if verdict is None else error_class(verdict, Detail(reason=row.reason))
            failure = None if row.failure is None else Failure(row.failure)
            found.setdefault(row.verification_id, {})[row.verifier] = RecordedCheck(verdict, failure, kind)
        return found

    async def _findings(self, verification_ids: Sequence[str]) -> Mapping[str, set[str]]:
        columns = (FindingRow.verification_id, FindingRow.tool, FindingRow.rule)
        found: dict[str, set[str]] = {}
        for row in await self._connection.execute(
            select(*columns).where(FindingRow.verification_id.in_(verification_ids))
        ):
            found.setdefault(row.verification_id, set()).add(f"{row.tool} {row.rule}")
        return found


def _repairs() -> Select[Any]:
    found = select(RepairRow, TaskRow.id.label("task_id")).join(TaskRow, TaskRow.key == RepairRow.task_key)
    return cast(Select[Any], found)


def _filtered(wanted: RepairFilter) -> Select[Any]:
    query = _repairs()
    if wanted.model is not None:
        query = query.where(RepairRow.model == wanted.model)
    if wanted.task_set is not None:
        query = query.where(TaskRow.set_name == wanted.task_set)
    if wanted.disclosure is not None:
        query = query.where(RepairRow.disclosure == wanted.disclosure.value)
    if wanted.mode is not None:
        query = query.where(RepairRow.mode == wanted.mode.value)
    if wanted.oracle is not None:
        query = query.where(RepairRow.oracle == wanted.oracle)
    return query


def _repair(row: AnyRow) -> Repair:
    return Repair(
        row.id, row.task_id, row.task_key, row.model, tuple(row.verifiers), row.oracle, Disclosure(row.disclosure),
        row.budget_tokens, row.max_rounds, RepairMode(row.mode), _examples(row.examples), LimitValues.of(row.limits),
        row.key_id, row.created_at,
    )  # fmt: skip


def _attempt(row: AnyRow) -> RepairAttempt:
    return RepairAttempt(
        row.repair_id, row.position, row.verification_id, row.candidate_id, row.created_at,
        row.prompt_tokens, row.completion_tokens, _examples(row.told), row.conforms,
    )  # fmt: skip


def _documents(examples: Sequence[Example]) -> list[dict[str, Any]]:
    return [storable_json(asdict(example)) for example in examples]


def _examples(documents: Sequence[Mapping[str, Any]]) -> tuple[Example, ...]:
    return tuple(Example(**document) for document in documents)
