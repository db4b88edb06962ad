"""Seals of what no event tells, and anchors; what is there already is sealed as found.

Revision ID: 0038
Revises: 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from models.tables import metadata
from models.tables.audit import hash_sql, key_sql, seal_of

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

#: Tables whose rows are sealed from now on.
SEALED = (
    "calendar_version",
    "calendar_warning",
    "credit_entry",
    "delivery",
    "document_number",
    "notice",
    "official_document",
    "policy_version",
    "project",
    "scenario_act",
    "scenario_version",
    "stored_file",
)
APPEND_ONLY = ("seal", "anchor")
BATCH = 1000


def upgrade() -> None:
    """Earlier states of what is sealed as found cannot be proved."""
    op.create_table(
        "seal",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("rows", JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("found", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
    )
    op.create_index("ix_seal_relation", "seal", ["relation", "id"])
    op.create_table(
        "anchor",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_anchor")),
    )
    op.execute("SET LOCAL timezone = 'UTC'")
    for name in SEALED:
        how = seal_of(metadata.tables[name])
        assert how is not None, name  # noqa: S101
        _seal(name, key_sql(how), hash_sql(how))
    _seal(
        "material",
        "CAST(t.project_id AS text) || '/' || t.key",
        "left(encode(sha256(convert_to(t.file_name, 'UTF8')), 'hex'), 32)",
        "WHERE t.file_name IS NOT NULL",
    )
    # A file that is not what its name says was so before anybody looked.
    content = (
        "(SELECT encode(sha256(coalesce(string_agg(p.content, CAST('' AS bytea) ORDER BY p.place),"
        " '')), 'hex') FROM stored_file_part p WHERE p.sha256 = t.sha256)"
    )
    _seal("stored_file", "t.sha256", content, f"WHERE {content} <> t.sha256", name="content")
    for name in APPEND_ONLY:
        for what, when in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER {name}_never_{when.lower()} BEFORE {what} ON {name}"
                f" FOR EACH {when} EXECUTE FUNCTION refuse_change()"
            )


def downgrade() -> None:
    """Forget the seals; the next upgrade seals what it finds."""
    op.drop_table("anchor")
    op.drop_table("seal")


def _seal(relation: str, key: str, hashed: str, where: str = "", name: str | None = None) -> None:
    op.execute(
        f"INSERT INTO seal (relation, rows, found) SELECT '{name or relation}', jsonb_object_agg(key, hash),"  # noqa: S608
        f" true FROM (SELECT {key} AS key, {hashed} AS hash, row_number() OVER () / {BATCH} AS batch"
        f" FROM {relation} t {where}) rows GROUP BY batch ORDER BY batch"
    )
