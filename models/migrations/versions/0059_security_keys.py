"""Security keys and passkeys as a second factor.

Revision ID: 0059
Revises: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

BEFORE = (
    "signed_in",
    "sign_in_failed",
    "made_to_wait",
    "signed_out",
    "sessions_ended",
    "confirmed",
    "password_changed",
    "factor_set_up",
    "factor_taken_away",
    "recovery_code_used",
    "token_made",
    "token_revoked",
    "token_refused",
    "account_created",
    "account_invited",
    "invitation_taken_up",
    "reset_asked",
    "reset_started",
    "role_changed",
    "account_disabled",
    "work_handed_over",
    "channels_changed",
    "identity_linked",
    "refused",
    "personal_data_read",
    "exported",
    "administrator_act",
)
KINDS = ("key_added", "key_renamed", "key_removed", "key_refused")
CHECK = "ck_security_event_kind"


def upgrade() -> None:
    """Nobody has one yet."""
    op.create_table(
        "security_key",
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("last_challenge", sa.LargeBinary(), nullable=False),
        sa.Column(
            "added_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["account"],
            ["account.login"],
            name="fk_security_key_account_account",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("credential_id", name="pk_security_key"),
    )
    op.create_index("ix_security_key_account", "security_key", ["account"])
    _kinds((*BEFORE, *KINDS))


def downgrade() -> None:
    """Keys sign nobody in any more; what the log tells of them stays."""
    _kinds(BEFORE, tail=" NOT VALID")
    op.drop_table("security_key")


def _kinds(kinds: tuple[str, ...], tail: str = "") -> None:
    op.execute(f"ALTER TABLE security_event DROP CONSTRAINT {CHECK}")
    op.execute(f"ALTER TABLE security_event ADD CONSTRAINT {CHECK} CHECK (kind IN {kinds}){tail}")
