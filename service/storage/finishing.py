"""What follows once checks are recorded: checks of combinations, the verification's own verdict, its profile.

All of it is written in the transaction that recorded the checks, so that no figure ever needs to catch up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.check import Judgement
from service.domain.derivation import Part, derive
from service.domain.profile import VERSION_MARK, Profile, digest_of, encode_profile, outcome
from service.domain.verdict import Detail, Failure, State, Verdict
from service.domain.verification import Whole, add_up
from service.storage.definitions import definitions_by_key
from service.storage.evidence import pack_evidence
from service.storage.models import CheckRow, EvidenceRow, ProfileRow, VerificationRow
from service.storage.scores import forget_scores, record_scores
from service.storage.types import AnyRow
from service.storage.upsert import upsert
from service.storage.verifications import FINAL

_NO_VERDICT = Judgement(None, Failure.INFRASTRUCTURE_ERROR)


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """The columns of a check that others follow from."""

    id: str
    verifier: str
    version: str
    definition_key: int | None
    state: State
    verdict: Verdict | None
    failure: Failure | None
    reason: str | None
    score: float | None
    hidden: bool

    def judged(self, judgement: Judgement) -> CheckFacts:
        """The same check with its judgement."""
        state = State.FAILED if judgement.failure else State.COMPLETED
        return replace(self, state=state, verdict=judgement.verdict, failure=judgement.failure, score=judgement.score)


async def check_facts(connection: AsyncConnection, verification_ids: Sequence[str]) -> dict[str, list[CheckFacts]]:
    """All checks of these verifications, in order."""
    found: dict[str, list[CheckFacts]] = {name: [] for name in verification_ids}
    for row in await connection.execute(_FACTS, {"b_ids": list(verification_ids)}):
        found[row.verification_id].append(_facts(row))
    return found


_FACTS = (
    select(
        CheckRow.id, CheckRow.verification_id, CheckRow.verifier, CheckRow.verifier_version, CheckRow.definition_key,
        CheckRow.state, CheckRow.verdict, CheckRow.failure, CheckRow.reason, CheckRow.score, CheckRow.hidden,
    )
    .where(CheckRow.verification_id.in_(bindparam("b_ids", expanding=True)))
    .order_by(CheckRow.position)
)  # fmt: skip


def _facts(row: AnyRow) -> CheckFacts:
    return CheckFacts(
        id=row.id,
        verifier=row.verifier,
        version=row.verifier_version,
        definition_key=row.definition_key,
        state=State(row.state),
        verdict=Verdict(row.verdict) if row.verdict else None,
        failure=Failure(row.failure) if row.failure else None,
        reason=row.reason,
        score=row.score,
        hidden=row.hidden,
    )


def profile_of(checks: Iterable[CheckFacts]) -> Profile:
    """What all verifiers said; of several versions of one verifier the newest stands under its bare name."""
    profile: dict[str, str] = {}
    for check in sorted(checks, key=lambda check: check.definition_key or 0):
        found = outcome(check.state, check.verdict, check.failure, Detail(reason=check.reason))
        profile[check.verifier] = found
        if check.definition_key is not None:
            profile[f"{check.verifier}{VERSION_MARK}{check.version}"] = found
    return profile


def newest_scores(checks: Iterable[CheckFacts]) -> dict[str, float]:
    """Verifier → the score that its newest version gave; a version without one hides those before it."""
    found = {check.verifier: check.score for check in sorted(checks, key=lambda check: check.definition_key or 0)}
    return {name: score for name, score in found.items() if score is not None}


def parts_of(checks: Iterable[CheckFacts]) -> dict[str, Part]:
    """What combinations are made from: the newest version's final check of each verifier."""
    ordered = sorted(checks, key=lambda check: check.definition_key or 0)
    return {check.verifier: Part(check.verdict, check.failure, check.score) for check in ordered if check.state.final}


async def intern_profiles(connection: AsyncConnection, profiles: Iterable[Profile]) -> dict[str, int]:
    """Encoded profile → storage key; new ones are stored."""
    texts = {digest_of(text): text for text in {encode_profile(profile) for profile in profiles}}
    known = await _profile_keys(connection, texts)
    # In order, so that two workers who store the same new profiles do not wait in a circle.
    missing = [{"digest": digest, "document": texts[digest]} for digest in sorted(texts) if digest not in known]
    if missing:
        await connection.execute(upsert(connection, ProfileRow, ("digest",)), missing)
        known = await _profile_keys(connection, texts)
    return {text: known[digest] for digest, text in texts.items()}


async def _profile_keys(connection: AsyncConnection, digests: Iterable[str]) -> dict[str, int]:
    found = await connection.execute(_PROFILE_KEYS, {"b_digests": list(digests)})
    return {row.digest: row.key for row in found}


_PROFILE_KEYS = select(ProfileRow.digest, ProfileRow.key).where(
    ProfileRow.digest.in_(bindparam("b_digests", expanding=True))
)


