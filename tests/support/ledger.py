"""The yard on a real database: projects registered and acts done through the services."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from itertools import count

from sqlalchemy import text

from models import commands as c
from models.actor import Actor
from models.definition import ScenarioDefinition
from models.facts import AttributeValue, ProjectFacts
from services.acts import Receipt, perform
from services.registration import RegisterProject, register_project
from services.scenario_admin import versions
from services.store import load
from services.unit_of_work import Database
from tests.support.people import ADMINISTRATOR, CLERK, STEWARD, who_does
from tests.support.play import START, moment, visit
from tests.support.yard import ENTERPRISE, OTHER_ENTERPRISE, YARD

CONTENT = b"%PDF-1.7 a paper"
FILE = hashlib.sha256(CONTENT).hexdigest()


class Ledger:
    """A migrated database with the yard published and the people in it."""

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
                    "INSERT INTO stored_file (sha256, media_type, size, content)"
                    " VALUES (:sha, 'application/pdf', :size, :content) ON CONFLICT DO NOTHING"
                ),
                {"sha": FILE, "size": len(CONTENT), "content": CONTENT},
            )
            for code in (ENTERPRISE, OTHER_ENTERPRISE):
                connection.execute(
                    text("INSERT INTO enterprise VALUES (:code, 'E') ON CONFLICT DO NOTHING"),
                    {"code": code},
                )

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
        return perform(self.database, project, command, doer, self.now, key=key)

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

    def scalar(self, query: str, **values: object) -> object:
        with self.database.reading() as connection:
            return connection.execute(text(query), values).scalar_one()

    def close(self) -> None:
        self.database.close()
