"""The audit of what no event tells: rows against their seals, files against their fingerprints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, text

from config.texts import Word
from models.tables import metadata
from models.tables.audit import Sealed, hash_sql, key_sql, seal_of
from services.cases.audit.faults import (
    Broken,
    FileAltered,
    RecordAltered,
    RecordForged,
    RecordGone,
)

#: What a row of a table is called.
KINDS: Mapping[str, Word] = {
    "absence": Word("absence"),
    "competence": Word("competence"),
    "delegation": Word("delegation"),
    "promotion_group": Word("promotion group"),
    "role_grant": Word("post"),
    "unit": Word("unit"),
    "calendar_version": Word("version of the calendar"),
    "calendar_warning": Word("warning about the calendar"),
    "commitment_list": Word("list of what is granted on commitment"),
    "credit_entry": Word("credit entry"),
    "delivery": Word("receipt"),
    "document_number": Word("series of numbers"),
    "handover": Word("hand-over list"),
    "steward_choice": Word("choice of a steward"),
    "steward_profile": Word("profile of a steward"),
    "handover_line": Word("hand-over of a project"),
    "notice": Word("notice"),
    "official_document": Word("document"),
    "policy_version": Word("version of the policy"),
    "matter": Word("matter"),
    "matter_kind": Word("version of a kind of matter"),
    "project": Word("project"),
    "scenario_act": Word("act on a scenario"),
    "scenario_version": Word("version of the scenario"),
    "security_event": Word("entry of the security log"),
    "stored_file": Word("file"),
}
_FAULTS = {"altered": RecordAltered, "gone": RecordGone, "forged": RecordForged}


@dataclass(frozen=True, slots=True)
class AsFound:
    """What was sealed as found by an upgrade: its earlier states are not provable."""

    rows: int
    since: datetime


def record_faults(
    connection: Connection, codes: Mapping[int, str], only: int | None
) -> Iterator[Broken]:
    """Sealed rows that are not as written; of one project where ``only`` is its number."""
    for table in metadata.sorted_tables:
        how = seal_of(table)
        if how is not None and (only is None or _of_projects(how)):
            yield from _of_table(connection, table, how, codes, only)


def _of_projects(how: Sealed) -> bool:
    return how.key[0] in {"project_id", "id"} and len(how.key) > 1


def _of_table(
    connection: Connection, table: Table, how: Sealed, codes: Mapping[int, str], only: int | None
) -> Iterator[Broken]:
    values = {"relation": table.name, "of": f"{only}/%" if only is not None else "%"}
    kind = KINDS[table.name]
    for key, fault in connection.execute(text(_statement(table, how)), values):
        project, shown = _place(key, codes) if _of_projects(how) else (None, key)
        yield _FAULTS[fault](project=project, kind=kind, key=shown)


def _place(key: str, codes: Mapping[int, str]) -> tuple[str | None, str]:
    """The project that a key begins with, where there is one, and the rest of the key."""
    number, _, rest = key.partition("/")
    return (codes.get(int(number)) if number.isdigit() else None), rest


def _statement(table: Table, how: Sealed) -> str:
    return (
        "WITH sealed AS (SELECT DISTINCT ON (r.key) r.key, r.value AS hash FROM seal s"  # noqa: S608
        " CROSS JOIN LATERAL jsonb_each_text(s.rows) r WHERE s.relation = :relation"
        " AND r.key LIKE :of ORDER BY r.key, s.id DESC), there AS (SELECT * FROM (SELECT"
        f" {key_sql(how)} AS key, {hash_sql(how)} AS hash, {how.elsewhere or 'false'} AS elsewhere"
        f" FROM {table.name} t) rows WHERE key LIKE :of)"
        " SELECT coalesce(s.key, t.key), CASE WHEN t.key IS NULL THEN 'gone'"
        " WHEN s.hash IS NULL THEN 'forged' ELSE 'altered' END FROM sealed s"
        " FULL JOIN there t ON t.key = s.key"
        " WHERE s.hash IS DISTINCT FROM t.hash AND NOT (s.key IS NULL AND t.elsewhere) ORDER BY 1"
    )


def file_faults(connection: Connection, only: int | None) -> Iterator[Broken]:
    """Files whose content is not the one of their fingerprint, which is computed again."""
    for row in connection.execute(_FILES, {"only": only}):
        yield FileAltered(project=None, key=row.sha256[:12])


def sealed_values(connection: Connection, relation: str) -> dict[str, str]:
    """Key → hash of everything that was sealed as found under a name."""
    rows = connection.execute(_FOUND, {"relation": relation})
    return {row.key: row.value for row in rows}


def as_found(connection: Connection) -> AsFound | None:
    """How much was sealed as found; ``None`` where everything is sealed from the start."""
    row = connection.execute(_AS_FOUND).one()
    return AsFound(int(row.rows), row.since) if row.rows else None


_CONTENT = (
    "(SELECT encode(sha256(coalesce(string_agg(p.content, CAST('' AS bytea) ORDER BY p.place), '')),"
    " 'hex') FROM stored_file_part p WHERE p.sha256 = f.sha256)"
)
_FILES = text(
    "SELECT sha256 FROM stored_file f WHERE (CAST(:only AS bigint) IS NULL OR sha256 IN"  # noqa: S608
    " (SELECT sha256 FROM material WHERE project_id = :only UNION ALL"
    " SELECT file FROM official_document WHERE project_id = :only))"
    f" AND {_CONTENT} <> coalesce((SELECT s.rows ->> f.sha256 FROM seal s"
    " WHERE s.found AND s.relation = 'content' AND s.rows ? f.sha256 LIMIT 1), sha256) ORDER BY sha256"
)
_FOUND = text(
    "SELECT r.key, r.value FROM seal s CROSS JOIN LATERAL jsonb_each_text(s.rows) r"
    " WHERE s.found AND s.relation = :relation ORDER BY s.id"
)
_AS_FOUND = text(
    "SELECT coalesce(sum((SELECT count(*) FROM jsonb_object_keys(s.rows))), 0) AS rows,"
    " min(s.at) AS since FROM seal s WHERE s.found"
)
