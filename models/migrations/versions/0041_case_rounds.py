"""Case rounds: what figures count, one row for each application of an item.

Revision ID: 0041
Revises: 0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

CHANNELS = "'portal', 'mobile', 'window', 'station', 'home_service', 'mail', 'agent', 'api'"
OUTCOMES = (
    "'granted', 'conditionally_granted', 'denied', 'not_accepted', 'not_required', 'withdrawn',"
    " 'fell_away', 'ended_with_whole'"
)
CHECKS = {
    "channel": CHANNELS,
    "acceptance_kind": "'explicit', 'deemed'",
    "outcome": OUTCOMES,
}
INDEXES = (
    ("accepted", ["accepted_on"], "accepted_on IS NOT NULL"),
    ("ended", ["ended_on", "department"], "ended_on IS NOT NULL"),
    ("open", ["department", "received_on"], "ended_on IS NULL"),
)


def upgrade() -> None:
    for table in ("case_round", "case_round_part"):
        op.create_table(
            table,
            sa.Column("project_id", sa.BigInteger, nullable=False),
            sa.Column("item", sa.Text, nullable=False),
            sa.Column("round", sa.Integer, nullable=False),
            sa.Column("whole", sa.Text),
            sa.Column("stage", sa.Text, nullable=False),
            sa.Column("department", sa.Text, nullable=False),
            sa.Column("region", sa.Text, nullable=False),
            sa.Column("scenario", sa.Text, nullable=False),
            sa.Column("scenario_version", sa.Integer, nullable=False),
            sa.Column("enterprise", sa.Text, nullable=False),
            sa.Column("steward", sa.Text),
            sa.Column("handler", sa.Text),
            sa.Column("channel", sa.Text),
            sa.Column("received_on", sa.Date),
            sa.Column("received_at", sa.DateTime(timezone=True)),
            sa.Column("accepted_on", sa.Date),
            sa.Column("acceptance_kind", sa.Text),
            sa.Column("notices", sa.Integer, nullable=False),
            sa.Column("notices_by_override", sa.Integer, nullable=False),
            sa.Column("corrected_on", sa.Date),
            sa.Column("deferred_count", sa.Integer, nullable=False),
            sa.Column("commitment", sa.Boolean, nullable=False),
            sa.Column("ended_on", sa.Date),
            sa.Column("ended_at", sa.DateTime(timezone=True)),
            sa.Column("outcome", sa.Text),
            sa.Column("clock_stopped_on", sa.Date),
            sa.Column("promised_due_on", sa.Date),
            sa.Column("statutory_due_on", sa.Date),
            sa.Column("counted_days", sa.Integer),
            sa.Column("natural_days", sa.Integer),
            sa.Column("instant", sa.Boolean),
            sa.Column("parts", sa.Integer, nullable=False),
            sa.Column("voided_on", sa.Date),
            sa.Column("restored_on", sa.Date),
            sa.Column("delivered_on", sa.Date),
            sa.Column("delivery_method", sa.Text),
            sa.PrimaryKeyConstraint("project_id", "item", "round", name=f"pk_{table}"),
            sa.ForeignKeyConstraint(
                ["project_id"], ["project.id"], name=f"fk_{table}_project_id_project"
            ),
            *(
                sa.CheckConstraint(f"{column} IN ({values})", name=f"ck_{table}_{column}")
                for column, values in CHECKS.items()
            ),
        )
        for name, columns, where in INDEXES:
            op.create_index(f"ix_{table}_{name}", table, columns, postgresql_where=sa.text(where))


def downgrade() -> None:
    op.drop_table("case_round_part")
    op.drop_table("case_round")
