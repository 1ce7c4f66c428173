"""scores beside the profiles of their candidates, so that a curve is one read of one index"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_FILL = """
INSERT INTO scores (verification_id, verifier, run_id, task_key, profile_key, score)
SELECT checks.verification_id, checks.verifier, verifications.run_id, verifications.task_key,
       verifications.profile_key, checks.score
FROM checks JOIN verifications ON verifications.id = checks.verification_id
WHERE checks.score IS NOT NULL AND verifications.run_id IS NOT NULL AND verifications.profile_key IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM checks AS later
    WHERE later.verification_id = checks.verification_id AND later.verifier = checks.verifier
      AND coalesce(later.definition_key, 0) > coalesce(checks.definition_key, 0)
  )
"""


def upgrade() -> None:
    op.create_table(
        "scores",
        sa.Column("verification_id", sa.String(length=40), nullable=False),
        sa.Column("verifier", sa.String(length=200), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("task_key", sa.Integer(), nullable=False),
        sa.Column("profile_key", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["profile_key"], ["profiles.key"], name=op.f("fk_scores_profile_key")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_scores_run_id")),
        sa.ForeignKeyConstraint(["task_key"], ["tasks.key"], name=op.f("fk_scores_task_key")),
        sa.ForeignKeyConstraint(["verification_id"], ["verifications.id"], name=op.f("fk_scores_verification_id")),
        sa.PrimaryKeyConstraint("verification_id", "verifier", name=op.f("pk_scores")),
        sqlite_with_rowid=False,
    )
    op.execute(_FILL)
    op.create_index(
        "ix_scores_curve",
        "scores",
        ["run_id", "verifier", "task_key", "profile_key", "score", "verification_id"],
        unique=False,
    )
    op.drop_index(
        "ix_checks_scored",
        table_name="checks",
        sqlite_where=sa.text("score IS NOT NULL"),
        postgresql_where=sa.text("score IS NOT NULL"),
    )


def downgrade() -> None:
    op.create_index(
        "ix_checks_scored",
        "checks",
        ["run_id", "verifier", "task_key", "score", "verification_id"],
        unique=False,
        sqlite_where=sa.text("score IS NOT NULL"),
        postgresql_where=sa.text("score IS NOT NULL"),
    )
    op.drop_table("scores")
