"""The one joint visit to the site of a joint item, and the re-inspections of its parts.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table; projects of before have had no joint visit."""
    op.create_table(
        "site_visit",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("scheduled_for", sa.Date()),
        sa.Column("held_on", sa.Date()),
        sa.Column("officers", JSONB(), nullable=False),
        sa.Column("finding", sa.Text()),
        sa.PrimaryKeyConstraint("project_id", "item", "round", "number", name="pk_site_visit"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_site_visit_project_id_project"
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_site_visit_number")),
        sa.CheckConstraint(
            "held_on IS NULL OR finding IS NOT NULL", name=op.f("ck_site_visit_held")
        ),
    )


def downgrade() -> None:
    """Drop what was added."""
    op.drop_table("site_visit")
