"""Projects by words: part of their title, code or enterprise; two signs are enough.

Every two signs that stand beside each other in the names of a project are in an index (``project_name``),
which the database itself writes when a name is written; PostgreSQL's own index of three signs does not help
with two. What it finds is held against the names themselves. Where most projects are found, lists are read
in their order and held against the words instead.
"""

from __future__ import annotations

from typing import Final

from models import plain_text

#: Condition on ``project p``; it takes what :func:`named` answers.
NAMED: Final = (
    "(p.title ILIKE :words OR p.code ILIKE :words OR EXISTS (SELECT FROM enterprise ne"
    " WHERE ne.credit_code = p.enterprise AND ne.name ILIKE :words))"
)
#: SQL for the numbers of projects among which all are that a condition of words leaves.
AMONG: Final = "SELECT n.project_id FROM project_name n WHERE n.pairs @> pairs_of(:asked_words)"


def named(words: str) -> dict[str, object]:
    """The parameters of :data:`NAMED` and :data:`AMONG`."""
    return {"words": f"%{plain_text.in_pattern(words)}%", "asked_words": words}
