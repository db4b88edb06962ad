"""Four certificates on the hand-over day, through the services: held, released as one, or broken."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from deployments.demo.accounts import seed_demo_accounts
from deployments.demo.cast import Cast
from deployments.demo.in_flight import DirectMachine, Nobody
from deployments.demo.play import Rehearsal
from deployments.demo.stories import Dates, Story
from models.cases.states import ProjectState
from models.people.actor import SYSTEM
from services.cases.audit import verify
from services.cases.views.project_page import project_page
from services.ledger.store import load
from services.scenarios import published as scenarios
from services.scenarios.scenario_files import publish_shipped
from services.unit_of_work import Database
from tests.support.play import moment

FOUR = ("A07", "A09", "B02", "C05")
HAND_OVER = date(2026, 4, 3)
ENTERPRISE = "91611102MA0FAKE250"
KEPT, BROKEN = "2603-611102-04-01-000001", "2603-611102-04-01-000002"


def days(number: int) -> Dates:
    """Applied for and decided on one day of spring 2026, counted from the contract."""
    on = date(2026, 3, 23) + timedelta(days=number)
    return Dates(on, on)


def story(code: str, handed_over: date) -> Story:
    return Story(
        code=code,
        title="标准地项目",
        enterprise=ENTERPRISE,
        enterprise_name="沣河智能装备有限公司",
        scenario="industrial-simple",
        begins=date(2026, 3, 23),
        seed=1,
        attributes={"four_certificates": True, "needs_heat": False},
        dates={
            "E0": days(0),
            "A01": days(0),
            "C03": days(0),
            "A07": days(1),
            "A09": days(1),
            "B02": days(7),
            "C01": days(8),
            "C05": days(10),
            "E0H": Dates(handed_over, handed_over),
        },
    )


@pytest.fixture(scope="module")
def database(module_database_url):
    database = Database(module_database_url)
    with database.transaction() as connection:
        publish_shipped(connection, SYSTEM, moment(date(2026, 1, 5)))
    seed_demo_accounts(database)
    with database.reading() as connection:
        _, definition = scenarios.newest(connection, "industrial-simple")
    cast = Cast(database, definition)
    cast.gather({ENTERPRISE: "沣河智能装备有限公司"})
    rehearsal = Rehearsal(database, cast, DirectMachine(database), Nobody())
    rehearsal.play([story(KEPT, HAND_OVER), story(BROKEN, date(2026, 4, 27))])
    yield database
    database.close()


def certificates(database: Database, project: str) -> dict[str, date]:
    """Item → day that its certificate bears, of the four."""
    with database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT d.item, d.issued_on, d.face ->> 'dated' AS dated FROM official_document d"
                " JOIN project p ON p.id = d.project_id WHERE p.code = :code"
                " AND d.category = 'certificate' AND d.item = ANY(:items)"
            ),
            {"code": project, "items": list(FOUR)},
        ).all()
    assert all(row.dated == row.issued_on.isoformat() for row in rows)
    return {row.item: row.issued_on for row in rows}


@pytest.mark.parametrize("project", [KEPT, BROKEN])
def test_the_project_comes_to_its_end(database, project):
    with database.reading() as connection:
        assert load(connection, project).facts.state is ProjectState.COMPLETED


def test_all_four_bear_the_hand_over_day(database):
    assert certificates(database, KEPT) == dict.fromkeys(FOUR, HAND_OVER)


def test_they_are_issued_in_one_transaction(database):
    page = project_page(database, KEPT, moment(HAND_OVER), viewer=SYSTEM)
    release = next(event for event in page.events if event.kind == "BundleReleased")
    issued = [event for event in page.events if event.kind == "DocumentIssued"]
    together = [e for e in issued if release.seq < e.seq <= release.seq + len(FOUR)]
    assert {event.item for event in together} == set(FOUR)
    assert {event.at for event in together} == {release.at}
    assert all(not bundle.held and bundle.issued for bundle in page.bundles)


def test_the_last_day_of_the_earliest_breaks_them_apart(database):
    page = project_page(database, BROKEN, moment(HAND_OVER), viewer=SYSTEM)
    broken = next(event for event in page.events if event.kind == "BundleBroken")
    assert broken.data["why"] == "last_day"
    assert broken.data["waiting"] == ["E0H"]
    # Ten working days from 24 March, Tomb-Sweeping Day left out.
    assert certificates(database, BROKEN) == dict.fromkeys(FOUR, date(2026, 4, 8))


def test_numbers_have_no_gap(database):
    with database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT d.kind, n.last, count(*) AS there FROM official_document d"
                " JOIN document_number n ON n.kind = d.kind GROUP BY d.kind, n.last"
            )
        ).all()
    assert all(row.last == row.there for row in rows)


def test_the_log_tells_the_same(database):
    assert verify(database).broken == ()
