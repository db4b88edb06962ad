"""Accounts that are opened by another provider (OpenID Connect).

Revision ID: 0045
Revises: 0044
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everybody had a password before."""
    op.create_table(
        "account_identity",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column(
            "linked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account"],
            ["account.login"],
            name="fk_account_identity_account_account",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_account_identity"),
        sa.UniqueConstraint("account", "issuer", name="uq_account_identity_account_issuer"),
    )


def downgrade() -> None:
    """The links are forgotten; passwords open the accounts."""
    op.drop_table("account_identity")
