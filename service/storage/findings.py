"""Findings by rule: so that candidates can be selected by what analysers found in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.check import Finding
from service.domain.ports import Recording
from service.storage.models import FindingRow
from service.storage.text import storable
from service.storage.types import AnyRow


async def record_findings(connection: AsyncConnection, items: Sequence[tuple[Recording, AnyRow]]) -> None:
    """Store which rules were broken; a reused judgement brings the findings of the check that it was made for.

    Args:
        connection: Within the recording's transaction, after the checks themselves.
        items: What was recorded, each with the row of its check (``id``, ``verification_id``, ``run_id``).
    """
    rows = []
    for item, check in items:
        if item.judgement is not None and item.source_id is None:
            rows += [{**_of(check), **values} for values in _by_rule(item.judgement.evidence.findings)]
    if rows:
        await connection.execute(insert(FindingRow), rows)
    reused = [(item.source_id, check) for item, check in items if item.source_id is not None]
    if reused:
        await _copy(connection, reused)


async def _copy(connection: AsyncConnection, reused: Sequence[tuple[str, AnyRow]]) -> None:
    query = select(*FindingRow.__table__.columns).where(FindingRow.check_id.in_({source for source, _ in reused}))
    found: dict[str, list[dict[str, Any]]] = {}
    for row in await connection.execute(query):
        values = {"tool": row.tool, "rule": row.rule, "level": row.level, "cwe": row.cwe, "count": row.count}
        found.setdefault(row.check_id, []).append(values)
    rows = [{**_of(check), **values} for source, check in reused for values in found.get(source, ())]
    if rows:
        await connection.execute(insert(FindingRow), rows)


def _of(check: AnyRow) -> dict[str, Any]:
    return {"check_id": check.id, "verification_id": check.verification_id, "run_id": check.run_id}


def _by_rule(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """One row per rule, with how often it was broken and the first finding's level."""
    first: dict[tuple[str, str], Finding] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        key = (storable(finding.tool, 40) or "", storable(finding.rule, 80) or "")
        first.setdefault(key, finding)
        counts[key] += 1
    return [
        {
            "tool": tool,
            "rule": rule,
            "level": storable(finding.level, 20),
            "cwe": finding.cwe,
            "count": counts[tool, rule],
        }
        for (tool, rule), finding in first.items()
    ]
