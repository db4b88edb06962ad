"""Units in one tree, posts of people over them, absences; where a project lies.

Revision ID: 0052
Revises: 0051
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('new_area', 'new_city', 'park', 'street_town', 'park_office', 'department', 'section',"
    " 'service_station', 'steward_station', 'window', 'utility', 'supervision_body',"
    " 'business_environment_office', 'discipline', 'service_team')"
)
POSTS = (
    "post IN ('project_steward', 'administrative_commissioner', 'duty_steward',"
    " 'steward_office_head', 'service_specialist', 'department_liaison', 'first_handler',"
    " 'deputy_head', 'professional', 'lead_in_charge', 'environment_supervisor',"
    " 'service_team_member')"
)
ABSENCES = "kind IN ('leave', 'sick', 'training', 'travel', 'other')"


def upgrade() -> None:
    op.create_table(
        "unit",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text()),
        sa.Column("parent", sa.Text()),
        sa.Column("department", sa.Text()),
        sa.Column("region_code", sa.Text()),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date()),
        sa.Column("successor", sa.Text()),
        sa.PrimaryKeyConstraint("key", name="pk_unit"),
        sa.ForeignKeyConstraint(["parent"], ["unit.key"], name="fk_unit_parent_unit"),
        sa.ForeignKeyConstraint(["successor"], ["unit.key"], name="fk_unit_successor_unit"),
        sa.ForeignKeyConstraint(
            ["department"], ["department.key"], name="fk_unit_department_department"
        ),
        sa.CheckConstraint(KINDS, name="ck_unit_kind"),
        sa.CheckConstraint("to_on > from_on", name="ck_unit_in_order"),
        sa.CheckConstraint(
            "successor IS NULL OR to_on IS NOT NULL", name="ck_unit_ends_before_successor"
        ),
    )
    for column in ("parent", "department", "region_code", "successor"):
        op.create_index(f"ix_unit_{column}", "unit", [column])
    op.create_table(
        "role_grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text()),
        sa.Column("capacity", sa.Integer(), nullable=False, server_default=sa.text("10")),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date()),
        sa.Column("document_no", sa.Text()),
        sa.Column("granted_by", sa.Text()),
        sa.Column(
            "granted_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_role_grant"),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name="fk_role_grant_login_account"),
        sa.ForeignKeyConstraint(["unit"], ["unit.key"], name="fk_role_grant_unit_unit"),
        sa.CheckConstraint(POSTS, name="ck_role_grant_post"),
        sa.CheckConstraint("capacity BETWEEN 1 AND 15", name="ck_role_grant_capacity"),
        sa.CheckConstraint("to_on >= from_on", name="ck_role_grant_in_order"),
    )
    for column in ("login", "unit"):
        op.create_index(f"ix_role_grant_{column}", "role_grant", [column])
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("substitute", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text()),
        sa.Column(
            "entered_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name="fk_absence_login_account"),
        sa.ForeignKeyConstraint(
            ["substitute"], ["account.login"], name="fk_absence_substitute_account"
        ),
        sa.CheckConstraint(ABSENCES, name="ck_absence_kind"),
        sa.CheckConstraint("to_at >= from_at", name="ck_absence_in_order"),
        sa.CheckConstraint("substitute <> login", name="ck_absence_somebody_else"),
    )
    for column in ("login", "substitute", "to_at"):
        op.create_index(f"ix_absence_{column}", "absence", [column])
    op.add_column("project", sa.Column("place", sa.Text(), nullable=True))
    op.create_foreign_key("fk_project_place_unit", "project", "unit", ["place"], ["key"])
    op.create_index("ix_project_place", "project", ["place"])
