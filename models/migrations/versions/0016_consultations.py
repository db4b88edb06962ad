"""Departments are consulted before an item is decided; their time to answer has a clock.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS = ("correction_window", "decision", "delivery", "make_up", "next_phase")
WATCHED = ("correction_window", "make_up", "delivery", "next_phase")
STATES = "('asked', 'agreed', 'objected', 'deemed_agreed', 'lapsed')"


def upgrade() -> None:
    """Nobody was asked before."""
    op.create_table(
        "consultation",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column(
            "silence_is_consent", sa.Boolean(), nullable=False, server_default=sa.text("false")
        ),
        sa.Column("due_on", sa.Date()),
        sa.Column("answered_on", sa.Date()),
        sa.Column("opinion", sa.Text()),
        sa.Column("by", sa.Text()),
        sa.PrimaryKeyConstraint(
            "project_id", "item", "round", "department", name="pk_consultation"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_consultation_project_id_project"
        ),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_consultation_state")),
        sa.CheckConstraint(
            "state = 'asked' OR answered_on IS NOT NULL", name=op.f("ck_consultation_answered")
        ),
    )
    op.create_index(
        "ix_consultation_asked",
        "consultation",
        ["department"],
        postgresql_where=sa.text("state = 'asked'"),
    )
    _kinds((*KINDS, "consultation"), (*WATCHED, "consultation"))


def downgrade() -> None:
    """Forget who was asked."""
    op.execute("DELETE FROM clock WHERE kind = 'consultation'")
    _kinds(KINDS, WATCHED)
    op.drop_table("consultation")


def _kinds(kinds: tuple[str, ...], watched: tuple[str, ...]) -> None:
    op.drop_constraint("ck_clock_kind", "clock")
    op.create_check_constraint("kind", "clock", f"kind IN {kinds}")
    op.drop_index("ix_clock_kind_due_on", "clock")
    op.create_index(
        "ix_clock_kind_due_on",
        "clock",
        ["kind", "due_on"],
        postgresql_where=sa.text(f"state = 'running' AND kind IN {watched}"),
    )
