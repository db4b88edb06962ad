"""How often somebody may ask within a minute, for all portals together.

Revision ID: 0042
Revises: 0041
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is lent yet."""
    op.create_table(
        "request_budget",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("lent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_request_budget"),
    )


def downgrade() -> None:
    """Whoever asks too often is answered again."""
    op.drop_table("request_budget")
