"""A project has a responsible architect's team, and a register of its design opinions.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No project was under architect responsibility before."""
    op.add_column("project", sa.Column("architect", JSONB()))
    op.create_table(
        "design_opinion",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.Column("saved_cost", sa.BigInteger()),
        sa.CheckConstraint("saved_cost >= 0", name="ck_design_opinion_saved_cost"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_design_opinion_project_id_project"
        ),
        sa.PrimaryKeyConstraint("project_id", "number", name="pk_design_opinion"),
    )


def downgrade() -> None:
    """The log still says who answered for the design, and what was advised."""
    op.drop_table("design_opinion")
    op.drop_column("project", "architect")
