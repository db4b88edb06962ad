"""Agents act for enterprises under written authorisations, and what they do is kept.

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

ROLES = "'applicant', 'window_clerk', 'handler', 'approver', 'department_head', 'project_steward'"
OTHERS = "'administrator', 'leader', 'government_head', 'system'"
KINDS = (
    "kind IN ('steward', 'service_specialist', 'administrative_commissioner',"
    " 'chosen_case_officer', 'red_agent', 'park_agent', 'private_agent')"
)
STATES = "state IN ('signed', 'active', 'revoked', 'expired', 'ended', 'superseded')"
LIVE = sa.text("state IN ('signed', 'active')")


def upgrade() -> None:
    """Nobody held an authorisation before; stewards are asked for one from a day of the policy."""
    op.drop_constraint("ck_account_role", "account")
    op.create_check_constraint("role", "account", f"role IN ({ROLES}, 'agent', {OTHERS})")
    _authorisations()
    op.create_table(
        "agent_act",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=False),
        sa.Column("acted_on", sa.Date(), nullable=False),
        sa.Column("item", sa.Text()),
        sa.Column("round", sa.Integer()),
        sa.Column("authorisation", sa.Integer()),
        sa.Column("disputed_on", sa.Date()),
        sa.Column("objection", sa.Text()),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_agent_act_project_id_project"
        ),
        sa.PrimaryKeyConstraint("project_id", "number", name="pk_agent_act"),
    )


def _authorisations() -> None:
    op.create_table(
        "agency_authorisation",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("organisation", sa.Text()),
        _texts("acts"),
        _texts("items"),
        sa.Column("fee", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("entered_by", sa.Text()),
        sa.Column("file_name", sa.Text()),
        sa.Column("accepted_on", sa.Date()),
        sa.Column("warned_on", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint(KINDS, name="ck_agency_authorisation_kind"),
        sa.CheckConstraint(STATES, name="ck_agency_authorisation_state"),
        sa.CheckConstraint("fee >= 0", name="ck_agency_authorisation_fee"),
        sa.CheckConstraint("valid_from <= valid_until", name="ck_agency_authorisation_time"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_agency_authorisation_project_id_project"
        ),
        sa.PrimaryKeyConstraint("project_id", "number", name="pk_agency_authorisation"),
    )
    for name, column in (("agent", "agent"), ("until", "valid_until")):
        op.create_index(
            f"ix_agency_authorisation_{name}",
            "agency_authorisation",
            [column],
            postgresql_where=LIVE,
        )


def _texts(name: str) -> sa.Column[list[str]]:
    empty = sa.text("'{}'::text[]")
    return sa.Column(name, ARRAY(sa.Text()), nullable=False, server_default=empty)


def downgrade() -> None:
    """Accounts of agents have to be gone; the log still says who acted for whom."""
    op.drop_table("agent_act")
    op.drop_table("agency_authorisation")
    op.drop_constraint("ck_account_role", "account")
    op.create_check_constraint("role", "account", f"role IN ({ROLES}, {OTHERS})")
