"""What waits for which department, a row each: inboxes and the numbers beside the menu ask by index.

Revision ID: 0054
Revises: 0053
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.filling import Filling

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

NEVER = "DATE '9999-12-31'"
IN_HAND = "'received', 'accepted', 'suspended', 'preliminary'"
TO_CHECK = "'due', 'under_check', 'suspected', 'told', 'rectify', 'revoke_proposed'"
SUBMITTED = (
    "EXISTS (SELECT FROM deficiency d WHERE d.project_id = i.project_id AND d.item = i.code"
    " AND d.round = i.round AND d.state = 'submitted')"
)
RUNS = (
    "EXISTS (SELECT FROM clock c WHERE c.project_id = i.project_id AND c.item = i.code"
    " AND c.round = i.round AND c.kind = '{kind}' AND c.state = 'running')"
)
#: What the department that decides an item has to do about it.
OWN = f"""SELECT i.project_id, i.code AS item, i.department FROM item i WHERE i.state IN ({IN_HAND})
 OR cardinality(i.re_examination) > 0 OR (i.state = 'conditionally_granted' AND {SUBMITTED})
 OR {RUNS.format(kind="result_notice")}
 OR (i.document_issued AND {RUNS.format(kind="delivery")})
 OR EXISTS (SELECT FROM voiding v WHERE v.project_id = i.project_id AND v.item = i.code
   AND v.state = 'appealed')
 OR EXISTS (SELECT FROM commitment m WHERE m.project_id = i.project_id AND m.item = i.code
   AND m.round = i.round AND m.state IN ({TO_CHECK}))"""  # noqa: S608
OTHERS = """SELECT project_id, item, department FROM consultation WHERE state = 'asked'
 UNION SELECT project_id, item, department FROM supervision_task
 WHERE state = 'open' AND kind NOT IN ('inspection', 'letter')
 UNION SELECT project_id, item, department FROM utility_line
 WHERE (lead_on IS NOT NULL AND answered_on IS NULL AND acknowledged_on IS NULL)
 OR (connect_from IS NOT NULL AND connected_on IS NULL)"""
ASKED = """(SELECT min(c.due_on) FROM clock c WHERE c.project_id = i.project_id AND c.item = i.code
 AND c.round = i.round AND c.kind = 'consultation' AND c.subject = w.department
 AND c.state = 'running')"""
DUE = """(SELECT min(c.due_on) FROM clock c WHERE c.project_id = i.project_id AND c.item = i.code
 AND c.round = i.round AND c.state <> 'stopped')"""
OF_BATCH = "{name} >= :first AND {name} < :last"
FILL = (
    f"""INSERT INTO duty (project_id, item, department, letter, band, until, to_accept)
     SELECT w.project_id, w.item, w.department, false, CASE WHEN i.state = 'suspended' THEN 3
       WHEN i.state = 'granted' AND cardinality(i.re_examination) = 0 THEN 2 ELSE 1 END,
       coalesce({ASKED}, {DUE}, {NEVER}), i.state = 'received' AND i.department = w.department
     FROM ({OWN} UNION {OTHERS}) w JOIN item i ON i.project_id = w.project_id AND i.code = w.item
     JOIN project p ON p.id = w.project_id AND p.state = 'active'
     WHERE {OF_BATCH.format(name="w.project_id")} ON CONFLICT DO NOTHING""",  # noqa: S608
    f"""INSERT INTO duty (project_id, item, department, letter, band, until, to_accept)
     SELECT t.project_id, t.item, t.department, true, 0, coalesce(min(t.due_on), {NEVER}), false
     FROM supervision_task t JOIN project p ON p.id = t.project_id AND p.state = 'active'
     WHERE t.state = 'open' AND t.kind = 'letter' AND {OF_BATCH.format(name="t.project_id")}
     GROUP BY 1, 2, 3 ON CONFLICT DO NOTHING""",  # noqa: S608
)
INDEXES = (
    (
        "ix_duty_department",
        ["department", "band", "until", "project_id", "item"],
        "band IS NOT NULL",
    ),
    ("ix_duty_to_accept", ["until", "project_id", "item"], "to_accept AND band IS NOT NULL"),
    (
        "ix_duty_letter",
        ["until", "project_id", "item", "department"],
        "letter AND band IS NOT NULL",
    ),
)
FILLINGS = (Filling(FILL),)


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("letter", sa.Boolean(), nullable=False),
        sa.Column("band", sa.Integer()),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("to_accept", sa.Boolean(), nullable=False),
        sa.CheckConstraint("band BETWEEN 0 AND 3", name=op.f("ck_duty_band")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_duty_project_id_project")
        ),
        sa.PrimaryKeyConstraint("project_id", "item", "department", "letter", name=op.f("pk_duty")),
    )
    for name, columns, where in INDEXES:
        op.create_index(name, "duty", columns, postgresql_where=sa.text(where))


def downgrade() -> None:
    op.drop_table("duty")
