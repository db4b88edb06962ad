"""A dishonesty stands once; what was withdrawn or repaired does not stand in the way of another.

Revision ID: 0061
Revises: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

NAME = "uq_credit_entry_dishonesty"
COLUMNS = ["project_id", "item", "round", "cause"]
STANDS = sa.text("state = 'open' AND cause <> 'violation'")
EVER = sa.text("kind = 'dishonesty' AND cause <> 'violation'")


def upgrade() -> None:
    op.drop_index(NAME, "credit_entry")
    op.create_index(NAME, "credit_entry", COLUMNS, unique=True, postgresql_where=STANDS)


def downgrade() -> None:
    op.drop_index(NAME, "credit_entry")
    op.create_index(NAME, "credit_entry", COLUMNS, unique=True, postgresql_where=EVER)
