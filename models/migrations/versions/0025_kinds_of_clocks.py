"""Kinds of clocks are names of the table of clocks, which the database does not repeat.

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KINDS = "('correction_window', 'decision', 'delivery', 'make_up', 'next_phase', 'consultation')"
ENDING = ["correction_window", "make_up", "delivery", "next_phase", "consultation"]


def upgrade() -> None:
    """What falls due by rule is found by one index, whatever its kind."""
    op.drop_constraint("ck_clock_kind", "clock")
    op.drop_constraint("ck_supervision_task_clock", "supervision_task")
    op.drop_index("ix_clock_kind_due_on", "clock")
    _index(sa.text("state = 'running'"))


def downgrade() -> None:
    """Clocks of other kinds have to be gone."""
    op.drop_index("ix_clock_kind_due_on", "clock")
    listed = ", ".join(f"'{kind}'" for kind in ENDING)
    _index(sa.text(f"state = 'running' AND kind IN ({listed})"))
    op.create_check_constraint("kind", "clock", f"kind IN {KINDS}")
    op.create_check_constraint("clock", "supervision_task", f"clock IN {KINDS}")


def _index(where: sa.TextClause) -> None:
    op.create_index("ix_clock_kind_due_on", "clock", ["kind", "due_on"], postgresql_where=where)
