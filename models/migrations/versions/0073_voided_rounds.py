"""Rounds by the day of their voiding and restoration: figures over them ask by index.

Revision ID: 0073
Revises: 0066
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

TABLES = ("case_round", "case_round_part")


def upgrade() -> None:
    for table in TABLES:
        for name in ("voided", "restored"):
            day = f"{name}_on"
            where = sa.text(f"{day} IS NOT NULL")
            op.create_index(f"ix_{table}_{name}", table, [day], postgresql_where=where)


def downgrade() -> None:
    for table in TABLES:
        for name in ("voided", "restored"):
            op.drop_index(f"ix_{table}_{name}", table)
