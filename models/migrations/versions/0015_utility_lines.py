"""Lines of utilities: the lead before any application, the answer with its plan, the connection.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table; utilities of projects of before were told nothing in advance."""
    op.create_table(
        "utility_line",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("lead_on", sa.Date()),
        sa.Column("lead_because", sa.Text()),
        sa.Column("acknowledged_on", sa.Date()),
        sa.Column("contact", sa.Text()),
        sa.Column("answered_on", sa.Date()),
        sa.Column("plan", sa.Text()),
        sa.Column("days", sa.Integer()),
        sa.Column("to_red_line", sa.Boolean()),
        sa.Column("connect_from", sa.Date()),
        sa.Column("connected_on", sa.Date()),
        sa.PrimaryKeyConstraint("project_id", "item", name="pk_utility_line"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_utility_line_project_id_project"
        ),
    )
    op.create_index(
        "ix_utility_line_leads",
        "utility_line",
        ["department", "lead_on"],
        postgresql_where=sa.text("lead_on IS NOT NULL AND answered_on IS NULL"),
    )
    op.create_index(
        "ix_utility_line_connections",
        "utility_line",
        ["department"],
        postgresql_where=sa.text("connect_from IS NOT NULL AND connected_on IS NULL"),
    )


def downgrade() -> None:
    """Drop what was added."""
    op.drop_table("utility_line")
