"""Grants that are recalled or cancelled, beside those that are revoked.

Revision ID: 0048
Revises: 0047
"""

from __future__ import annotations

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

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
    "revoked",
    "withdrawn",
    "not_required",
)
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
DOCUMENT = ("valid", "revoked", "replaced")
ENDS = ("recalled", "cancelled")
NEW_GROUNDS = (
    "law_changed",
    "circumstances_changed",
    "expired",
    "holder_gone",
    "body_ended",
    "withdrawn_as_penalty",
    "force_majeure",
    "cancelled_by_law",
)


def upgrade() -> None:
    _one_of("item", "state", (*ITEM, *ENDS))
    _one_of("commitment", "state", (*CHECKS, *ENDS))
    _one_of("official_document", "state", (*DOCUMENT, *ENDS))
    for table in ("commitment", "voiding"):
        _one_of(table, "ground", (*GROUNDS, *NEW_GROUNDS))


def downgrade() -> None:
    """What was recalled or cancelled is a revoked grant, on another lawful ground."""
    for table in ("item", "commitment", "official_document"):
        op.execute(f"UPDATE {table} SET state = 'revoked' WHERE state IN {ENDS}")  # noqa: S608
    for table in ("commitment", "voiding"):
        op.execute(f"UPDATE {table} SET ground = 'other' WHERE ground IN {NEW_GROUNDS}")  # noqa: S608
        _one_of(table, "ground", GROUNDS)
    _one_of("item", "state", ITEM)
    _one_of("commitment", "state", CHECKS)
    _one_of("official_document", "state", DOCUMENT)


def _one_of(table: str, column: str, values: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{column}"), table)
    op.create_check_constraint(column, table, f"{column} IN {values}")
