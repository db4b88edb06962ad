"""Deliveries are claimed while they are sent, and alerts have channels of their own.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the claim, allow deliveries to nobody in particular, find unread ones by index."""
    op.add_column("delivery", sa.Column("claimed_until", sa.DateTime(timezone=True)))
    op.alter_column("delivery", "account", nullable=True)
    op.create_index(
        "uq_delivery_alert",
        "delivery",
        ["notice_id", "channel"],
        unique=True,
        postgresql_where=sa.text("account IS NULL"),
    )
    op.create_index(
        "ix_delivery_unread",
        "delivery",
        ["account"],
        postgresql_where=sa.text("channel = 'portal' AND read_at IS NULL"),
    )


def downgrade() -> None:
    """Take the claim and the alerts away."""
    op.drop_index("ix_delivery_unread", "delivery")
    op.drop_index("uq_delivery_alert", "delivery")
    op.execute("DELETE FROM delivery WHERE account IS NULL")
    op.alter_column("delivery", "account", nullable=False)
    op.drop_column("delivery", "claimed_until")
