"""Checks that nobody runs: verdicts from outside, and combinations of what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.check import Evidence, Judgement
from service.domain.definition import Definition
from service.domain.derivation import derive
from service.domain.ids import new_id
from service.domain.ports import DerivedBatch, ExternalCheck, ExternalPlace
from service.domain.verdict import State, Verdict
from service.storage.evidence import pack_evidence
from service.storage.finishing import Finisher, check_facts, parts_of, told_values
from service.storage.models import CandidateRow, CheckRow, EvidenceRow, VerificationRow
from service.storage.types import AnyRow
from service.storage.verifications import FINAL


class SqlVerdicts:
    """``VerdictStore`` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def places(self, candidate_ids: Sequence[str]) -> Mapping[str, ExternalPlace]:
        """Where these candidates' checks belong; unknown candidates are left out. Locks their verifications."""
        query = (
            select(VerificationRow.id, VerificationRow.candidate_id, VerificationRow.key_id)
            .where(VerificationRow.candidate_id.in_(candidate_ids))
            .order_by(VerificationRow.id)
            .with_for_update()
        )
        return {row.candidate_id: ExternalPlace(row.id, row.key_id) for row in await self._connection.execute(query)}

    async def known(self, definition: Definition, candidate_ids: Sequence[str]) -> Mapping[str, ExternalCheck]:
        """What that version said of these candidates before."""
        query = select(CheckRow.candidate_id, CheckRow.verdict, CheckRow.score).where(
            CheckRow.candidate_id.in_(candidate_ids), CheckRow.definition_key == definition.key
        )
        return {
            row.candidate_id: ExternalCheck(
                row.candidate_id, None if row.verdict is None else row.verdict == Verdict.ACCEPTED.value, row.score
            )
            for row in await self._connection.execute(query)
        }

    async def add_external(self, definition: Definition, items: Sequence[ExternalCheck], now: datetime) -> None:
        """Store verdicts from outside as final checks of candidates that have none of that version yet."""
        if not items:
            return
        wanted = [item.candidate_id for item in items]
        rows = await self._verifications(VerificationRow.candidate_id.in_(wanted))
        of = {row.candidate_id: row for row in rows}
        made = [(_final_check(of[item.candidate_id], definition, now), item) for item in items]
        for values, item in made:
            accepted = Verdict.ACCEPTED if item.accepted else Verdict.REJECTED
            values["verdict"] = None if item.accepted is None else accepted
            values["score"] = item.score
        await self._connection.execute(insert(CheckRow), [values for values, _ in made])
        evidence = [_said(values["id"], item.evidence) for values, item in made if item.evidence]
        if evidence:
            await self._connection.execute(insert(EvidenceRow), evidence)
        await Finisher(self._connection).refresh_profiles([row.id for row in rows])

    async def derive(self, definition: Definition, run_id: str, after: str, limit: int, now: datetime) -> DerivedBatch:
        """Store a combination's checks of a run's next final candidates that have none of that version yet."""
        rows = await self._verifications(
            VerificationRow.run_id == run_id, VerificationRow.id > after, VerificationRow.state.in_(FINAL), limit=limit
        )
        if not rows:
            return DerivedBatch(None, 0, 0)
        facts = await check_facts(self._connection, [row.id for row in rows])
        combination = definition.combination()
        leaves = frozenset(combination.leaves())
        made: list[tuple[dict[str, Any], Judgement]] = []
        undecided = 0
        for row in rows:
            if any(fact.definition_key == definition.key for fact in facts[row.id]):
                continue
            judgement = derive(combination, parts_of(facts[row.id]))
            if judgement is None:
                undecided += 1
                continue
            values = _final_check(row, definition, now)
            values["hidden"] = any(fact.hidden and fact.verifier in leaves for fact in facts[row.id])
            values |= {"verdict": judgement.verdict, "failure": judgement.failure, "score": judgement.score}
            values["state"] = State.FAILED.value if judgement.failure else State.COMPLETED.value
            made.append((values, judgement))
        if made:
            await self._connection.execute(insert(CheckRow), [values for values, _ in made])
            told = [told_values(values["id"], judgement) for values, judgement in made]
            await self._connection.execute(insert(EvidenceRow), told)
            names = [values["verification_id"] for values, _ in made]
            await Finisher(self._connection).refresh_profiles(names)
        return DerivedBatch(rows[-1].id, len(made), undecided)

    async def _verifications(self, *wanted: Any, limit: int | None = None) -> Sequence[AnyRow]:
        """The wanted verifications, locked, with the place after their last check."""
        last = select(func.max(CheckRow.position)).where(CheckRow.verification_id == VerificationRow.id)
        query = (
            select(
                VerificationRow.id,
                VerificationRow.candidate_id,
                VerificationRow.run_id,
                CandidateRow.task_key,
                last.scalar_subquery().label("last"),
            )
            .join(CandidateRow, CandidateRow.id == VerificationRow.candidate_id)
            .where(*wanted)
            .order_by(VerificationRow.id)
            .limit(limit)
            .with_for_update(of=VerificationRow)
        )
        return (await self._connection.execute(query)).all()


def _final_check(row: AnyRow, definition: Definition, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id("chk"),
        "verification_id": row.id,
        "candidate_id": row.candidate_id,
        "run_id": row.run_id,
        "task_key": row.task_key,
        "position": (row.last or 0) + 1,
        "verifier": definition.name,
        "verifier_version": definition.version,
        "definition_key": definition.key,
        "hidden": False,
        "state": State.COMPLETED.value,
        "failure": None,
        "priority": 0,
        "candidate_equality": False,
        "attempt": 0,
        "losses": 0,
        "cases_total": 0,
        "cases_passed": 0,
        "created_at": now,
        "finished_at": now,
    }


def _said(check_id: str, text: str) -> dict[str, Any]:
    return {"check_id": check_id, "document": pack_evidence(Evidence(message=text)), "stdout": b"", "stderr": b""}
