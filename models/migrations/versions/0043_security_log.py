"""The security log: nothing in it is changed, and what is younger than six months is not removed.

Revision ID: 0043
Revises: 0042
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

KINDS = (
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


def upgrade() -> None:
    """Nobody wrote one before; who is signed in proved who they are just now."""
    op.add_column(
        "session",
        sa.Column(
            "proved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
    )
    op.create_table(
        "security_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text()),
        sa.Column("subject", sa.Text()),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("detail", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_security_event"),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_security_event_kind")),
    )
    op.create_index("ix_security_event_at", "security_event", ["at"])
    op.create_index("ix_security_event_actor", "security_event", ["actor", "id"])
    op.create_index("ix_security_event_subject", "security_event", ["subject", "id"])
    op.execute(
        """
        CREATE FUNCTION keep_six_months() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF OLD.at > statement_timestamp() - interval '6 months' THEN
            RAISE EXCEPTION '% of % is refused: it is kept for six months', TG_OP, TG_TABLE_NAME
              USING ERRCODE = 'restrict_violation';
          END IF;
          RETURN OLD;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER security_event_no_update BEFORE UPDATE ON security_event"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER security_event_kept BEFORE DELETE ON security_event"
        " FOR EACH ROW EXECUTE FUNCTION keep_six_months()"
    )
    op.execute(
        "CREATE TRIGGER security_event_no_truncate BEFORE TRUNCATE ON security_event"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """The log goes with its table."""
    op.drop_column("session", "proved_at")
    op.drop_table("security_event")
    op.execute("DROP FUNCTION keep_six_months()")
