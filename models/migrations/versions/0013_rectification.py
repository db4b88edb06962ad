"""Parts of a joint item can be told to rectify; they and their whole can be in that state.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE = (
    "waiting", "open", "received", "correcting", "accepted", "suspended", "preliminary", "granted",
    "conditionally_granted", "concluded", "denied", "not_accepted", "voided", "withdrawn",
    "not_required",
)  # fmt: skip
AFTER = (*BEFORE[:5], "rectifying", *BEFORE[5:])


def _states(states: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_item_state"), "item")
    listed = ", ".join(f"'{state}'" for state in states)
    op.create_check_constraint("state", "item", f"state IN ({listed})")


def upgrade() -> None:
    """A state more, and a table; nothing rectifies yet."""
    _states(AFTER)
    op.create_table(
        "rectification",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("required_on", sa.Date(), nullable=False),
        sa.Column("reported_on", sa.Date()),
        sa.Column("note", sa.Text()),
        sa.Column("confirmed_on", sa.Date()),
        sa.PrimaryKeyConstraint("project_id", "item", "round", "number", name="pk_rectification"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_rectification_project_id_project"
        ),
        sa.CheckConstraint(
            "verdict IN ('pass_with_rectification', 'fail')",
            name=op.f("ck_rectification_verdict"),
        ),
    )


def downgrade() -> None:
    """Drop what was added."""
    op.drop_table("rectification")
    _states(BEFORE)
