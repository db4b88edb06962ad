"""When a project's light turns, what falls due next and whom it waits for, in its own row: lists ask by index.

Revision ID: 0050
Revises: 0049
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.filling import Filling

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

NEVER = "'9999-12-31'"
COLUMNS = (
    ("yellow_at", sa.DateTime(timezone=True), "'9999-12-31 00:00:00+00'"),
    ("red_on", sa.Date(), NEVER),
    ("next_due_on", sa.Date(), None),
    ("lead", sa.SmallInteger(), "0"),
    ("waits_for_applicant", sa.Boolean(), "false"),
    ("waits_for_department", sa.Boolean(), "false"),
)
CONCERNED = ("item", "consultation", "supervision_task", "utility_line")
TOLD = ["yellow_at", "next_due_on", "waits_for_applicant", "waits_for_department"]
LEADS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 128)
DAYS = "red_on - CAST(yellow_at AT TIME ZONE 'Asia/Shanghai' AS date)"
LEAD = " ".join(f"WHEN {DAYS} <= {lead} THEN {lead}" for lead in LEADS)
DUE_AGAIN = (
    "(i.state = 'preliminary' AND EXISTS (SELECT FROM clock d WHERE d.project_id = i.project_id"
    " AND d.item = i.code AND d.round = i.round AND d.kind = 'decision' AND d.subject = ''"
    " AND d.state = 'running'))"
)
OF_APPLICANT = (
    "'open', 'correcting', 'rectifying', 'preliminary', 'conditionally_granted', 'denied',"
    " 'not_accepted', 'revoked', 'withdrawn'"
)
FILL = (
    f"""UPDATE project p SET yellow_at = coalesce(k.yellow_at, '9999-12-31 00:00:00+00'),
        red_on = coalesce(k.last + 1, {NEVER}), next_due_on = k.due_on
        FROM (SELECT c.project_id, min(c.yellow_at) AS yellow_at, min(c.due_on) AS due_on,
            min(least(c.due_on, c.statutory_due_on)) AS last
            FROM clock c WHERE c.state <> 'stopped' AND c.project_id >= :first AND c.project_id < :last
            GROUP BY c.project_id) k
        WHERE k.project_id = p.id""",  # noqa: S608
    f"UPDATE project SET lead = CASE {LEAD} ELSE 32767 END WHERE id >= :first AND id < :last",  # noqa: S608
    f"""UPDATE project p SET waits_for_applicant = w.applicant, waits_for_department = w.department
        FROM (SELECT i.project_id,
            bool_or(i.state IN ({OF_APPLICANT}) AND NOT {DUE_AGAIN}) AS applicant,
            bool_or(i.state IN ('received', 'accepted') OR {DUE_AGAIN}) AS department
            FROM item i WHERE i.project_id >= :first AND i.project_id < :last GROUP BY i.project_id) w
        WHERE w.project_id = p.id""",  # noqa: S608
)
FILLINGS = (Filling(FILL),)


def upgrade() -> None:
    for name, kind, default in COLUMNS:
        op.add_column(
            "project",
            sa.Column(
                name,
                kind,
                nullable=default is None,
                server_default=sa.text(default) if default else None,
            ),
        )
    for name, columns in (
        ("ix_project_light", ["lead", "red_on", "id"]),
        ("ix_project_steward_light", ["steward", "lead", "red_on", "id"]),
    ):
        op.create_index(
            name,
            "project",
            columns,
            postgresql_include=TOLD,
            postgresql_where=sa.text("state = 'active'"),
        )
    for table in CONCERNED:
        op.create_index(f"ix_{table}_department", table, ["department", "project_id"])


def downgrade() -> None:
    for table in CONCERNED:
        op.drop_index(f"ix_{table}_department", table)
    for name in ("ix_project_steward_light", "ix_project_light"):
        op.drop_index(name, "project")
    for name, _, _ in COLUMNS:
        op.drop_column("project", name)
