"""False papers are a cause of their own in the credit record.

Revision ID: 0053
Revises: 0052
"""

from __future__ import annotations

from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

CAUSES = (
    "voiding",
    "lapse",
    "violation",
    "commitment_false",
    "fraud",
    "commitment_broken",
)


def upgrade() -> None:
    _one_of((*CAUSES, "false_papers"))


def downgrade() -> None:
    """A denial for false papers leaves the credit record; the log keeps it."""
    op.execute(
        "DELETE FROM credit_entry WHERE closes IN (SELECT id FROM credit_entry WHERE cause = 'false_papers')"
    )
    op.execute("DELETE FROM credit_entry WHERE cause = 'false_papers'")
    _one_of(CAUSES)


def _one_of(values: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_credit_entry_cause"), "credit_entry")
    op.create_check_constraint("cause", "credit_entry", f"cause IN {values}")
