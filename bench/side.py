"""What measurements from outside import: W20 done by the product's own services, everything on.

Permission, transition table, clocks, hash-chained events, notices and wake-up: a decision here is
what a click in the portal does. The names and arguments are stable; scripts outside the project use
them.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import SecretStr

from bench.w20 import ITEMS, NO_HASH, publish
from models import migrations
from models.cases import commands as c
from models.people.actor import Actor, Role
from services.cases.acts import execute
from services.cases.registration import RegisterProject, register_project
from services.people.accounts import NewAccount, insert_account
from services.unit_of_work import Database

DEPARTMENT = "w20_bureau"
CLERK = Actor("clerk", Role.WINDOW_CLERK)
#: Who decides has not examined: the bureau has somebody who is named for each item that opens.
EXAMINER = Actor("examiner", Role.HANDLER, department=DEPARTMENT)


def prepare(url: str) -> None:
    """Migrate an empty database and publish W20 in it."""
    migrations.upgrade(url)
    publish(url)
    database = Database(url, pool_size=1)
    with database.transaction() as connection:
        examiner = NewAccount(
            login=EXAMINER.login,
            name=EXAMINER.login,
            role=EXAMINER.role,
            department=DEPARTMENT,
            password=SecretStr(""),
        )
        insert_account(connection, examiner, hashed=NO_HASH)
    database.close()


class Side:
    """One client: one connection, used by one thread at a time."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, pool_size=1)

    def register(self, number: int) -> int:
        """A new project of W20, its code made from ``number``; the project's own number."""
        project = RegisterProject(
            code=f"2611-611102-04-01-{number:06d}",
            title=f"W20 {number}",
            enterprise="91611102MA0FAKE175",
            enterprise_name="W20",
            scenario="w20",
        )
        now = datetime.now(UTC)
        return register_project(self._database, project, CLERK, now).project_id

    def decide(self, project: int, item: str, login: str, comment: str) -> None:
        """Approve an item of W20 as an officer of its department; durable when it returns."""
        command = c.ApproveItem(item=item, comment=comment)
        officer = Actor(login, Role.APPROVER, department=DEPARTMENT)
        execute(self._database, project, command, officer, datetime.now(UTC))

    def close(self) -> None:
        """Give the connection back."""
        self._database.close()


def open(url: str) -> Side:  # noqa: A001 - the name that scripts outside know
    """One client of a database that :func:`prepare` made."""
    return Side(url)


__all__ = ["ITEMS", "Side", "open", "prepare"]
