"""Links by which somebody sets a password: invitations and resets.

Revision ID: 0044
Revises: 0043
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody was invited yet."""
    op.create_table(
        "account_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text()),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"],
            ["account.login"],
            name="fk_account_link_account_account",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_account_link"),
        sa.CheckConstraint(
            "purpose IN ('invitation', 'reset')", name=op.f("ck_account_link_purpose")
        ),
    )
    op.create_index("ix_account_link_account", "account_link", ["account"])


def downgrade() -> None:
    """Whoever was invited stays out."""
    op.drop_table("account_link")
