"""Items keep what was filled in with their application.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was filled in before."""
    nothing = sa.text("'{}'::jsonb")
    op.add_column("item", sa.Column("form", JSONB(), nullable=False, server_default=nothing))


def downgrade() -> None:
    """The log still says what was filled in."""
    op.drop_column("item", "form")
