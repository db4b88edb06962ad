"""When scheduled work was done last, so that a watch that stands still is seen.

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The first watch writes the first row."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "heartbeat",
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("done_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("as_of", moment, nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("work", name="pk_heartbeat"),
    )


def downgrade() -> None:
    """Nobody knows any more when the last watch was."""
    op.drop_table("heartbeat")
