"""A utility's desk on a real database: leads, the answer, the connection; and the land sheet beside it."""

from __future__ import annotations

from datetime import date

import pytest

from deployments.demo.accounts import seed_demo_accounts
from deployments.demo.cast import Cast
from deployments.demo.in_flight import DirectMachine, Nobody
from deployments.demo.play import Rehearsal
from deployments.demo.stories import Dates, Story
from models.cases import commands as c
from models.cases.states import ProjectState
from models.people.actor import SYSTEM, Actor, Role
from rules.cases.permissions import NotTheirs
from services.cases.acts import execute
from services.cases.audit import verify
from services.cases.lifecycle import evaluate
from services.cases.views.inbox import inbox
from services.cases.views.leads import leads
from services.cases.views.project_page import project_page
from services.documents import writing as documents
from services.documents.rendering import sheet
from services.scenarios import published as scenarios
from services.scenarios.scenario_files import publish_shipped
from services.unit_of_work import Database
from tests.support.play import moment

BEGINS = date(2026, 3, 23)
ENTERPRISE, NAME = "91611102MA0FAKE250", "沣河智能装备有限公司"
CODE = "2603-611102-04-01-000009"


class Desk:
    """One project played by the script, looked at on whatever day."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        with self.database.transaction() as connection:
            publish_shipped(connection, SYSTEM, moment(date(2026, 1, 5)))
        seed_demo_accounts(self.database)
        with self.database.reading() as connection:
            _, definition = scenarios.newest(connection, "industrial-simple")
        self.cast = Cast(self.database, definition)
        self.cast.gather({ENTERPRISE: NAME})
        self.power: Actor = self.cast.handler("power_company")
        self.story = Story(
            code=CODE,
            title="标准地项目",
            enterprise=ENTERPRISE,
            enterprise_name=NAME,
            scenario="industrial-simple",
            begins=BEGINS,
            seed=3,
            attributes={"outside_pipes": "road_and_green"},
            dates={"A01": Dates(BEGINS, BEGINS)},
        )

    def play(self, until: date | None = None) -> None:
        machine = DirectMachine(self.database)
        Rehearsal(self.database, self.cast, machine, Nobody()).play([self.story], until=until)

    def page(self, on: date):
        return project_page(self.database, CODE, moment(on), viewer=SYSTEM)


@pytest.fixture
def desk(database_url):
    desk = Desk(database_url)
    yield desk
    desk.database.close()


def test_a_lead_waits_on_the_desk_until_it_is_acknowledged(desk):
    desk.play(until=BEGINS)
    (lead,) = leads(desk.database, desk.power)
    assert (lead.project, lead.item, lead.acknowledged_on) == (CODE, "U02", None)
    assert lead.because.en == "Filing of an enterprise investment project"
    assert {line.key for line in lead.known} == {"site", "power_expected", "water_expected"}
    (row,) = inbox(desk.database, desk.power, moment(BEGINS)).rows
    assert (row.item, row.task) == ("U02", "lead")
    assert leads(desk.database, desk.cast.steward(0)) == ()

    acknowledge = c.AcknowledgeLead(item="U02", contact="客户服务科")
    execute(desk.database, CODE, acknowledge, desk.power, moment(BEGINS))
    (lead,) = leads(desk.database, desk.power)
    assert lead.contact == "客户服务科"
    assert inbox(desk.database, desk.power, moment(BEGINS)).rows == ()
    with desk.database.reading() as connection:
        project = connection.exec_driver_sql("SELECT id FROM project").scalar_one()
    stages = evaluate(desk.database, project, moment(BEGINS)).stages
    said = next(stage.report.message for stage in stages if stage.key == "utility_hookups")
    assert "U02" not in said
    assert "U01" in said


def test_the_whole_way_to_the_connection(desk):
    desk.play()
    end = date(2027, 1, 29)
    page = desk.page(end)
    assert page.state is ProjectState.COMPLETED
    lines = {item.code: item.line for item in page.items if item.line is not None}
    assert set(lines) == {"U01", "U02", "U03", "U04", "U05", "U06"}
    accepted = page.item("D01").decided_on
    assert all(line.connected_on >= line.connect_from >= accepted for line in lines.values())
    assert page.item("U00C").decided_on == max(line.connected_on for line in lines.values())
    visits = [visit for visit in page.site_visits if visit.item == "U00S"]
    assert len(visits) == 1
    assert {item.code for item in page.items if item.decided_on} >= {"U00P", "C07", "C08"}
    assert {field.key for field in page.land_sheet} >= {"parcel", "far_max", "water_soil_done"}
    assert leads(desk.database, desk.power) == ()
    assert verify(desk.database).broken == ()

    reply = next(one for one in page.documents if one.kind == "joint_utility_reply")
    with desk.database.reading() as connection:
        face = connection.exec_driver_sql(
            "SELECT face FROM official_document WHERE token = %(token)s", {"token": reply.token}
        ).scalar_one()
    assert [one["days"] for one in face["lines"]] == [5] * 6
    assert sheet(face, reply.kind, reply.category, reply.number)
    assert documents.document_file(desk.database, reply.token).content


def test_only_the_utility_itself_acknowledges(desk):
    desk.play(until=BEGINS)
    water = Actor("someone", Role.HANDLER, department="water_company")
    with pytest.raises(NotTheirs):
        execute(
            desk.database,
            CODE,
            c.AcknowledgeLead(item="U02", contact="x"),
            water,
            moment(BEGINS),
        )
