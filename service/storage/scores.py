"""Scores beside the profiles of their candidates: what curves and thresholds are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from service.storage.models import ScoreRow
from service.storage.types import AnyRow


async def record_scores(
    connection: AsyncConnection,
    verifications: Sequence[AnyRow],
    profile_keys: Mapping[str, int],
    scores: Mapping[str, Mapping[str, float]],
) -> None:
    """Store the scores of candidates of runs, in the transaction that gave them their profiles.

    Args:
        connection: Within the transaction.
        verifications: Final ones that have no scores stored yet, with ``id``, ``run_id`` and ``task_key``.
        profile_keys: Profile of each.
        scores: Of each, verifier → score.
    """
    values = [
        {
            "verification_id": row.id,
            "verifier": verifier,
            "run_id": row.run_id,
            "task_key": row.task_key,
            "profile_key": profile_keys[row.id],
            "score": score,
        }
        for row in verifications
        if row.run_id is not None
        for verifier, score in scores[row.id].items()
    ]
    if values:
        await connection.execute(insert(ScoreRow), values)


async def forget_scores(connection: AsyncConnection, verification_ids: Sequence[str]) -> None:
    """Take the scores of these verifications away, before they are stored anew."""
    await connection.execute(delete(ScoreRow).where(ScoreRow.verification_id.in_(verification_ids)))
