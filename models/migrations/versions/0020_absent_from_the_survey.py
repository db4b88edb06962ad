"""A joint visit to the site says which utilities were told of the day and did not come.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everyone was there at the visits that were recorded before."""
    nobody = sa.text("'{}'::jsonb")
    op.add_column("site_visit", sa.Column("absent", JSONB(), nullable=False, server_default=nobody))


def downgrade() -> None:
    """The log still says who did not come."""
    op.drop_column("site_visit", "absent")
