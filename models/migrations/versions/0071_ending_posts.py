"""Whether the holder of a post and leaders were told that it ends.

Revision ID: 0071
Revises: 0069
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("role_grant", sa.Column("ending_told_on", sa.Date()))
