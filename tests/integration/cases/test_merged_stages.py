"""Land transferred with its design scheme, through the services: one stage, exempt from the review, on record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from deployments.demo.accounts import seed_demo_accounts
from deployments.demo.cast import Cast
from deployments.demo.in_flight import DirectMachine, Nobody
from deployments.demo.play import Rehearsal
from deployments.demo.stories import Dates, Story
from models.cases import commands as c
from models.people.actor import SYSTEM
from services.cases.acts import execute
from services.cases.audit import verify
from services.cases.lifecycle import evaluate
from services.cases.registration import RegisterProject, register_project
from services.cases.views.ledger import projects
from services.cases.views.lists.project_query import ProjectQuery
from services.cases.views.project_page import project_page
from services.ledger.store import load
from services.scenarios import published as scenarios
from services.scenarios.scenario_files import publish_shipped
from services.unit_of_work import Database
from tests.support.people import ADMINISTRATOR
from tests.support.play import moment

BEGUN = date(2026, 3, 23)
CODE = "2603-611102-04-01-000001"
#: The planning permit and the approval of the basement are under examination by then.
UNTIL = BEGUN + timedelta(days=10)
ENTERPRISE = "91611102MA0FAKE250"
JOINED = "工程建设许可+施工许可"


def on(number: int) -> Dates:
    """Applied for and decided on one day of spring 2026, counted from the contract."""
    day = BEGUN + timedelta(days=number)
    return Dates(day, day)


@pytest.fixture(scope="module")
def database(module_database_url):
    database = Database(module_database_url)
    with database.transaction() as connection:
        publish_shipped(connection, SYSTEM, moment(date(2026, 1, 5)))
    seed_demo_accounts(database)
    with database.reading() as connection:
        _, definition = scenarios.newest(connection, "real-estate-presale")
    cast = Cast(database, definition)
    cast.gather({ENTERPRISE: "沣河智能装备有限公司"})
    story = Story(
        code=CODE,
        title="带方案出让住宅",
        enterprise=ENTERPRISE,
        enterprise_name="沣河智能装备有限公司",
        scenario="real-estate-presale",
        begins=BEGUN,
        seed=1,
        attributes={"transfer_with_scheme": True, "special_fire_works": False},
        dates={"E0": on(0), "A01": on(0), "A07": on(1), "A09": on(1)},
    )
    Rehearsal(database, cast, DirectMachine(database), Nobody()).play([story], until=UNTIL)
    yield database
    database.close()


def test_one_stage_is_run_and_shown_and_none_is_left_empty(database):
    with database.reading() as connection:
        project = load(connection, CODE).facts.id
        rows = connection.execute(
            text("SELECT key FROM stage WHERE project_id = :id ORDER BY key"), {"id": project}
        ).scalars()
        assert list(rows) == ["construction_permit", "land", "pre_sale"]
    plans = {plan.key: plan for plan in evaluate(database, project, moment(UNTIL)).stages}
    assert plans["construction_permit"].name == JOINED
    assert "planning" not in plans
    page = project_page(database, CODE, moment(UNTIL), viewer=SYSTEM)
    [stage] = [stage for stage in page.stages if stage.merged]
    assert {"B02", "B03", "C05"} <= {item.code for item in stage.items}
    assert "国办发〔2018〕33号" in stage.merged[0].basis
    assert [line.item for line in page.exempt] == ["B01"]
    assert page.counted.stages["construction_permit"] > 0


def test_the_list_names_the_stage_as_the_page_does(database):
    [row] = projects(database, ProjectQuery(text=CODE), UNTIL, viewer=ADMINISTRATOR).projects
    assert row.stage_name.zh == JOINED


def test_the_log_tells_the_same(database):
    assert verify(database).broken == ()


def test_a_correction_takes_the_rows_along(database):
    code = "2603-611102-04-01-000002"
    request = RegisterProject(
        code=code, title="商业综合体", scenario="real-estate-presale", enterprise=ENTERPRISE
    )
    register_project(database, request, ADMINISTRATOR, moment(UNTIL))
    for merged in (True, False):
        attributes = {"transfer_with_scheme": merged}
        command = c.CorrectAttributes(attributes=attributes, reason="typed wrongly")
        execute(database, code, command, ADMINISTRATOR, moment(UNTIL))
        with database.reading() as connection:
            facts = load(connection, code).facts
        assert set(facts.stages) == set(facts.scenario.stage)
        assert ("planning" in facts.stages) is not merged
        assert verify(database, code).broken == ()
