"""What was handed in when an approval was voided, and voidings that a later calendar finds too early.

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BEFORE = "state IN ('open', 'submitted', 'cured', 'expired', 'lapsed')"
AFTER = (
    "state IN ('open', 'submitted', 'cured', 'expired', 'handed_in_late', 'unverified', 'lapsed')"
)


def upgrade() -> None:
    """Until now whatever was owed when an approval was voided had expired."""
    op.drop_constraint("ck_deficiency_state", "deficiency")
    op.create_check_constraint("state", "deficiency", AFTER)
    op.add_column(
        "voiding", sa.Column("early", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb"))
    )


def downgrade() -> None:
    """Say of what came that it expired, or lapsed."""
    op.drop_column("voiding", "early")
    op.execute("UPDATE deficiency SET state = 'expired' WHERE state = 'handed_in_late'")
    op.execute("UPDATE deficiency SET state = 'lapsed' WHERE state = 'unverified'")
    op.drop_constraint("ck_deficiency_state", "deficiency")
    op.create_check_constraint("state", "deficiency", BEFORE)
