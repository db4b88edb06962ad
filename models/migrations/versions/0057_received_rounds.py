"""Rounds by the day of their receipt: figures over what came in ask by index.

Revision ID: 0057
Revises: 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

TABLES = ("case_round", "case_round_part")


def upgrade() -> None:
    for table in TABLES:
        op.create_index(
            f"ix_{table}_received",
            table,
            ["received_on"],
            postgresql_where=sa.text("received_on IS NOT NULL"),
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_received", table)
