"""Candidates and verifications in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.candidate import Candidate
from service.domain.check import Check, Disclosure, Evidence, Usage
from service.domain.ports import NewVerification, StoredVerification
from service.domain.requests import Environment, Isolation, LimitValues
from service.domain.verdict import Detail, Failure, State, Verdict
from service.domain.verification import Verification, add_up
from service.storage.evidence import unpack_evidence
from service.storage.models import CandidateRow, CheckRow, EnvironmentRow, EvidenceRow, TaskRow, VerificationRow
from service.storage.text import storable, storable_json
from service.storage.types import AnyRow

FINAL = (State.COMPLETED.value, State.FAILED.value, State.CANCELLED.value)


class SqlVerifications:
    """``VerificationStore`` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def add(self, items: Sequence[NewVerification]) -> None:
        """Store candidates and queue their checks."""
        if not items:
            return
        await self._connection.execute(insert(CandidateRow), [_candidate_values(item) for item in items])
        await self._connection.execute(insert(VerificationRow), [_verification_values(item) for item in items])
        checks = [values for item in items for values in _check_values(item)]
        await self._connection.execute(insert(CheckRow), checks)

    async def get(self, verification_id: str, *, evidence: bool = True) -> StoredVerification | None:
        """One verification with its checks."""
        found = await self._read(_ONE, evidence, {"b_id": verification_id})
        return found[0] if found else None

    async def is_final(self, verification_id: str) -> bool | None:
        """Whether nothing more will happen; None if it does not exist."""
        state = (await self._connection.execute(_STATE, {"b_id": verification_id})).scalar()
        return None if state is None else state in FINAL

    async def page(
        self, *, run_id: str | None, before: str | None, limit: int, evidence: bool = False
    ) -> Sequence[StoredVerification]:
        """Verifications, newest first, older than ``before``; of one run if ``run_id`` is given."""
        query = _verifications().order_by(VerificationRow.id.desc()).limit(limit)
        if run_id is not None:
            query = query.where(VerificationRow.run_id == run_id)
        if before is not None:
            query = query.where(VerificationRow.id < before)
        return await self._read(query, evidence)

    async def in_flight(self, key_id: str) -> int:
        """Verifications of a key outside runs that are not final."""
        query = select(func.count()).where(
            VerificationRow.key_id == key_id,
            VerificationRow.state.in_((State.QUEUED.value, State.RUNNING.value)),
            VerificationRow.run_id.is_(None),
        )
        return (await self._connection.execute(query)).scalar_one()

    async def candidate(self, candidate_id: str) -> Candidate | None:
        """One candidate."""
        query = select(*CandidateRow.__table__.columns, TaskRow.id.label("task_id"))
        query = query.join(TaskRow, TaskRow.key == CandidateRow.task_key).where(CandidateRow.id == candidate_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else read_candidate(row)

    async def _read(
        self, query: Select[Any], evidence: bool, values: Mapping[str, Any] | None = None
    ) -> list[StoredVerification]:
        rows = (await self._connection.execute(query, values or {})).all()
        checks = await self._checks([row.id for row in rows], evidence)
        places = {check.environment for found in checks.values() for check in found if check.environment}
        environments = await self._environments(sorted(places))
        return [_stored(row, checks.get(row.id, []), environments) for row in rows]

    async def _checks(self, verification_ids: Sequence[str], evidence: bool) -> dict[str, list[Check]]:
        found: dict[str, list[Check]] = {}
        query = _CHECKS_WITH_EVIDENCE if evidence else _CHECKS
        for row in await self._connection.execute(query, {"b_ids": list(verification_ids)}):
            found.setdefault(row.verification_id, []).append(_check(row, evidence))
        return found

    async def _environments(self, fingerprints: Sequence[str]) -> dict[str, Environment]:
        if not fingerprints:
            return {}
        rows = await self._connection.execute(_ENVIRONMENTS, {"b_fingerprints": list(fingerprints)})
        return {
            row.fingerprint: Environment(row.fingerprint, row.backend, "", row.python, row.image, tuple(row.features))
            for row in rows
        }


def read_candidate(row: AnyRow) -> Candidate:
    """A candidate from its columns and ``task_id``."""
    return Candidate(
        id=row.id,
        task_id=row.task_id,
        task_key=row.task_key,
        code=row.code,
        code_hash=row.code_hash,
        model=row.model,
        sample_index=row.sample_index,
        parent=row.parent,
        run_id=row.run_id,
        notes=tuple(row.notes),
        metadata=row.metadata,
        created_at=row.created_at,
    )


def read_detail(row: AnyRow) -> Detail:
    """A verdict's detail from a check's columns."""
    return Detail(row.reason, row.clock, row.limit, row.rule, row.signal, row.phase, row.candidate_equality)


def _verifications() -> Select[Any]:
    return (
        select(
            *VerificationRow.__table__.columns,
            TaskRow.id.label("task_id"),
            CandidateRow.model,
            CandidateRow.sample_index,
            CandidateRow.notes,
        )
        .join(CandidateRow, CandidateRow.id == VerificationRow.candidate_id)
        .join(TaskRow, TaskRow.key == CandidateRow.task_key)
    )


_ONE = _verifications().where(VerificationRow.id == bindparam("b_id"))
_STATE = select(VerificationRow.state).where(VerificationRow.id == bindparam("b_id"))
_OF_THESE = CheckRow.verification_id.in_(bindparam("b_ids", expanding=True))
_CHECKS = select(*CheckRow.__table__.columns).where(_OF_THESE).order_by(CheckRow.position)
_CHECKS_WITH_EVIDENCE = (
    select(*CheckRow.__table__.columns, EvidenceRow.document, EvidenceRow.stdout, EvidenceRow.stderr)
    .outerjoin(EvidenceRow, EvidenceRow.check_id == func.coalesce(CheckRow.source_id, CheckRow.id))
    .where(_OF_THESE)
    .order_by(CheckRow.position)
)
_ENVIRONMENTS = select(EnvironmentRow).where(
    EnvironmentRow.fingerprint.in_(bindparam("b_fingerprints", expanding=True))
)


def _stored(row: AnyRow, checks: list[Check], environments: Mapping[str, Environment]) -> StoredVerification:
    state = State(row.state)
    if not state.final:
        state = add_up([(check.verifier, check.state, None, None) for check in checks], ()).state
        state = State.RUNNING if state.final else state
    fingerprint = next((check.environment for check in checks if check.environment), None)
    environment = environments.get(fingerprint) if fingerprint else None
    verification = Verification(
        id=row.id,
        candidate_id=row.candidate_id,
        task_id=row.task_id,
        run_id=row.run_id,
        state=state,
        verdict=Verdict(row.verdict) if row.verdict else None,
        failure=Failure(row.failure) if row.failure else None,
        required=tuple(row.required),
        checks=tuple(checks),
        isolation=Isolation(row.isolation),
        model=row.model,
        sample_index=row.sample_index,
        environment=replace(environment, isolation=row.isolation) if environment else None,
        notes=tuple(row.notes),
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
    limits = LimitValues.of(row.limits)
    return StoredVerification(verification, Disclosure(row.disclosure), row.key_id, limits=limits)


def _check(row: AnyRow, evidence: bool) -> Check:
    found = Evidence(cases_total=row.cases_total, cases_passed=row.cases_passed)
    if evidence and row.document is not None:
        found = unpack_evidence(row.document, row.stdout, row.stderr, row.cases_total, row.cases_passed)
    return Check(
        id=row.id,
        verification_id=row.verification_id,
        candidate_id=row.candidate_id,
        verifier=row.verifier,
        verifier_version=row.verifier_version,
        state=State(row.state),
        attempt=row.attempt,
        verdict=Verdict(row.verdict) if row.verdict else None,
        failure=Failure(row.failure) if row.failure else None,
        detail=read_detail(row),
        score=row.score,
        cached=row.source_id is not None,
        hidden=row.hidden,
        evidence=found,
        usage=Usage(row.cpu_ms, row.wall_ms, row.memory_peak_bytes),
        environment=row.environment or "",
    )


def _candidate_values(item: NewVerification) -> dict[str, Any]:
    candidate = item.candidate
    return {
        "id": candidate.id,
        "task_key": candidate.task_key,
        "run_id": candidate.run_id,
        "model": storable(candidate.model),
        "sample_index": candidate.sample_index,
        "parent": storable(candidate.parent),
        "code": candidate.code,
        "code_hash": candidate.code_hash,
        "notes": list(candidate.notes),
        "metadata": storable_json(candidate.metadata),
        "created_at": item.created_at,
    }


def _verification_values(item: NewVerification) -> dict[str, Any]:
    return {
        "id": item.id,
        "candidate_id": item.candidate.id,
        "run_id": item.candidate.run_id,
        "task_key": item.candidate.task_key,
        "key_id": item.key_id,
        "state": State.QUEUED.value,
        "required": list(item.required),
        "limits": item.limits.given(),
        "isolation": item.isolation.value,
        "cache": item.cache.value,
        "disclosure": item.disclosure.value,
        "created_at": item.created_at,
    }


def _check_values(item: NewVerification) -> list[dict[str, Any]]:
    return [
        {
            "id": check.id,
            "verification_id": item.id,
            "candidate_id": item.candidate.id,
            "run_id": item.candidate.run_id,
            "task_key": item.candidate.task_key,
            "position": position,
            "verifier": check.verifier,
            "verifier_version": check.verifier_version,
            "definition_key": check.definition_key,
            "hidden": check.hidden,
            "state": State.QUEUED.value,
            "priority": item.priority,
            "created_at": item.created_at,
        }
        for position, check in enumerate(item.checks)
    ]