class Finisher:
    """Draws the conclusions from recorded checks, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def finish(self, verification_ids: Sequence[str], now: datetime) -> tuple[tuple[str, str | None], ...]:
        """Make verifications final whose checks all are; returns (verification id, run id) of each."""
        if not verification_ids:
            return ()
        locked = await self._connection.execute(_OPEN, {"b_ids": list(verification_ids)})
        wholes = {row.id: row for row in locked}
        checks = await check_facts(self._connection, list(wholes))
        await self._derive(checks, now)
        added = {name: _add_up(rows, wholes[name].required) for name, rows in checks.items()}
        final = {name: whole for name, whole in added.items() if whole.state.final}
        if final:
            profiles = {name: profile_of(checks[name]) for name in final}
            keys = await intern_profiles(self._connection, profiles.values())
            values = [
                {
                    "b_id": name,
                    "state": whole.state,
                    "verdict": whole.verdict,
                    "failure": whole.failure,
                    "profile_key": keys[encode_profile(profiles[name])],
                    "finished_at": now,
                }
                for name, whole in final.items()
            ]
            await self._connection.execute(_FINISH, values)
            await record_scores(
                self._connection,
                [wholes[name] for name in final],
                {name: keys[encode_profile(profile)] for name, profile in profiles.items()},
                {name: newest_scores(checks[name]) for name in final},
            )
        return tuple((name, wholes[name].run_id) for name in final)

    async def refresh_profiles(self, verification_ids: Sequence[str]) -> None:
        """Write the profiles of final verifications anew, whose checks became more."""
        query = select(VerificationRow.id, VerificationRow.run_id, VerificationRow.task_key).where(
            VerificationRow.id.in_(verification_ids), VerificationRow.state.in_(FINAL)
        )
        rows = (await self._connection.execute(query)).all()
        if not rows:
            return
        checks = await check_facts(self._connection, [row.id for row in rows])
        profiles = {name: profile_of(facts) for name, facts in checks.items()}
        keys = await intern_profiles(self._connection, profiles.values())
        values = [{"b_id": name, "profile_key": keys[encode_profile(found)]} for name, found in profiles.items()]
        await self._connection.execute(_PROFILE, values)
        await forget_scores(self._connection, list(checks))
        await record_scores(
            self._connection,
            rows,
            {name: keys[encode_profile(profile)] for name, profile in profiles.items()},
            {name: newest_scores(facts) for name, facts in checks.items()},
        )

    async def _derive(self, checks: Mapping[str, list[CheckFacts]], now: datetime) -> None:
        """Judge the combinations whose parts are all final, here and in ``checks``."""
        waiting = {
            name: rows
            for name, rows in checks.items()
            if any(_is_derived(row) and not row.state.final for row in rows)
            and all(row.state.final for row in rows if not _is_derived(row))
        }
        keys = {row.definition_key for rows in waiting.values() for row in rows if row.definition_key is not None}
        definitions = await definitions_by_key(self._connection, sorted(keys))
        judged: list[tuple[str, Judgement]] = []
        for rows in waiting.values():
            parts = parts_of(rows)
            for index, row in enumerate(rows):
                if _is_derived(row) and not row.state.final:
                    judgement = derive(definitions[_key(row)].combination(), parts) or _NO_VERDICT
                    rows[index] = row.judged(judgement)
                    judged.append((row.id, judgement))
        if judged:
            await self._connection.execute(_DERIVED, [derived_values(name, found, now) for name, found in judged])
            await self._connection.execute(insert(EvidenceRow), [told_values(name, found) for name, found in judged])


def _is_derived(check: CheckFacts) -> bool:
    return check.definition_key is not None


def _key(check: CheckFacts) -> int:
    assert check.definition_key is not None
    return check.definition_key


def derived_values(check_id: str, judgement: Judgement, now: datetime) -> dict[str, Any]:
    """The columns of a derived check's judgement."""
    return {
        "b_id": check_id,
        "state": State.FAILED.value if judgement.failure else State.COMPLETED.value,
        "verdict": judgement.verdict,
        "failure": judgement.failure,
        "score": judgement.score,
        "finished_at": now,
    }


def told_values(check_id: str, judgement: Judgement) -> dict[str, Any]:
    """The evidence row of a judgement that has but words."""
    return {"check_id": check_id, "document": pack_evidence(judgement.evidence), "stdout": b"", "stderr": b""}


def _add_up(checks: Sequence[CheckFacts], required: Sequence[str]) -> Whole:
    return add_up([(check.verifier, check.state, check.verdict, check.failure) for check in checks], required)


# Locked in order, so that two workers who record checks of one verification see each other's.
_OPEN = (
    select(VerificationRow.id, VerificationRow.run_id, VerificationRow.task_key, VerificationRow.required)
    .where(VerificationRow.id.in_(bindparam("b_ids", expanding=True)), VerificationRow.state.not_in(FINAL))
    .order_by(VerificationRow.id)
    .with_for_update()
)
_FINISH = (
    update(VerificationRow.__table__)  # type: ignore[arg-type]  # a mapped class's table is a Table
    .where(VerificationRow.__table__.c.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in ("state", "verdict", "failure", "profile_key", "finished_at")})
)
_PROFILE = (
    update(VerificationRow.__table__)  # type: ignore[arg-type]  # a mapped class's table is a Table
    .where(VerificationRow.__table__.c.id == bindparam("b_id"))
    .values(profile_key=bindparam("profile_key"))
)
_DERIVED = (
    update(CheckRow.__table__)  # type: ignore[arg-type]  # a mapped class's table is a Table
    .where(CheckRow.__table__.c.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in ("state", "verdict", "failure", "score", "finished_at")})
)
