"""Permits of one phase: the clock of the next one, supervision tasks, and why a dishonesty was entered.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('correction_window', 'decision', 'delivery', 'make_up')"
AFTER = "kind IN ('correction_window', 'decision', 'delivery', 'make_up', 'next_phase')"
KINDS = "('stop_work', 'handover', 'inspection')"
CAUSES = "('lapse', 'violation', 'grant', 'rhythm')"


def upgrade() -> None:
    """Every dishonesty that was entered before came from a voiding."""
    op.create_table(
        "supervision_task",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("reason", sa.Text()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("closed_by", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("project_id", "number", name="pk_supervision_task"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_supervision_task_project_id_project"
        ),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_supervision_task_kind")),
        sa.CheckConstraint(f"cause IN {CAUSES}", name=op.f("ck_supervision_task_cause")),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'dropped')", name=op.f("ck_supervision_task_state")
        ),
    )
    op.create_index(
        "ix_supervision_task_open",
        "supervision_task",
        ["department"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_constraint("ck_clock_kind", "clock")
    op.create_check_constraint("kind", "clock", AFTER)
    _watched("('correction_window', 'make_up', 'delivery', 'next_phase')")
    op.add_column(
        "credit_entry",
        sa.Column("cause", sa.Text(), nullable=False, server_default=sa.text("'voiding'")),
    )
    op.create_check_constraint(
        "cause", "credit_entry", "cause IN ('voiding', 'lapse', 'violation')"
    )
    op.drop_index("uq_credit_entry_dishonesty", "credit_entry")
    op.create_index(
        "uq_credit_entry_dishonesty",
        "credit_entry",
        ["project_id", "item", "round", "cause"],
        unique=True,
        postgresql_where=sa.text("kind = 'dishonesty' AND cause <> 'violation'"),
    )


def downgrade() -> None:
    """Forget what has no place in the tables of before."""
    op.drop_index("uq_credit_entry_dishonesty", "credit_entry")
    op.execute("DELETE FROM credit_entry WHERE cause <> 'voiding'")
    op.create_index(
        "uq_credit_entry_dishonesty",
        "credit_entry",
        ["project_id", "item", "round"],
        unique=True,
        postgresql_where=sa.text("kind = 'dishonesty'"),
    )
    op.drop_constraint("ck_credit_entry_cause", "credit_entry")
    op.drop_column("credit_entry", "cause")
    op.execute("DELETE FROM clock WHERE kind = 'next_phase'")
    _watched("('correction_window', 'make_up', 'delivery')")
    op.drop_constraint("ck_clock_kind", "clock")
    op.create_check_constraint("kind", "clock", BEFORE)
    op.drop_table("supervision_task")


def _watched(kinds: str) -> None:
    op.drop_index("ix_clock_kind_due_on", "clock")
    op.create_index(
        "ix_clock_kind_due_on",
        "clock",
        ["kind", "due_on"],
        postgresql_where=sa.text(f"state = 'running' AND kind IN {kinds}"),
    )
