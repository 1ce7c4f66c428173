"""repair sessions and their attempts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "repairs",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("task_key", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("verifiers", sa.JSON(), nullable=False),
        sa.Column("oracle", sa.String(length=200), nullable=True),
        sa.Column("disclosure", sa.String(length=20), nullable=False),
        sa.Column("budget_tokens", sa.Integer(), nullable=True),
        sa.Column("max_rounds", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("examples", sa.JSON(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["task_key"], ["tasks.key"], name=op.f("fk_repairs_task_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
    )
    op.create_index("ix_repairs_model", "repairs", ["model", "id"], unique=False)
    op.create_table(
        "repair_attempts",
        sa.Column("repair_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verification_id", sa.String(length=40), nullable=False),
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=True),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("conforms", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name=op.f("fk_repair_attempts_candidate_id")),
        sa.ForeignKeyConstraint(["repair_id"], ["repairs.id"], name=op.f("fk_repair_attempts_repair_id")),
        sa.ForeignKeyConstraint(
            ["verification_id"], ["verifications.id"], name=op.f("fk_repair_attempts_verification_id")
        ),
        sa.PrimaryKeyConstraint("repair_id", "position", name=op.f("pk_repair_attempts")),
        sa.UniqueConstraint("verification_id", name=op.f("uq_repair_attempts_verification_id")),
    )


def downgrade() -> None:
    op.drop_table("repair_attempts")
    op.drop_index("ix_repairs_model", table_name="repairs")
    op.drop_table("repairs")
