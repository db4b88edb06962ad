"""A deferred paper that is not required any more.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

STATES = ("open", "submitted", "cured", "expired", "lapsed")


def upgrade() -> None:
    """A paper may be closed as not required from now on."""
    _one_of((*STATES, "not_required"))


def downgrade() -> None:
    """Such a paper is one that is no longer owed."""
    op.execute("UPDATE deficiency SET state = 'lapsed' WHERE state = 'not_required'")
    _one_of(STATES)


def _one_of(states: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_deficiency_state"), "deficiency")
    op.create_check_constraint("state", "deficiency", f"state IN {states}")
