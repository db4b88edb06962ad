"""Drafts that are unfinished, publications that wait for a second approval, and who did what.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENTS, PEOPLE = ("changed_at", "requested_at"), ("changed_by", "requested_by", "imported_from")
STATES_BEFORE = "'draft', 'validated', 'published', 'retired'"
STATES = "'draft', 'validated', 'requested', 'published', 'retired'"

GUARD = """
CREATE FUNCTION refuse_change_of_published_scenario() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state NOT IN ('published', 'retired') THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state'
     AND (NEW.state = OLD.state OR NEW.state = 'retired') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is refused: version % of % is published and never changes',
    TG_OP, OLD.version, OLD.key USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    """Versions that are there already say who published them; who wrote them is not known."""
    for name in MOMENTS:
        op.add_column("scenario_version", sa.Column(name, sa.DateTime(timezone=True)))
    for name in PEOPLE:
        op.add_column("scenario_version", sa.Column(name, sa.Text()))
    for name in ("content_hash", "definition"):
        op.alter_column("scenario_version", name, nullable=True)
    op.drop_constraint(op.f("ck_scenario_version_state"), "scenario_version")
    op.create_check_constraint("state", "scenario_version", f"state IN ({STATES})")
    op.create_check_constraint(
        "defined",
        "scenario_version",
        "state = 'draft' OR (definition IS NOT NULL AND content_hash IS NOT NULL)",
    )
    _create_acts()
    op.execute(GUARD)
    op.execute(
        "CREATE TRIGGER scenario_version_immutable BEFORE UPDATE OR DELETE ON scenario_version"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_scenario()"
    )


def _create_acts() -> None:
    op.create_table(
        "scenario_act",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("data", JSONB(), nullable=False, server_default=sa.text("'{}'")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_act")),
    )
    op.create_index(
        op.f("ix_scenario_act_key_version_id"), "scenario_act", ["key", "version", "id"]
    )
    for when, name in (("ROW", "append_only"), ("STATEMENT", "no_truncate")):
        what = "UPDATE OR DELETE" if when == "ROW" else "TRUNCATE"
        op.execute(
            f"CREATE TRIGGER scenario_act_{name} BEFORE {what} ON scenario_act"
            f" FOR EACH {when} EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Forget unfinished drafts and what was done; a requested publication is a validated version."""
    op.execute("DROP TRIGGER scenario_version_immutable ON scenario_version")
    op.execute("DROP FUNCTION refuse_change_of_published_scenario()")
    op.drop_table("scenario_act")
    op.drop_constraint(op.f("ck_scenario_version_defined"), "scenario_version")
    op.drop_constraint(op.f("ck_scenario_version_state"), "scenario_version")
    op.execute("UPDATE scenario_version SET state = 'validated' WHERE state = 'requested'")
    op.execute("DELETE FROM scenario_version WHERE definition IS NULL")
    op.create_check_constraint("state", "scenario_version", f"state IN ({STATES_BEFORE})")
    for name in ("content_hash", "definition"):
        op.alter_column("scenario_version", name, nullable=False)
    for name in (*MOMENTS, *PEOPLE):
        op.drop_column("scenario_version", name)
