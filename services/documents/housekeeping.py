"""What is removed by itself: files that nobody attached, budgets of minutes that are over."""

from __future__ import annotations

from dataclasses import dataclass

from services.documents.files import remove_orphans
from services.installation.rates import forget_old_budgets
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class Removed:
    """How many of each."""

    files: int
    budgets: int


def keep_house(database: Database) -> Removed:
    """Remove it all once; doing it twice does no harm."""
    with database.transaction() as connection:
        files = remove_orphans(connection)
    with database.transaction() as connection:
        return Removed(files, forget_old_budgets(connection))
