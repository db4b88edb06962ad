"""How far somebody has read the log of a project.

Revision ID: 0064
Revises: 0058
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has read anything yet."""
    op.create_table(
        "project_visit",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"],
            ["account.login"],
            name="fk_project_visit_account_account",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name="fk_project_visit_project_id_project",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account", "project_id", name="pk_project_visit"),
    )
    op.create_index("ix_project_visit_project_id", "project_visit", ["project_id"])


def downgrade() -> None:
    """What was read is forgotten."""
    op.drop_table("project_visit")
