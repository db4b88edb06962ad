"""Every project knows the calendar its dates were made with; warnings are claimed on the clock's row.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Projects that were there before say no calendar: the next watch looks at each of them."""
    op.create_table(
        "calendar_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("in_force_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_version")),
    )
    op.create_index("ix_calendar_version_version", "calendar_version", ["version"])
    op.create_table(
        "calendar_warning",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("year", "rung", name=op.f("pk_calendar_warning")),
    )
    op.add_column("project", sa.Column("calendar", sa.Text()))
    op.create_index(
        "ix_project_calendar",
        "project",
        ["calendar"],
        postgresql_where=sa.text("state = 'active'"),
    )
    # Every act writes the project's row: room on its page keeps the indexes out of it.
    op.execute("ALTER TABLE project SET (fillfactor = 80)")
    # A warning about the calendar is about no project.
    op.alter_column("notice", "project_id", nullable=True)
    op.alter_column("notice", "seq", nullable=True)
    # The clock's own row says which rungs were given, and the log says when.
    op.drop_table("warning")
    # Time acts on these two kinds alone.
    op.drop_index("ix_clock_kind_due_on", "clock")
    op.create_index(
        "ix_clock_kind_due_on",
        "clock",
        ["kind", "due_on"],
        postgresql_where=sa.text("state = 'running' AND kind IN ('correction_window', 'make_up')"),
    )


def downgrade() -> None:
    """Forget which calendars there were."""
    op.drop_index("ix_clock_kind_due_on", "clock")
    op.create_index(
        "ix_clock_kind_due_on",
        "clock",
        ["kind", "due_on"],
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "warning",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_warning_project_id_project")
        ),
        sa.PrimaryKeyConstraint(
            "project_id", "item", "kind", "round", "subject", "rung", name=op.f("pk_warning")
        ),
    )
    op.execute("DELETE FROM delivery WHERE notice_id IN (SELECT id FROM notice WHERE seq IS NULL)")
    op.execute("DELETE FROM notice WHERE seq IS NULL")
    op.alter_column("notice", "seq", nullable=False)
    op.alter_column("notice", "project_id", nullable=False)
    op.execute("ALTER TABLE project RESET (fillfactor)")
    op.drop_index("ix_project_calendar", "project")
    op.drop_column("project", "calendar")
    op.drop_table("calendar_warning")
    op.drop_index("ix_calendar_version_version", "calendar_version")
    op.drop_table("calendar_version")
