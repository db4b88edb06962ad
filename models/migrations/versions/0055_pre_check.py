"""The pre-check of projects that are registered without a code.

Revision ID: 0055
Revises: 0054
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every project so far has its code."""
    op.create_table(
        "pre_check",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.CheckConstraint("number BETWEEN 1 AND 2", name=op.f("ck_pre_check_number")),
        sa.CheckConstraint(
            "state IN ('submitted', 'returned', 'coded')", name=op.f("ck_pre_check_state")
        ),
        sa.CheckConstraint(
            "source IN ('platform', 'certificate')", name=op.f("ck_pre_check_source")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_pre_check_project_id_project")
        ),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_pre_check")),
    )


def downgrade() -> None:
    """Who recorded a code stays in the logs."""
    op.drop_table("pre_check")
