"""Commitments that are checked after the decision; grants that are revoked.

Revision ID: 0036
Revises: 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

OPEN = "('due', 'under_check', 'suspected', 'told', 'rectify', 'revoke_proposed')"
CHECKS = (
    "due",
    "under_check",
    "kept",
    "suspected",
    "told",
    "cleared",
    "rectify",
    "rectified",
    "revoke_proposed",
    "revoked",
    "kept_for_public_interest",
    "dropped",
)
KINDS = ("data_match", "paper", "site", "remote_video")
GROUNDS = (
    "false_commitment",
    "fraud",
    "broken_commitment",
    "abuse",
    "no_competence",
    "procedure",
    "ineligible",
    "other",
)
ITEM = (
    "waiting",
    "open",
    "received",
    "correcting",
    "accepted",
    "rectifying",
    "suspended",
    "preliminary",
    "granted",
    "conditionally_granted",
    "concluded",
    "denied",
    "not_accepted",
    "voided",
    "withdrawn",
    "not_required",
)
CAUSES = ("voiding", "lapse", "violation")
SERIOUS = ("commitment_false", "fraud", "commitment_broken")
TASKS = ("lapse", "violation", "grant", "rhythm", "overdue")


def upgrade() -> None:
    """Grants on commitment of before have no check: nobody had promised one."""
    op.create_table(
        "commitment",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text()),
        sa.Column(
            "statements",
            ARRAY(sa.Text()),
            nullable=False,
            server_default=sa.text("'{}'::text[]"),
        ),
        sa.Column("opened_on", sa.Date()),
        sa.Column("check_due", sa.Date()),
        sa.Column("kind", sa.Text()),
        sa.Column("checked_by", sa.Text()),
        sa.Column("finding", sa.Text()),
        sa.Column("ground", sa.Text()),
        sa.Column("suspicion", sa.Text()),
        sa.Column("evidence", sa.Text()),
        sa.Column("told_on", sa.Date()),
        sa.Column("statement_until", sa.Date()),
        sa.Column("statement", sa.Text()),
        sa.Column("stated_on", sa.Date()),
        sa.Column("hearing_asked_on", sa.Date()),
        sa.Column("hearing_held_on", sa.Date()),
        sa.Column("hearing_record", sa.Text()),
        sa.Column("rectify_until", sa.Date()),
        sa.Column("reason", sa.Text()),
        sa.Column("closed_on", sa.Date()),
        sa.PrimaryKeyConstraint("project_id", "item", "round", name="pk_commitment"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_commitment_project_id_project"
        ),
        sa.CheckConstraint(f"state IN {CHECKS}", name=op.f("ck_commitment_state")),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_commitment_kind")),
        sa.CheckConstraint(f"ground IN {GROUNDS}", name=op.f("ck_commitment_ground")),
    )
    op.create_index(
        "ix_commitment_open", "commitment", ["item"], postgresql_where=sa.text(f"state IN {OPEN}")
    )
    op.add_column("voiding", sa.Column("ground", sa.Text()))
    op.create_check_constraint("ground", "voiding", f"ground IN {GROUNDS}")
    _one_of("item", "state", (*ITEM, "revoked"))
    _one_of("credit_entry", "cause", (*CAUSES, *SERIOUS))
    _one_of("supervision_task", "cause", (*TASKS, "revocation"))


def downgrade() -> None:
    """A revoked grant is a voided one; what is known of checks is forgotten."""
    op.execute("UPDATE item SET state = 'voided' WHERE state = 'revoked'")
    op.execute(f"DELETE FROM credit_entry WHERE cause IN {SERIOUS}")  # noqa: S608
    op.execute("DELETE FROM supervision_task WHERE cause = 'revocation'")
    op.drop_constraint(op.f("ck_voiding_ground"), "voiding")
    op.drop_column("voiding", "ground")
    op.drop_table("commitment")
    _one_of("item", "state", ITEM)
    _one_of("credit_entry", "cause", CAUSES)
    _one_of("supervision_task", "cause", TASKS)


def _one_of(table: str, column: str, values: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{column}"), table)
    op.create_check_constraint(column, table, f"{column} IN {values}")
