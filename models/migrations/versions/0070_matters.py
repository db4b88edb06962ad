"""Matters: their kinds, rows, entries, clocks and hash-chained events.

Revision ID: 0070
Revises: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """As declared; the log is append-only, and a published kind never changes."""
    op.create_table(
        "matter_kind",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("definition", JSONB(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state = 'draft' OR (definition IS NOT NULL AND content_hash IS NOT NULL)",
            name=op.f("ck_matter_kind_defined"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'validated', 'requested', 'published', 'retired')",
            name=op.f("ck_matter_kind_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_kind")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_matter_kind_key_version")),
    )
    op.create_table(
        "matter",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("class_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("filer", sa.Text(), nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("enterprise", sa.Text(), nullable=True),
        sa.Column("about_type", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("about_item", sa.Text(), nullable=True),
        sa.Column("steward", sa.Text(), nullable=True),
        sa.Column("office", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("handler", sa.Text(), nullable=True),
        sa.Column("supervisor", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("close_out_number", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("yellow_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.Column("event_hash", sa.LargeBinary(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["matter_kind.id"], name=op.f("fk_matter_kind_id_matter_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
        sa.UniqueConstraint("number", name=op.f("uq_matter_number")),
    )
    op.create_index("ix_matter_enterprise", "matter", ["enterprise"], unique=False)
    op.create_index("ix_matter_filer", "matter", ["filer"], unique=False)
    op.create_index("ix_matter_handler", "matter", ["handler", "due_on"], unique=False)
    op.create_index("ix_matter_kind_filed", "matter", ["kind_id", "filed_on"], unique=False)
    op.create_index(op.f("ix_matter_kind_id"), "matter", ["kind_id"], unique=False)
    op.create_index("ix_matter_office", "matter", ["office", "due_on"], unique=False)
    op.create_index("ix_matter_unit", "matter", ["unit", "due_on"], unique=False)
    op.create_table(
        "matter_clock",
        sa.Column("matter_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("promised_length", sa.Integer(), nullable=True),
        sa.Column("promised_unit", sa.Text(), nullable=False),
        sa.Column("statutory_length", sa.Integer(), nullable=True),
        sa.Column("statutory_unit", sa.Text(), nullable=False),
        sa.Column("history", JSONB(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("statutory_due_on", sa.Date(), nullable=True),
        sa.Column("yellow_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statutory_yellow_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column(
            "warned", ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column(
            "warned_for", ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column(
            "warned_on", ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column("rest", sa.Integer(), nullable=True),
        sa.Column("next_rung", sa.Text(), nullable=True),
        sa.Column("next_rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'suspended', 'stopped')", name=op.f("ck_matter_clock_state")
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_matter_clock_matter_id_matter")
        ),
        sa.PrimaryKeyConstraint(
            "matter_id", "kind", "round", "subject", name=op.f("pk_matter_clock")
        ),
    )
    op.create_index(
        "ix_matter_clock_kind_due_on",
        "matter_clock",
        ["kind", "due_on"],
        unique=False,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index(
        "ix_matter_clock_next_rung_at",
        "matter_clock",
        ["next_rung_at"],
        unique=False,
        postgresql_where=sa.text("next_rung_at IS NOT NULL"),
    )
    op.create_table(
        "matter_entry",
        sa.Column("matter_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("records", sa.Text(), nullable=True),
        sa.Column("form", JSONB(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_matter_entry_matter_id_matter")
        ),
        sa.PrimaryKeyConstraint("matter_id", "no", name=op.f("pk_matter_entry")),
    )
    op.create_table(
        "matter_event",
        sa.Column("matter_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("command_key", sa.Text(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_matter_event_matter_id_matter")
        ),
        sa.PrimaryKeyConstraint("matter_id", "seq", name=op.f("pk_matter_event")),
    )
    op.create_index(
        "uq_matter_event_command_key",
        "matter_event",
        ["matter_id", "command_key"],
        unique=True,
        postgresql_where=sa.text("command_key IS NOT NULL"),
    )
    op.create_index(
        "uq_matter_event_filing_key",
        "matter_event",
        ["actor", "command_key"],
        unique=True,
        postgresql_where=sa.text("seq = 1 AND command_key IS NOT NULL"),
    )
    op.add_column("notice", sa.Column("matter_id", sa.BigInteger(), nullable=True))
    op.create_unique_constraint(
        op.f("uq_notice_matter_id_seq_audience_template"),
        "notice",
        ["matter_id", "seq", "audience", "template"],
    )
    op.create_foreign_key(
        op.f("fk_notice_matter_id_matter"), "notice", "matter", ["matter_id"], ["id"]
    )
    op.execute(
        "CREATE TRIGGER matter_kind_immutable BEFORE UPDATE OR DELETE ON matter_kind"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_scenario()"
    )
    for when, what in (("ROW", "UPDATE OR DELETE"), ("STATEMENT", "TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER matter_event_never_{when.lower()} BEFORE {what} ON matter_event"
            f" FOR EACH {when} EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Matters are forgotten, with what was told of them."""
    op.execute(
        "DELETE FROM delivery d USING notice n WHERE n.id = d.notice_id AND n.matter_id IS NOT NULL"
    )
    op.execute("DELETE FROM notice WHERE matter_id IS NOT NULL")
    op.drop_constraint(op.f("fk_notice_matter_id_matter"), "notice", type_="foreignkey")
    op.drop_constraint(op.f("uq_notice_matter_id_seq_audience_template"), "notice", type_="unique")
    op.drop_column("notice", "matter_id")
    op.drop_index(
        "uq_matter_event_filing_key",
        table_name="matter_event",
        postgresql_where=sa.text("seq = 1 AND command_key IS NOT NULL"),
    )
    op.drop_index(
        "uq_matter_event_command_key",
        table_name="matter_event",
        postgresql_where=sa.text("command_key IS NOT NULL"),
    )
    op.drop_table("matter_event")
    op.drop_table("matter_entry")
    op.drop_index(
        "ix_matter_clock_next_rung_at",
        table_name="matter_clock",
        postgresql_where=sa.text("next_rung_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_matter_clock_kind_due_on",
        table_name="matter_clock",
        postgresql_where=sa.text("state = 'running'"),
    )
    op.drop_table("matter_clock")
    op.drop_index("ix_matter_unit", table_name="matter")
    op.drop_index("ix_matter_office", table_name="matter")
    op.drop_index(op.f("ix_matter_kind_id"), table_name="matter")
    op.drop_index("ix_matter_kind_filed", table_name="matter")
    op.drop_index("ix_matter_handler", table_name="matter")
    op.drop_index("ix_matter_filer", table_name="matter")
    op.drop_index("ix_matter_enterprise", table_name="matter")
    op.drop_table("matter")
    op.drop_table("matter_kind")
