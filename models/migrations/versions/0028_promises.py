"""Promises of a project as clocks: what still has to come before each is kept.

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """With the days of the rest the light of a promise follows a calendar that changes."""
    op.add_column("clock", sa.Column("rest", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Promises have no clock."""
    op.execute("DELETE FROM clock WHERE round = 0")
    op.drop_column("clock", "rest")
