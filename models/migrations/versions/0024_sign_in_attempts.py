"""Which wrong passwords came of late, for all portals of the installation together.

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Each portal counted for itself and forgot when it ended."""
    op.create_table(
        "sign_in_attempt",
        sa.Column("holder", sa.LargeBinary(), nullable=False),
        sa.Column("failed_at", ARRAY(sa.DateTime(timezone=True)), nullable=False),
        sa.Column("forget_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cardinality(failed_at) > 0", name="ck_sign_in_attempt_failed"),
        sa.PrimaryKeyConstraint("holder", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_forget_at", "sign_in_attempt", ["forget_at"])


def downgrade() -> None:
    """Whoever had to wait may try again at once."""
    op.drop_table("sign_in_attempt")
