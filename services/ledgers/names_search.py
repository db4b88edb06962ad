"""Projects by words: part of their title, code or enterprise; two signs are enough.

The names of a project are kept as the signs and pairs of signs that stand in them 二元组 (``search_name``),
written by the database itself when a name is; PostgreSQL's own index of three signs does not help with two.
What the pairs find is held against the names themselves.
"""

from __future__ import annotations

from typing import Final

#: Condition on ``project p``; it takes what :func:`named` answers.
NAMED: Final = (
    "(p.title ILIKE :words OR p.code ILIKE :words OR EXISTS (SELECT FROM enterprise ne"
    " WHERE ne.credit_code = p.enterprise AND ne.name ILIKE :words))"
)
#: SQL for the numbers of the projects that a condition of words leaves.
AMONG: Final = f"SELECT p.id FROM project p WHERE {NAMED}"  # noqa: S608


def named(words: str) -> dict[str, object]:
    """The parameters of :data:`NAMED` and :data:`AMONG`."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {"words": f"%{escaped}%"}
