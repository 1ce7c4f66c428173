"""verifiers that are defined by users, verdicts from outside, and what all verdicts of a candidate add up to"""

from __future__ import annotations

import builtins
import hashlib
import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BATCH = 1000


def upgrade() -> None:
    op.create_table(
        "verifier_definitions",
        sa.Column("key", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_verifier_definitions")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_verifier_definitions_name_version")),
    )
    op.create_table(
        "profiles",
        sa.Column("key", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_profiles")),
        sa.UniqueConstraint("digest", name=op.f("uq_profiles_digest")),
    )
    _change_checks()
    _change_verifications()
    op.create_index(
        "ix_candidates_repairs",
        "candidates",
        ["run_id", "id"],
        unique=False,
        sqlite_where=sa.text("parent IS NOT NULL"),
        postgresql_where=sa.text("parent IS NOT NULL"),
    )
    op.create_table(
        "findings",
        sa.Column("check_id", sa.String(length=40), nullable=False),
        sa.Column("tool", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("verification_id", sa.String(length=40), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=True),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("cwe", sa.Integer(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name=op.f("fk_findings_check_id")),
        sa.PrimaryKeyConstraint("check_id", "tool", "rule", name=op.f("pk_findings")),
    )
    op.create_index("ix_findings_run_rule", "findings", ["run_id", "rule", "tool", "verification_id"], unique=False)
    _fill()


def _change_checks() -> None:
    _drop_partial_index()
    op.drop_index("ix_checks_run_tally", table_name="checks")
    with op.batch_alter_table("checks") as batch:
        batch.add_column(sa.Column("definition_key", sa.Integer(), nullable=True))
        batch.drop_constraint("uq_checks_verification_id_verifier", type_="unique")
        batch.create_unique_constraint(
            op.f("uq_checks_verification_id_verifier_verifier_version"),
            ["verification_id", "verifier", "verifier_version"],
        )
        batch.create_foreign_key(op.f("fk_checks_definition_key"), "verifier_definitions", ["definition_key"], ["key"])
    _create_partial_index()
    op.create_index(
        "ix_checks_scored",
        "checks",
        ["run_id", "verifier", "task_key", "score", "verification_id"],
        unique=False,
        sqlite_where=sa.text("score IS NOT NULL"),
        postgresql_where=sa.text("score IS NOT NULL"),
    )


def _change_verifications() -> None:
    with op.batch_alter_table("verifications") as batch:
        batch.add_column(sa.Column("task_key", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("profile_key", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_verifications_task_key"), "tasks", ["task_key"], ["key"])
        batch.create_foreign_key(op.f("fk_verifications_profile_key"), "profiles", ["profile_key"], ["key"])
    op.create_index("ix_verifications_candidate", "verifications", ["candidate_id"], unique=False)
    op.create_index(
        "ix_verifications_profile", "verifications", ["run_id", "task_key", "profile_key", "id"], unique=False
    )


def _fill() -> None:
    """Give stored verifications their task and their profile."""
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "UPDATE verifications SET task_key = "
            "(SELECT task_key FROM candidates WHERE candidates.id = verifications.candidate_id)"
        )
    )
    final = sa.text(
        "SELECT id FROM verifications WHERE state IN ('completed', 'failed', 'cancelled') AND id > :after "
        "ORDER BY id LIMIT :batch"
    )
    checks = sa.text(
        "SELECT verification_id, verifier, state, verdict, failure, reason FROM checks WHERE verification_id IN :ids"
    ).bindparams(sa.bindparam("ids", expanding=True))
    change = sa.text("UPDATE verifications SET profile_key = :key WHERE id = :id")
    known: dict[str, int] = {}
    after = ""
    while ids := list(connection.execute(final, {"after": after, "batch": _BATCH}).scalars()):
        profiles: dict[str, dict[str, str]] = {name: {} for name in ids}
        for row in connection.execute(checks, {"ids": ids}):
            profiles[row.verification_id][row.verifier] = _outcome(row)
        texts = {name: json.dumps(profile, sort_keys=True, separators=(",", ":")) for name, profile in profiles.items()}
        _intern(connection, set(texts.values()), known)
        connection.execute(change, [{"id": name, "key": known[text]} for name, text in texts.items()])
        after = ids[-1]


def _intern(connection: sa.Connection, texts: Iterable[str], known: dict[str, int]) -> None:
    insert = sa.text("INSERT INTO profiles (digest, document) VALUES (:digest, :document) RETURNING key")
    for text in texts:
        if text not in known:
            digest = hashlib.sha256(text.encode()).hexdigest()
            known[text] = connection.execute(insert, {"digest": digest, "document": text}).scalar_one()


_CLASSES = {
    "memory_limit_exceeded": "memory",
    "output_limit_exceeded": "output",
    "resource_limit_exceeded": "resource",
    "time_limit_exceeded": "timeout",
    "policy_violation": "policy",
    "accepted": "pass",
}
_COMPILE = {"no_code", "syntax_error", "missing_entry_point"}


def _outcome(row: Any) -> str:
    """The class of a check as profiles name it."""
    if row.verdict is None:
        return f"!{row.failure or row.state}"
    if row.verdict == "compile_error":
        return row.reason if row.reason in _COMPILE else "import_error"
    if row.verdict == "runtime_error":
        if row.reason == "TypeError":
            return "type_error"
        known = row.reason is None or isinstance(getattr(builtins, row.reason, None), type)
        return f"runtime_error:{(row.reason or 'signal') if known else 'CandidateError'}"
    return _CLASSES.get(row.verdict, row.verdict)


def downgrade() -> None:
    op.drop_index("ix_findings_run_rule", table_name="findings")
    op.drop_table("findings")
    op.drop_index(
        "ix_candidates_repairs",
        table_name="candidates",
        sqlite_where=sa.text("parent IS NOT NULL"),
        postgresql_where=sa.text("parent IS NOT NULL"),
    )
    op.drop_index("ix_verifications_profile", table_name="verifications")
    op.drop_index("ix_verifications_candidate", table_name="verifications")
    with op.batch_alter_table("verifications") as batch:
        batch.drop_constraint(op.f("fk_verifications_profile_key"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_verifications_task_key"), type_="foreignkey")
        batch.drop_column("profile_key")
        batch.drop_column("task_key")
    _restore_checks()
    op.drop_table("profiles")
    op.drop_table("verifier_definitions")


def _restore_checks() -> None:
    """The earlier schema holds what was asked for when the candidate came, each verifier once."""
    of_definitions = "SELECT id FROM checks WHERE definition_key IS NOT NULL"
    op.execute(f"DELETE FROM evidence WHERE check_id IN ({of_definitions})")  # noqa: S608 - no value from outside
    op.execute("DELETE FROM checks WHERE definition_key IS NOT NULL")
    op.drop_index(
        "ix_checks_scored",
        table_name="checks",
        sqlite_where=sa.text("score IS NOT NULL"),
        postgresql_where=sa.text("score IS NOT NULL"),
    )
    _drop_partial_index()
    with op.batch_alter_table("checks") as batch:
        batch.drop_constraint(op.f("fk_checks_definition_key"), type_="foreignkey")
        batch.drop_constraint(op.f("uq_checks_verification_id_verifier_verifier_version"), type_="unique")
        batch.create_unique_constraint(op.f("uq_checks_verification_id_verifier"), ["verification_id", "verifier"])
        batch.drop_column("definition_key")
    op.create_index(
        "ix_checks_run_tally", "checks", ["run_id", "verifier", "task_key", "state", "verdict", "failure"], unique=False
    )
    _create_partial_index()


def _drop_partial_index() -> None:
    op.drop_index(
        "ix_checks_reusable",
        table_name="checks",
        sqlite_where=sa.text("content_key IS NOT NULL"),
        postgresql_where=sa.text("content_key IS NOT NULL"),
    )


def _create_partial_index() -> None:
    op.create_index(
        "ix_checks_reusable",
        "checks",
        ["content_key"],
        unique=False,
        sqlite_where=sa.text("content_key IS NOT NULL"),
        postgresql_where=sa.text("content_key IS NOT NULL"),
    )
