"""Visits to the site that are set and not held yet are found without reading the held ones.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only what is to come is in the index."""
    op.create_index(
        "ix_site_visit_to_come",
        "site_visit",
        ["scheduled_for"],
        postgresql_where=sa.text("held_on IS NULL"),
    )


def downgrade() -> None:
    """The officers' inboxes read all visits again."""
    op.drop_index("ix_site_visit_to_come", table_name="site_visit")
