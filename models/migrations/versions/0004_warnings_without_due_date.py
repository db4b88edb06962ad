"""A special procedure that takes too long is warned of while its clock has no last day.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Allow a warning without a last day."""
    op.alter_column("warning", "due_on", nullable=True)


def downgrade() -> None:
    """Forget the warnings without one, and allow no more."""
    op.execute("DELETE FROM warning WHERE due_on IS NULL")
    op.alter_column("warning", "due_on", nullable=False)
