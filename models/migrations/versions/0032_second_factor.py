"""What comes after the password: the code of an authenticator app, or a recovery code.

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def _account(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_account_account"
    return sa.ForeignKeyConstraint(["account"], ["account.login"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    """Nobody has one yet."""
    op.add_column("session", sa.Column("waits_for", sa.Text()))
    op.create_table(
        "second_factor",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("last_step", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        _account("second_factor"),
        sa.PrimaryKeyConstraint("account", name="pk_second_factor"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        _account("recovery_code"),
        sa.PrimaryKeyConstraint("account", "code_hash", name="pk_recovery_code"),
    )


def downgrade() -> None:
    """The password alone signs in again."""
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
    op.drop_column("session", "waits_for")
