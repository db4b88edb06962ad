"""Hand-over lists: what was open when somebody else came to act for a project, and who signed.

Revision ID: 0062
Revises: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

CAUSES = "cause IN ('reassigned', 'departure', 'post_ended', 'absence', 'return', 'rebalanced', 'chosen', 'phase')"


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sign_by", sa.Date(), nullable=False),
        sa.Column("absence", sa.BigInteger()),
        sa.Column("giver_signed_at", sa.DateTime(timezone=True)),
        sa.Column("giver_signed_by", sa.Text()),
        sa.Column("receiver_signed_at", sa.DateTime(timezone=True)),
        sa.Column("reservations", sa.Text(), nullable=False, server_default=""),
        sa.Column("warned_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_handover"),
        sa.ForeignKeyConstraint(["giver"], ["account.login"], name="fk_handover_giver_account"),
        sa.ForeignKeyConstraint(
            ["receiver"], ["account.login"], name="fk_handover_receiver_account"
        ),
        sa.ForeignKeyConstraint(
            ["giver_signed_by"], ["account.login"], name="fk_handover_giver_signed_by_account"
        ),
        sa.ForeignKeyConstraint(["absence"], ["absence.id"], name="fk_handover_absence_absence"),
        sa.CheckConstraint(CAUSES, name="ck_handover_cause"),
        sa.CheckConstraint("giver <> receiver", name="ck_handover_somebody_else"),
        sa.CheckConstraint(
            "(giver_signed_at IS NULL) = (giver_signed_by IS NULL)",
            name="ck_handover_signed_by_somebody",
        ),
        sa.UniqueConstraint(
            "giver", "receiver", "cause", "made_at", name="uq_handover_giver_receiver_cause_made_at"
        ),
    )
    for column in ("giver", "receiver", "giver_signed_by", "absence"):
        op.create_index(f"ix_handover_{column}", "handover", [column])
    op.create_index(
        "ix_handover_unsigned",
        "handover",
        ["sign_by"],
        postgresql_where=sa.text("giver_signed_at IS NULL OR receiver_signed_at IS NULL"),
    )
    op.create_table(
        "handover_line",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("handover", sa.BigInteger(), nullable=False),
        sa.Column("lines", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "handover", name="pk_handover_line"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_handover_line_project_id_project"
        ),
        sa.ForeignKeyConstraint(
            ["handover"], ["handover.id"], name="fk_handover_line_handover_handover"
        ),
    )
    op.create_index("ix_handover_line_handover", "handover_line", ["handover"])
