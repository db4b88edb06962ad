"""Who is signed in where stands in the database, so that a session can be ended.

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Sessions were signed cookies: whoever is signed in signs in once more."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("begun_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("seen_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.login"], name="fk_session_account_account", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_session"),
    )
    op.create_index("ix_session_account", "session", ["account"])


def downgrade() -> None:
    """Whoever is signed in signs in once more."""
    op.drop_table("session")
