"""Evidence as a compressed JSON document, and what the sandbox found about tasks."""

from __future__ import annotations

import dataclasses
import json
import zlib
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.check import CaseResult, Counterexample, Evidence, Finding
from service.domain.requests import Environment
from service.storage.models import EnvironmentRow, ExpectationRow
from service.storage.upsert import upsert


def pack_evidence(evidence: Evidence) -> bytes:
    """Everything but the counts and the captured output, as bytes."""
    document: dict[str, Any] = {
        "message": evidence.message,
        "cases": [_without_defaults(case) for case in evidence.cases],
        "findings": [_without_defaults(finding) for finding in evidence.findings],
    }
    if evidence.metrics:
        document["metrics"] = dict(evidence.metrics)
    if evidence.counterexample is not None:
        document["counterexample"] = _without_defaults(evidence.counterexample)
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 1)


def unpack_evidence(document: bytes, stdout: bytes, stderr: bytes, total: int, passed: int) -> Evidence:
    """The inverse of ``pack_evidence`` with what stands in columns."""
    content: dict[str, Any] = {"message": "", "cases": [], "findings": []}
    if document:
        content = json.loads(zlib.decompress(document))
    return Evidence(
        cases_total=total,
        cases_passed=passed,
        cases=tuple(CaseResult(**case) for case in content["cases"]),
        findings=tuple(Finding(**finding) for finding in content["findings"]),
        metrics=content.get("metrics", {}),
        counterexample=Counterexample(**content["counterexample"]) if "counterexample" in content else None,
        stdout=stdout,
        stderr=stderr,
        message=content["message"],
    )


def _without_defaults(item: CaseResult | Finding | Counterexample) -> dict[str, Any]:
    defaults = {field.name: field.default for field in dataclasses.fields(item)}
    return {name: value for name, value in dataclasses.asdict(item).items() if value != defaults[name]}


class SqlEvidence:
    """``EvidenceStore`` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def expectations(self, reference_hash: str, inputs_hash: str, environment: str) -> bytes | None:
        """Stored expected values."""
        query = select(ExpectationRow.document).where(
            ExpectationRow.reference_hash == reference_hash,
            ExpectationRow.inputs_hash == inputs_hash,
            ExpectationRow.environment == environment,
        )
        return (await self._connection.execute(query)).scalar()

    async def save_expectations(
        self, reference_hash: str, inputs_hash: str, environment: str, document: bytes, now: datetime
    ) -> None:
        """Store expected values; the first writer wins."""
        unique = ("reference_hash", "inputs_hash", "environment")
        values = {
            "reference_hash": reference_hash,
            "inputs_hash": inputs_hash,
            "environment": environment,
            "document": document,
            "created_at": now,
        }
        await self._connection.execute(upsert(self._connection, ExpectationRow, unique), values)

    async def save_environment(self, environment: Environment, now: datetime) -> None:
        """Store what a fingerprint stands for; idempotent."""
        values = {
            "fingerprint": environment.fingerprint,
            "backend": environment.backend,
            "python": environment.python,
            "image": environment.image,
            "features": list(environment.features),
            "created_at": now,
        }
        await self._connection.execute(upsert(self._connection, EnvironmentRow, ("fingerprint",)), values)
