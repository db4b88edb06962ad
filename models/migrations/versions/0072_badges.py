"""E-badges of posts; promotion groups of a reform's measures.

Revision ID: 0072
Revises: 0067
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("role_grant", sa.Column("badge", sa.Text()))
    op.create_unique_constraint("uq_role_grant_badge", "role_grant", ["badge"])
    op.create_table(
        "promotion_group",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("leader", sa.Text(), nullable=False),
        sa.Column("lead_unit", sa.Text(), nullable=False),
        sa.Column("responsible_units", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date()),
        sa.Column("entered_by", sa.Text()),
        sa.Column(
            "entered_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_promotion_group"),
        sa.ForeignKeyConstraint(
            ["leader"], ["account.login"], name="fk_promotion_group_leader_account"
        ),
        sa.ForeignKeyConstraint(
            ["lead_unit"], ["unit.key"], name="fk_promotion_group_lead_unit_unit"
        ),
        sa.CheckConstraint("to_on >= from_on", name="ck_promotion_group_in_order"),
    )
    for column in ("leader", "lead_unit"):
        op.create_index(f"ix_promotion_group_{column}", "promotion_group", [column])
    op.create_index(
        "uq_promotion_group_open",
        "promotion_group",
        ["measure"],
        unique=True,
        postgresql_where=sa.text("to_on IS NULL"),
    )
