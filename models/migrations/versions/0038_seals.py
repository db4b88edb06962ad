"""Seals of what no event tells, and anchors; what is there already is sealed as found.

Revision ID: 0038
Revises: 0037
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from models.migrations.filling import Filling
from models.migrations.overlap import OLDER
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
#: An anchor waits for whoever seals.
TURN = 4_203_373
FILE_NAME = "left(encode(sha256(convert_to({row}.file_name, 'UTF8')), 'hex'), 32)"
#: The release before seals nothing: what it writes meanwhile is sealed as found.
OF_OLDER = """
CREATE FUNCTION older_{name}_sealed() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared({turn});
  IF TG_OP = 'DELETE' THEN
    INSERT INTO seal (relation, rows, found) VALUES ('{name}', jsonb_build_object({old_key}, NULL), true);
  ELSE
    INSERT INTO seal (relation, rows, found) VALUES ('{name}', jsonb_build_object({key}, {hashed}), true);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER older_{name}_sealed AFTER INSERT OR UPDATE OR DELETE ON {name}
  FOR EACH ROW WHEN ({older}) EXECUTE FUNCTION older_{name}_sealed();
"""
#: And what it hands in is named by something.
OF_PAPERS = f"""
CREATE FUNCTION older_material_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE stored_file SET attached = true WHERE sha256 = NEW.sha256 AND NOT attached;
  PERFORM pg_advisory_xact_lock_shared({TURN});
  INSERT INTO seal (relation, rows, found) VALUES ('material',
    jsonb_build_object(NEW.project_id || '/' || NEW.key, {FILE_NAME.format(row="NEW")}), true);
  RETURN NULL;
END $$;
CREATE TRIGGER older_material_sealed AFTER INSERT OR UPDATE ON material
  FOR EACH ROW WHEN ({OLDER} AND NEW.file_name IS NOT NULL) EXECUTE FUNCTION older_material_sealed();
"""  # noqa: S608 - put together from constants


def _of(relation: str, key: str, hashed: str, where: str = "true", name: str | None = None) -> str:
    """Seals the rows on some pages as found. Whoever writes one just now is waited for: they seal it too."""
    return (
        f"INSERT INTO seal (relation, rows, found) SELECT '{name or relation}', jsonb_object_agg(key, hash),"  # noqa: S608
        f" true FROM (SELECT {key} AS key, {hashed} AS hash FROM {relation} t WHERE {where}"
        " AND t.ctid >= CAST(:first AS tid) AND t.ctid < CAST(:last AS tid) FOR SHARE) rows"
        " HAVING count(*) > 0"
    )


def _fillings() -> Iterator[Filling]:
    for name in SEALED:
        how = seal_of(metadata.tables[name])
        assert how is not None, name  # noqa: S101
        yield Filling((_of(name, key_sql(how), hash_sql(how)),), name, "pages")
    papers = "CAST(t.project_id AS text) || '/' || t.key"
    of_papers = _of("material", papers, FILE_NAME.format(row="t"), "t.file_name IS NOT NULL")
    yield Filling((of_papers,), "material", "pages")
    # A file that is not what its name says was so before anybody looked.
    content = (
        "(SELECT encode(sha256(coalesce(string_agg(p.content, CAST('' AS bytea) ORDER BY p.place),"
        " '')), 'hex') FROM stored_file_part p WHERE p.sha256 = t.sha256)"
    )
    other = _of("stored_file", "t.sha256", content, f"{content} <> t.sha256", name="content")
    yield Filling((other,), "stored_file", "pages", waits=False)


FILLINGS = tuple(_fillings())


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
    for name in SEALED:
        how = seal_of(metadata.tables[name])
        assert how is not None, name  # noqa: S101
        following = OF_OLDER.format(
            name=name,
            turn=TURN,
            older=OLDER,
            key=key_sql(how, "NEW"),
            old_key=key_sql(how, "OLD"),
            hashed=hash_sql(how, "NEW"),
        )
        op.execute(following)
    op.execute(OF_PAPERS)
    for name in APPEND_ONLY:
        for what, when in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER {name}_never_{when.lower()} BEFORE {what} ON {name}"
                f" FOR EACH {when} EXECUTE FUNCTION refuse_change()"
            )


def downgrade() -> None:
    """Forget the seals; the next upgrade seals what it finds."""
    for name in (*SEALED, "material"):
        op.execute(f"DROP FUNCTION IF EXISTS older_{name}_sealed() CASCADE")
    op.drop_table("anchor")
    op.drop_table("seal")
