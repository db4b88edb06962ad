"""Seals: the hash of a row that no event tells, left by the very statement that writes it.

No statement more is asked: what was written is hashed by the database within the one that wrote it.
The newest seal of a row holds; the log of seals is append-only, and each day's anchor covers it.
"""

from __future__ import annotations

from sqlalchemy import Table, TextClause, text

from models.tables.audit import Sealed, hash_sql, key_sql, seal_of

#: Whoever seals holds it, shared; an anchor takes it alone, so that none of the seals it counts is on its way.
TURN = 4_203_373


def sealed(
    table: Table, statement: str, answer: str = "1", *, name: str | None = None, prelude: str = ""
) -> TextClause:
    """A statement that writes rows of a table and seals them; it answers ``answer`` of each row.

    ``statement`` is an INSERT, UPDATE or DELETE without RETURNING, ``name`` what it calls the table,
    ``prelude`` what stands before it in the same WITH.
    """
    return text(f"WITH {prelude}{sealing(table, statement, name)} SELECT {answer} FROM changed t")  # noqa: S608


def sealing(table: Table, statement: str, name: str | None = None, changed: str = "changed") -> str:
    """The same as two parts of a WITH: ``changed`` has the rows."""
    how = _how(table)
    gone = statement.startswith("DELETE")
    hashed = "CAST(NULL AS text)" if gone else hash_sql(how)
    return (
        f"{changed} AS ({statement} RETURNING {name or table.name}.*),"  # noqa: S608
        f" sealed_{changed} AS (INSERT INTO seal (relation, rows)"
        f" SELECT '{table.name}', jsonb_object_agg({key_sql(how)}, {hashed})"
        f" FROM {changed} t CROSS JOIN (SELECT pg_advisory_xact_lock_shared({TURN})) turn"
        " HAVING count(*) > 0)"
    )


def _how(table: Table) -> Sealed:
    how = seal_of(table)
    if how is None:
        raise ValueError(table.name)
    return how
