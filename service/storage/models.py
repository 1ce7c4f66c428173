"""The schema. Documents, code and captured output are bytes; enum values are their lower-case names.

Checks are narrow, because every figure of a run is one aggregate over them; what a verdict rests on stands
in ``evidence``, which only single checks are read with.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from service.storage.types import UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every row."""

    metadata = MetaData(naming_convention=NAMING)


class TaskSetRow(Base):
    """A task set."""

    __tablename__ = "task_sets"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[str] = mapped_column(String(200))
    licence: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TaskRow(Base):
    """One version of a task. Rows never change but for ``current``, ``position`` and what does not judge."""

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("id", "version"),
        Index("ix_tasks_set_position", "set_name", "current", "position"),
    )

    key: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(400))
    version: Mapped[str] = mapped_column(String(64))
    set_name: Mapped[str] = mapped_column(ForeignKey("task_sets.name"))
    local: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(Integer)
    current: Mapped[bool] = mapped_column(Boolean)
    entry_point: Mapped[str | None] = mapped_column(Text)
    prompt: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(JSON)
    document: Mapped[bytes] = mapped_column(LargeBinary)


class SuiteRow(Base):
    """A suite of one version of a task."""

    __tablename__ = "suites"

    task_key: Mapped[int] = mapped_column(ForeignKey("tasks.key"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    version: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    cases: Mapped[int] = mapped_column(Integer)
    hidden: Mapped[bool] = mapped_column(Boolean)
    document: Mapped[bytes] = mapped_column(LargeBinary)


class RunRow(Base):
    """A run."""

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(Text)
    task_set: Mapped[str] = mapped_column(ForeignKey("task_sets.name"))
    verifiers: Mapped[list[str]] = mapped_column(JSON)
    required: Mapped[list[str]] = mapped_column(JSON)
    limits: Mapped[dict[str, float]] = mapped_column(JSON)
    isolation: Mapped[str] = mapped_column(String(20))
    cache: Mapped[str] = mapped_column(String(20))
    disclosure: Mapped[str] = mapped_column(String(20))
    key_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CandidateRow(Base):
    """A candidate."""

    __tablename__ = "candidates"
    __table_args__ = (
        Index("ix_candidates_run", "run_id", "id"),
        Index("ix_candidates_task", "task_key", "code_hash"),
        Index(
            "ix_candidates_repairs",
            "run_id",
            "id",
            sqlite_where=text("parent IS NOT NULL"),
            postgresql_where=text("parent IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    task_key: Mapped[int] = mapped_column(ForeignKey("tasks.key"))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    model: Mapped[str | None] = mapped_column(Text)
    sample_index: Mapped[int] = mapped_column(Integer)
    parent: Mapped[str | None] = mapped_column(Text)
    code: Mapped[bytes] = mapped_column(LargeBinary)
    code_hash: Mapped[str] = mapped_column(String(64))
    notes: Mapped[list[str]] = mapped_column(JSON)
    extra: Mapped[dict[str, Any]] = mapped_column("metadata", JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VerificationRow(Base):
    """A verification; state, verdict and failure are what its checks add up to, the profile is what they say.

    ``task_key`` repeats the candidate's, so that every figure of a run is one read of ``ix_verifications_profile``.
    """

    __tablename__ = "verifications"
    __table_args__ = (
        Index("ix_verifications_run", "run_id", "id"),
        Index("ix_verifications_run_state", "run_id", "state", "verdict"),
        Index("ix_verifications_key_open", "key_id", "state"),
        Index("ix_verifications_candidate", "candidate_id"),
        Index("ix_verifications_profile", "run_id", "task_key", "profile_key", "id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(ForeignKey("candidates.id"))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    task_key: Mapped[int | None] = mapped_column(ForeignKey("tasks.key"))
    profile_key: Mapped[int | None] = mapped_column(ForeignKey("profiles.key"))
    key_id: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str | None] = mapped_column(String(40))
    failure: Mapped[str | None] = mapped_column(String(40))
    required: Mapped[list[str]] = mapped_column(JSON)
    limits: Mapped[dict[str, float]] = mapped_column(JSON)
    isolation: Mapped[str] = mapped_column(String(20))
    cache: Mapped[str] = mapped_column(String(20))
    disclosure: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CheckRow(Base):
    """A check, which is also the job: queued → running → completed | failed | cancelled.

    ``attempt`` rises with every claim and fences recording; ``losses`` counts sandbox trouble. A check with a
    ``definition_key`` is nobody's job: it came from outside, or it follows from the verification's other checks.
    """

    __tablename__ = "checks"
    __table_args__ = (
        UniqueConstraint("verification_id", "verifier", "verifier_version"),
        Index("ix_checks_queue", "state", "priority", "verification_id"),
        Index("ix_checks_candidate", "candidate_id", "verifier", "verdict"),
        Index(
            "ix_checks_reusable",
            "content_key",
            sqlite_where=text("content_key IS NOT NULL"),
            postgresql_where=text("content_key IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    verification_id: Mapped[str] = mapped_column(ForeignKey("verifications.id"))
    candidate_id: Mapped[str] = mapped_column(ForeignKey("candidates.id"))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    task_key: Mapped[int] = mapped_column(ForeignKey("tasks.key"))
    position: Mapped[int] = mapped_column(Integer)
    verifier: Mapped[str] = mapped_column(String(200))
    verifier_version: Mapped[str] = mapped_column(String(80))
    definition_key: Mapped[int | None] = mapped_column(ForeignKey("verifier_definitions.key"))
    hidden: Mapped[bool] = mapped_column(Boolean)

    state: Mapped[str] = mapped_column(String(20))
    priority: Mapped[int] = mapped_column(Integer)
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    losses: Mapped[int] = mapped_column(Integer, default=0)
    worker: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    verdict: Mapped[str | None] = mapped_column(String(40))
    failure: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(200))
    clock: Mapped[str | None] = mapped_column(String(20))
    limit: Mapped[str | None] = mapped_column(String(40))
    rule: Mapped[str | None] = mapped_column(String(80))
    signal: Mapped[int | None] = mapped_column(Integer)
    phase: Mapped[str | None] = mapped_column(String(20))
    candidate_equality: Mapped[bool] = mapped_column(Boolean, default=False)
    score: Mapped[float | None] = mapped_column(Float)
    cases_total: Mapped[int] = mapped_column(Integer, default=0)
    cases_passed: Mapped[int] = mapped_column(Integer, default=0)
    cpu_ms: Mapped[float | None] = mapped_column(Float)
    wall_ms: Mapped[float | None] = mapped_column(Float)
    memory_peak_bytes: Mapped[int | None] = mapped_column(BigInteger)
    environment: Mapped[str | None] = mapped_column(String(80))
    content_key: Mapped[str | None] = mapped_column(String(64))
    source_id: Mapped[str | None] = mapped_column(String(40))
    trouble: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EvidenceRow(Base):
    """What a check's verdict rests on: a compressed JSON document, and the captured output."""

    __tablename__ = "evidence"

    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"), primary_key=True)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    stdout: Mapped[bytes] = mapped_column(LargeBinary)
    stderr: Mapped[bytes] = mapped_column(LargeBinary)


class FindingRow(Base):
    """How often one rule of an analyser was broken in one candidate: what selections by rule are made from."""

    __tablename__ = "findings"
    __table_args__ = (Index("ix_findings_run_rule", "run_id", "rule", "tool", "verification_id"),)

    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"), primary_key=True)
    tool: Mapped[str] = mapped_column(String(40), primary_key=True)
    rule: Mapped[str] = mapped_column(String(80), primary_key=True)
    verification_id: Mapped[str] = mapped_column(String(40))
    run_id: Mapped[str | None] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(20))
    cwe: Mapped[int | None] = mapped_column(Integer)
    count: Mapped[int] = mapped_column(Integer)


class ProfileRow(Base):
    """What all verifiers said of a candidate, once for all candidates of which they said the same."""

    __tablename__ = "profiles"

    key: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    document: Mapped[str] = mapped_column(Text)


class ScoreRow(Base):
    """The score that a verifier's newest version gave a final candidate of a run, beside the candidate's profile.

    Run, task and profile repeat the verification's, so that a curve is one read of ``ix_scores_curve``.
    """

    __tablename__ = "scores"
    __table_args__ = (
        Index("ix_scores_curve", "run_id", "verifier", "task_key", "profile_key", "score", "verification_id"),
        {"sqlite_with_rowid": False},
    )

    verification_id: Mapped[str] = mapped_column(ForeignKey("verifications.id"), primary_key=True)
    verifier: Mapped[str] = mapped_column(String(200), primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    task_key: Mapped[int] = mapped_column(ForeignKey("tasks.key"))
    profile_key: Mapped[int] = mapped_column(ForeignKey("profiles.key"))
    score: Mapped[float] = mapped_column(Float)


class DefinitionRow(Base):
    """One version of a verifier that users defined, or whose verdicts come from outside; only ``current`` changes."""

    __tablename__ = "verifier_definitions"
    __table_args__ = (UniqueConstraint("name", "version"),)

    key: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    current: Mapped[bool] = mapped_column(Boolean)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    key_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EnvironmentRow(Base):
    """What an environment's fingerprint stands for."""

    __tablename__ = "environments"

    fingerprint: Mapped[str] = mapped_column(String(80), primary_key=True)
    backend: Mapped[str] = mapped_column(String(40))
    python: Mapped[str] = mapped_column(String(40))
    image: Mapped[str] = mapped_column(Text)
    features: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ExpectationRow(Base):
    """Expected values as a reference gave them; never sent to a candidate."""

    __tablename__ = "expectations"

    reference_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    inputs_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    environment: Mapped[str] = mapped_column(String(80), primary_key=True)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RepairRow(Base):
    """A repair session as it was begun; where it stands follows from its attempts."""

    __tablename__ = "repairs"
    __table_args__ = (Index("ix_repairs_model", "model", "id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    task_key: Mapped[int] = mapped_column(ForeignKey("tasks.key"))
    model: Mapped[str] = mapped_column(Text)
    verifiers: Mapped[list[str]] = mapped_column(JSON)
    oracle: Mapped[str | None] = mapped_column(String(200))
    disclosure: Mapped[str] = mapped_column(String(20))
    budget_tokens: Mapped[int | None] = mapped_column(Integer)
    max_rounds: Mapped[int] = mapped_column(Integer)
    mode: Mapped[str] = mapped_column(String(20))
    examples: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    limits: Mapped[dict[str, float]] = mapped_column(JSON)
    key_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RepairAttemptRow(Base):
    """One program of a repair session, in its order."""

    __tablename__ = "repair_attempts"

    repair_id: Mapped[str] = mapped_column(ForeignKey("repairs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    verification_id: Mapped[str] = mapped_column(ForeignKey("verifications.id"), unique=True)
    candidate_id: Mapped[str] = mapped_column(ForeignKey("candidates.id"))
    prompt_tokens: Mapped[int | None] = mapped_column(BigInteger)
    completion_tokens: Mapped[int | None] = mapped_column(BigInteger)
    told: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    conforms: Mapped[bool | None] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiKeyRow(Base):
    """An API key by the SHA-256 of its secret."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    quota: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IdempotencyRow(Base):
    """An idempotency key and the resource it made."""

    __tablename__ = "idempotency_keys"

    scope: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    resource_id: Mapped[str] = mapped_column(String(400))
    progress: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AuditRow(Base):
    """An audit or a strengthening of a task set."""

    __tablename__ = "audits"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    task_set: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    done: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Integer)
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    message: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditResultRow(Base):
    """What an audit found of one task; under the same ``content_key`` another audit need not look again."""

    __tablename__ = "audit_results"
    __table_args__ = (Index("ix_audit_results_content", "content_key"),)

    audit_id: Mapped[str] = mapped_column(ForeignKey("audits.id"), primary_key=True)
    task_id: Mapped[str] = mapped_column(Text, primary_key=True)
    content_key: Mapped[str] = mapped_column(String(64))
    document: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditFlagRow(Base):
    """One thing that an audit holds against a task or a suite, and what a person made of it."""

    __tablename__ = "audit_flags"
    __table_args__ = (
        Index("ix_audit_flags_audit", "audit_id", "position"),
        Index("ix_audit_flags_fingerprint", "fingerprint", "reviewed_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    audit_id: Mapped[str] = mapped_column(ForeignKey("audits.id"))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(40))
    task_id: Mapped[str] = mapped_column(Text)
    suite: Mapped[str | None] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    fingerprint: Mapped[str] = mapped_column(String(64))
    review: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
