"""audits of task sets and their flags"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audits",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("task_set", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
    )
    op.create_table(
        "audit_results",
        sa.Column("audit_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("content_key", sa.String(length=64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_audit_results_audit_id")),
        sa.PrimaryKeyConstraint("audit_id", "task_id", name=op.f("pk_audit_results")),
    )
    op.create_index("ix_audit_results_content", "audit_results", ["content_key"], unique=False)
    op.create_table(
        "audit_flags",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("audit_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("suite", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("review", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_audit_flags_audit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_flags")),
    )
    op.create_index("ix_audit_flags_audit", "audit_flags", ["audit_id", "position"], unique=False)
    op.create_index("ix_audit_flags_fingerprint", "audit_flags", ["fingerprint", "reviewed_at"], unique=False)
    op.create_index("ix_candidates_task", "candidates", ["task_key", "code_hash"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_candidates_task", table_name="candidates")
    op.drop_table("audit_flags")
    op.drop_table("audit_results")
    op.drop_table("audits")
