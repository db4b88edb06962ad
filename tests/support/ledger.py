"""The yard on a real database: projects registered and acts done through the services."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from deployments.local.postgres import SUPERUSER
from models.cases import commands as c
from models.cases.facts import ProjectFacts
from models.people.actor import Actor, Role
from models.scenarios.definition import ScenarioDefinition
from models.values import AttributeValue
from services.cases.acts import Receipt, execute
from services.cases.registration import RegisterProject, register_project
from services.cases.watch.deadlines import watch
from services.documents.files import Sender
from services.ledger.store import load
from services.people.accounts import know_departments
from services.scenarios import versions
from services.unit_of_work import Database
from tests.support.people import (
    ADMINISTRATOR,
    AGENT,
    APPLICANT,
    CLERK,
    PARK_AGENT,
    STEWARD,
    handler,
    who_does,
)
from tests.support.play import START, moment, visit
from tests.support.yard import ENTERPRISE, OTHER_ENTERPRISE, YARD

CONTENT = b"%PDF-1.7 a paper"
FILE = hashlib.sha256(CONTENT).hexdigest()
#: Case officers are named from them.
_READER = text(
    "INSERT INTO account (login, name, role, enterprise)"
    " VALUES ('reader', 'Reader', 'applicant', :enterprise) ON CONFLICT DO NOTHING"
)
_HANDLER = text(
    "INSERT INTO account (login, name, role, department)"
    " VALUES (:login, :login, 'handler', :department) ON CONFLICT DO NOTHING"
)

_ACTOR = text("SELECT login, role, department, enterprise FROM account WHERE login = :login")

#: Who hands in files here.
UPLOADERS = (APPLICANT, CLERK, STEWARD, AGENT, PARK_AGENT)


def uploaded(connection: Connection, sha256: str, *by: Actor) -> None:
    """Say that people uploaded a file that is kept; without any, everybody who hands in files here."""
    rows = [{"sha": sha256, "by": actor.login} for actor in by or UPLOADERS]
    connection.execute(_UPLOADED, rows)


def sender(actor: Actor) -> Sender:
    """Somebody who may send as much as a test wants."""
    return Sender(actor.login, hour_mb=1000, waiting_mb=1000)


_UPLOADED = text(
    "INSERT INTO file_upload (sha256, account) VALUES (:sha, :by) ON CONFLICT DO NOTHING"
)


def as_role(url: str, role: str) -> str:
    """The URL of a database of the embedded server for another role."""
    return make_url(url).set(username=role).render_as_string(hide_password=False)


@contextmanager
def as_owner(url: str) -> Iterator[Connection]:
    """A transaction of whoever owns the database: what the application is refused."""
    engine = create_engine(as_role(url, SUPERUSER), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


class Ledger:
    """A migrated database with the yard published and the people in it."""

    with_handlers = True
    """Whether each department has its handler from the start."""
    with_reader = True
    """Whether somebody of the enterprise has an account from the start, and reads what it is told."""

    def __init__(self, url: str, scenario: ScenarioDefinition = YARD, pool_size: int = 10) -> None:
        self.url = url
        self.database = Database(url, pool_size=pool_size)
        self.today = START
        self._numbers = count(1)
        with self.database.transaction() as connection:
            versions.publish(connection, scenario, "yard.yaml", ADMINISTRATOR, moment(START))
            connection.execute(
                text(
                    "INSERT INTO account (login, name, role) VALUES"
                    " (:steward, 'Steward', 'project_steward'), ('idle', 'Idle', 'leader')"
                    " ON CONFLICT DO NOTHING"
                ),
                {"steward": STEWARD.login},
            )
            connection.execute(
                text(
                    "WITH new AS (INSERT INTO stored_file (sha256, media_type, size)"
                    " VALUES (:sha, 'application/pdf', :size) ON CONFLICT DO NOTHING RETURNING sha256)"
                    " INSERT INTO stored_file_part SELECT sha256, 0, :content FROM new"
                ),
                {"sha": FILE, "size": len(CONTENT), "content": CONTENT},
            )
            uploaded(connection, FILE)
            know_departments(connection, scenario.departments)
            for department in scenario.department if self.with_handlers else ():
                officer = {"login": handler(department).login, "department": department}
                connection.execute(_HANDLER, officer)
            for code in (ENTERPRISE, OTHER_ENTERPRISE):
                connection.execute(
                    text("INSERT INTO enterprise VALUES (:code, 'E') ON CONFLICT DO NOTHING"),
                    {"code": code},
                )
            if self.with_reader:
                connection.execute(_READER, {"enterprise": ENTERPRISE})

    @property
    def now(self) -> datetime:
        return moment(self.today)

    def request(self, number: int | None = None, **more: object) -> RegisterProject:
        number = next(self._numbers) if number is None else number
        values = {
            "code": f"2611-611102-04-01-{number:06d}",
            "title": f"yard {number}",
            "enterprise": ENTERPRISE,
            "scenario": "yard",
            "steward": STEWARD.login,
        }
        return RegisterProject.model_validate(values | more)

    def register(self, number: int | None = None, **attributes: AttributeValue) -> str:
        """Register a project; answers its code."""
        request = self.request(number, attributes=attributes)
        return register_project(self.database, request, CLERK, self.now).project

    def do(
        self,
        project: str,
        command: c.ProjectCommand,
        actor: Actor | None = None,
        *,
        key: str | None = None,
    ) -> Receipt:
        doer = actor or self.who(project, command)
        return execute(self.database, project, command, doer, self.now, key=key)

    def who(self, project: str, command: c.ProjectCommand) -> Actor:
        return who_does(command.act, self.facts(project), getattr(command, "item", None))

    def facts(self, project: str) -> ProjectFacts:
        with self.database.reading() as connection:
            return load(connection, project).facts

    def visit(self, project: str, item: str) -> c.RecordSiteVisit:
        """The joint visit of an item, held today by everyone who has to be there."""
        return visit(self.facts(project), item, self.today)

    def hand_in(self, project: str, *materials: str) -> None:
        for material in materials:
            self.do(project, c.SubmitMaterial(material=material, file_name="a.pdf", sha256=FILE))

    def accepted(self, item: str = "A1", *, number: int | None = None) -> str:
        """A project with one item under examination."""
        project = self.register(number)
        self.hand_in(project, "plan")
        self.do(project, c.SubmitApplication(item=item))
        self.do(project, c.AcceptApplication(item=item))
        return project

    def granted(self, *, number: int | None = None) -> str:
        """A project whose land certificate is granted and not issued yet."""
        project = self.accepted(number=number)
        self.do(project, c.ApproveItem(item="A1"))
        return project

    def go_to(self, on: date) -> None:
        self.today = on

    def count(self, table: str) -> int:
        return int(self.scalar(f"SELECT count(*) FROM {table}"))

    def actor(self, login: str) -> Actor:
        """Who has a login, signed in or not."""
        with self.database.reading() as connection:
            row = connection.execute(_ACTOR, {"login": login}).one()
        return Actor(row.login, Role(row.role), row.department, row.enterprise)

    def scalar(self, query: str, **values: object) -> object:
        with self.database.reading() as connection:
            return connection.execute(text(query), values).scalar_one()

    def close(self) -> None:
        self.database.close()


def reminded(ledger: Ledger, last_day: date) -> None:
    """The watch runs on the days before a last day, so that whoever owes is reminded of it."""
    for days in (9, 3, 1):
        assert watch(ledger.database, moment(last_day - timedelta(days=days))).failed == []
