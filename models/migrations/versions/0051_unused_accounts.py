"""When an account was used last, and when its person was told that it is about to be closed.

Whoever has an account on the day of the upgrade used it then: nobody's is closed by surprise.

Revision ID: 0051
Revises: 0050
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("now()")
    moment = sa.DateTime(timezone=True)
    op.add_column("account", sa.Column("used_at", moment, nullable=False, server_default=now))
    op.add_column("account", sa.Column("warned_at", moment, nullable=True))


def downgrade() -> None:
    op.drop_column("account", "warned_at")
    op.drop_column("account", "used_at")
