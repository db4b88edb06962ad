"""Certificates and the papers of the procedure are official documents, rows of one table.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OLD, NEW = "license_document", "official_document"
CONSTRAINTS = (
    "pk_{}",
    "uq_{}_number",
    "uq_{}_token",
    "fk_{}_project_id_project",
    "fk_{}_file_stored_file",
)
CATEGORIES = "('certificate', 'notice', 'decision', 'opinion', 'receipt')"


def upgrade() -> None:
    """Widen the table; a series of numbers that do not show their region runs through all."""
    _rename(OLD, NEW)
    op.add_column(NEW, sa.Column("category", sa.Text()))
    op.add_column(NEW, sa.Column("seq", sa.Integer()))
    # A certificate goes back to the event that issued it, and says what later ones say.
    op.execute(
        "UPDATE official_document d SET category = 'certificate', seq = (SELECT min(e.seq)"
        " FROM case_event e WHERE e.project_id = d.project_id AND e.item = d.item"
        " AND e.kind = 'DocumentIssued' AND e.data ->> 'number' = d.number),"
        " face = d.face || jsonb_build_object('authority', true, 'licence', true,"
        " 'basis', '[]'::jsonb, 'dated', d.issued_on,"
        " 'enterprise_name', (SELECT e.name FROM project p JOIN enterprise e"
        " ON e.credit_code = p.enterprise WHERE p.id = d.project_id),"
        " 'issuer', (SELECT jsonb_build_object('zh', coalesce(min(b.name_zh), k.key),"
        " 'en', coalesce(min(b.name_en), k.key)) FROM (SELECT d.face ->> 'department' AS key) k"
        " LEFT JOIN department b ON b.key = k.key GROUP BY k.key),"
        " 'owed', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', n.value)), '[]'::jsonb)"
        " FROM jsonb_array_elements(d.face -> 'deficiencies') n))"
    )
    op.alter_column(NEW, "category", nullable=False)
    op.alter_column(NEW, "seq", nullable=False)
    op.drop_constraint("uq_license_document_project_id_item_round_kind", NEW)
    op.create_unique_constraint(
        "uq_official_document_project_id_seq_kind", NEW, ["project_id", "seq", "kind"]
    )
    op.create_index(
        "uq_official_document_certificate",
        NEW,
        ["project_id", "item", "round", "kind"],
        unique=True,
        postgresql_where=sa.text("category = 'certificate'"),
    )
    op.drop_constraint("ck_license_document_state", NEW)
    op.create_check_constraint("state", NEW, "state IN ('valid', 'revoked', 'replaced')")
    op.create_check_constraint("category", NEW, f"category IN {CATEGORIES}")
    op.execute(
        "INSERT INTO document_number (kind, region, year, last)"
        " SELECT kind, '*', year, max(last) FROM document_number GROUP BY kind, year"
    )


def downgrade() -> None:
    """Keep certificates alone."""
    op.execute(
        "UPDATE document_number d SET last = greatest(d.last, s.last) FROM document_number s"
        " WHERE s.region = '*' AND s.kind = d.kind AND s.year = d.year"
    )
    op.execute("DELETE FROM document_number WHERE region = '*'")
    op.execute("DELETE FROM official_document WHERE category <> 'certificate'")
    op.drop_constraint("ck_official_document_category", NEW)
    op.drop_constraint("ck_official_document_state", NEW)
    op.drop_index("uq_official_document_certificate", NEW)
    op.drop_constraint("uq_official_document_project_id_seq_kind", NEW)
    op.drop_column(NEW, "seq")
    op.drop_column(NEW, "category")
    _rename(NEW, OLD)
    op.create_check_constraint("state", OLD, "state IN ('valid', 'revoked')")
    op.create_unique_constraint(
        "uq_license_document_project_id_item_round_kind",
        OLD,
        ["project_id", "item", "round", "kind"],
    )


def _rename(before: str, after: str) -> None:
    op.rename_table(before, after)
    for name in CONSTRAINTS:
        old, new = name.format(before), name.format(after)
        op.execute(f"ALTER TABLE {after} RENAME CONSTRAINT {old} TO {new}")
