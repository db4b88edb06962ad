"""What somebody typed when their sign-in had ended, for when they are back.

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is kept yet."""
    op.create_table(
        "kept_form",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column(
            "kept_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.login"], name="fk_kept_form_account_account", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_kept_form"),
    )
    op.create_index("ix_kept_form_account", "kept_form", ["account"])


def downgrade() -> None:
    """What was typed is gone."""
    op.drop_table("kept_form")
