"""Whether lists have a project where its clocks and items, which the log tells, place it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row

from models.cases.standing import Standing
from rules.cases.replay import Difference
from rules.cases.standing import standing
from services.cases.audit.duties import duty_differences
from services.ledger.store import StoredProject

#: Columns of the project's own row that follow from its parts.
STANDING = tuple(field.name for field in fields(Standing))


def standing_differences(
    connection: Connection, row: Row[Any], stored: StoredProject
) -> Iterator[Difference]:
    """The columns of a project's row, which has :data:`STANDING`, that say something else than its parts,
    and what waits for departments otherwise than by them.
    """
    derived = standing(stored.facts)
    for name in STANDING:
        shown, follows = getattr(row, name), getattr(derived, name)
        if shown != follows:
            yield Difference("project", "", name, str(shown), str(follows))
    yield from duty_differences(connection, stored)
