"""A form that somebody is filling in, saved as they type.

Revision ID: 0058
Revises: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is saved yet."""
    op.create_table(
        "form_draft",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.login"], name="fk_form_draft_account_account", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account", "page", name="pk_form_draft"),
    )


def downgrade() -> None:
    """What was saved is gone."""
    op.drop_table("form_draft")
