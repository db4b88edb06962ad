"""Voided approvals can be appealed against and restored; what was built on them is examined again.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NO_TEXTS = sa.text("'{}'::text[]")
LISTS = ("re_examination", "verified_by")
STATES = "('standing', 'appealed', 'dismissed', 'corrected', 'reinstated')"


def upgrade() -> None:
    """Approvals voided before cannot be restored: nobody kept what they were."""
    for name in LISTS:
        op.add_column(
            "item", sa.Column(name, ARRAY(sa.Text()), nullable=False, server_default=NO_TEXTS)
        )
    op.drop_constraint("ck_item_one_correction_notice", "item")
    op.create_check_constraint("correction_notices", "item", "correction_notices <= 2")
    op.create_table(
        "voiding",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("voided_on", sa.Date(), nullable=False),
        sa.Column("appeal_until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("because", sa.Text()),
        sa.Column("before", JSONB(), nullable=False),
        sa.Column("grounds", sa.Text()),
        sa.Column("appealed_on", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        sa.PrimaryKeyConstraint("project_id", "item", "round", name="pk_voiding"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_voiding_project_id_project"
        ),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_voiding_state")),
    )


def downgrade() -> None:
    """Forget them; a second correction notice becomes the first."""
    op.drop_table("voiding")
    op.execute("UPDATE item SET correction_notices = 1 WHERE correction_notices > 1")
    op.drop_constraint("ck_item_correction_notices", "item")
    op.create_check_constraint("one_correction_notice", "item", "correction_notices <= 1")
    for name in LISTS:
        op.drop_column("item", name)
