"""Supervision letters that a department answers; a revoked document names the decision.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TASK, DOCUMENT = "supervision_task", "official_document"
KINDS = ("stop_work", "handover", "inspection")
CAUSES = ("lapse", "violation", "grant", "rhythm")
CATEGORIES = ("certificate", "notice", "decision", "opinion", "receipt")
CLOCKS = "('correction_window', 'decision', 'delivery', 'make_up', 'consultation', 'next_phase')"


def upgrade() -> None:
    """Letters go out from now on; which decision revoked a document is found where it was kept."""
    op.add_column(TASK, sa.Column("clock", sa.Text()))
    op.add_column(
        TASK, sa.Column("subject", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(TASK, sa.Column("until", sa.Date()))
    _one_of(TASK, "kind", (*KINDS, "letter"))
    _one_of(TASK, "cause", (*CAUSES, "overdue"))
    op.create_check_constraint("clock", TASK, f"clock IN {CLOCKS}")
    op.create_index(
        "uq_supervision_task_letter",
        TASK,
        ["project_id", "item", "round", "clock", "subject"],
        unique=True,
        postgresql_where=sa.text("kind = 'letter'"),
    )
    _one_of(DOCUMENT, "category", (*CATEGORIES, "internal"))
    op.add_column(DOCUMENT, sa.Column("revoked_by", sa.Text()))
    op.execute(
        f"UPDATE {DOCUMENT} SET revoked_by = revoked_reason, revoked_reason = NULL"  # noqa: S608
        " WHERE state = 'replaced'"
    )
    op.execute(
        f"UPDATE {DOCUMENT} d SET revoked_by = v.number FROM {DOCUMENT} v"  # noqa: S608
        " WHERE d.state = 'revoked' AND v.kind = 'void_decision' AND v.project_id = d.project_id"
        " AND v.item = d.item AND v.round = d.round AND v.issued_on = d.revoked_on AND v.id <> d.id"
    )


def downgrade() -> None:
    """Forget the letters. A number that was given to one is not given again."""
    op.execute(
        f"UPDATE {DOCUMENT} SET revoked_reason = revoked_by WHERE state = 'replaced'"  # noqa: S608
    )
    op.drop_column(DOCUMENT, "revoked_by")
    op.execute(f"DELETE FROM {DOCUMENT} WHERE category = 'internal'")  # noqa: S608
    _one_of(DOCUMENT, "category", CATEGORIES)
    op.drop_index("uq_supervision_task_letter", TASK)
    op.execute(f"DELETE FROM {TASK} WHERE kind = 'letter'")  # noqa: S608
    op.drop_constraint("ck_supervision_task_clock", TASK)
    _one_of(TASK, "kind", KINDS)
    _one_of(TASK, "cause", CAUSES)
    for column in ("until", "subject", "clock"):
        op.drop_column(TASK, column)


def _one_of(table: str, column: str, values: tuple[str, ...]) -> None:
    op.drop_constraint(f"ck_{table}_{column}", table)
    op.create_check_constraint(column, table, f"{column} IN {values}")
