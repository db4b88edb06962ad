"""Names of projects by pairs of signs: two Chinese characters find a project however many there are.

Revision ID: 0066
Revises: 0063
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

#: A pair is one number: comparing numbers is ten times faster than comparing texts.
PAIRS = """CREATE FUNCTION pairs_of(words text) RETURNS bigint[] IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql AS $$
 SELECT coalesce(array_agg(DISTINCT ascii(substr(w, g, 1)) * 2097152::bigint + ascii(substr(w, g + 1, 1))), '{}')
 FROM lower(words) w, generate_series(1, length(w) - 1) g $$"""
#: What stands of a project in the index: its title, code and enterprise, one after the other.
NAMES = "pairs_of(p.title || chr(10) || p.code || chr(10) || e.name)"
OF_PROJECT = f"""CREATE FUNCTION name_project() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
 INSERT INTO project_name (project_id, pairs) SELECT p.id, {NAMES}
  FROM (SELECT NEW.id, NEW.title, NEW.code) p, enterprise e WHERE e.credit_code = NEW.enterprise
  ON CONFLICT (project_id) DO UPDATE SET pairs = excluded.pairs;
 RETURN NULL; END $$"""  # noqa: S608
OF_ENTERPRISE = f"""CREATE FUNCTION name_projects_of_enterprise() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
 UPDATE project_name n SET pairs = {NAMES} FROM project p, (SELECT NEW.name) e
  WHERE p.enterprise = NEW.credit_code AND n.project_id = p.id;
 RETURN NULL; END $$"""  # noqa: S608
CHANGED = (
    "(OLD.title, OLD.code, OLD.enterprise) IS DISTINCT FROM (NEW.title, NEW.code, NEW.enterprise)"
)
NAMED = "CREATE TRIGGER project_named AFTER INSERT ON project FOR EACH ROW EXECUTE FUNCTION name_project()"
RENAMED = (
    "CREATE TRIGGER project_renamed AFTER UPDATE ON project FOR EACH ROW"
    f" WHEN ({CHANGED}) EXECUTE FUNCTION name_project()"
)
ENTERPRISE_RENAMED = (
    "CREATE TRIGGER enterprise_renamed AFTER UPDATE ON enterprise FOR EACH ROW"
    " WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION name_projects_of_enterprise()"
)
FILL = (
    f"INSERT INTO project_name (project_id, pairs) SELECT p.id, {NAMES} FROM project p"  # noqa: S608
    " JOIN enterprise e ON e.credit_code = p.enterprise"
)


def upgrade() -> None:
    op.create_table(
        "project_name",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("pairs", ARRAY(sa.BigInteger()), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_name_project_id_project")
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_project_name")),
    )
    for statement in (PAIRS, OF_PROJECT, OF_ENTERPRISE, FILL):
        op.execute(statement)
    op.create_index("ix_project_name_pairs", "project_name", ["pairs"], postgresql_using="gin")
    for statement in (NAMED, RENAMED, ENTERPRISE_RENAMED):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER enterprise_renamed ON enterprise")
    op.execute("DROP TRIGGER project_renamed ON project")
    op.execute("DROP TRIGGER project_named ON project")
    op.execute("DROP FUNCTION name_projects_of_enterprise")
    op.execute("DROP FUNCTION name_project")
    op.drop_table("project_name")
    op.execute("DROP FUNCTION pairs_of")
