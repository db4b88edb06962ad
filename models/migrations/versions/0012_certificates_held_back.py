"""The watch looks for the last day of documents that are held back.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Time acts on a third kind of clock: the delivery of a document that waits for others."""
    _index("state = 'running' AND kind IN ('correction_window', 'make_up', 'delivery')")


def downgrade() -> None:
    """Back to two kinds."""
    _index("state = 'running' AND kind IN ('correction_window', 'make_up')")


def _index(where: str) -> None:
    op.drop_index("ix_clock_kind_due_on", "clock")
    op.create_index(
        "ix_clock_kind_due_on", "clock", ["kind", "due_on"], postgresql_where=sa.text(where)
    )
