"""Documents are looked for by the beginning of their number.

Revision ID: 0065
Revises: 0064
"""

from __future__ import annotations

from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One number per document: the index of a large ledger takes a moment."""
    op.create_index(
        "ix_official_document_number",
        "official_document",
        ["number"],
        postgresql_ops={"number": "text_pattern_ops"},
    )


def downgrade() -> None:
    """The number itself has its index."""
    op.drop_index("ix_official_document_number", "official_document")
