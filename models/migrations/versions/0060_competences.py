"""Which unit answers for an item in a district: exactly one on every day.

Revision ID: 0060
Revises: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "competence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date()),
        sa.Column("document_no", sa.Text()),
        sa.Column("entered_by", sa.Text()),
        sa.Column(
            "entered_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_competence"),
        sa.ForeignKeyConstraint(["place"], ["unit.key"], name="fk_competence_place_unit"),
        sa.ForeignKeyConstraint(["unit"], ["unit.key"], name="fk_competence_unit_unit"),
        sa.ForeignKeyConstraint(
            ["office"], ["department.key"], name="fk_competence_office_department"
        ),
        sa.CheckConstraint("to_on > from_on", name="ck_competence_in_order"),
    )
    for column in ("place", "unit", "office"):
        op.create_index(f"ix_competence_{column}", "competence", [column])
    # Ranges of one number each, made from item and place: what btree_gist would say, without an extension.
    number = "hashtextextended(place || ' ' || item, 0)"
    op.execute(
        "ALTER TABLE competence ADD CONSTRAINT ex_competence_one_unit EXCLUDE USING gist"
        f" (int8range({number}, {number}, '[]') WITH &&, daterange(from_on, to_on) WITH &&)"
    )
