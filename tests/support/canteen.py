"""A scenario that exists as one YAML file alone, published as two administrators do it, and its projects."""

from __future__ import annotations

from datetime import timedelta

from deployments.demo.stories import Story
from models.people.actor import Actor, Role
from models.scenarios.definition import ScenarioDefinition
from models.values import AttributeValue
from services.scenarios import publication
from services.scenarios import published as scenarios
from services.unit_of_work import Database
from tests.support.people import ADMINISTRATOR
from tests.support.places import DATA
from tests.support.play import START, moment

CANTEEN = DATA / "engine" / "park-canteen.yaml"
KEY = "park-canteen"
SECOND = Actor("admin2", Role.ADMINISTRATOR)
ENTERPRISE = ("91611102MA0FAKE175", "秦创科技成果转化有限公司")


def published_by_two(database: Database) -> ScenarioDefinition:
    """One administrator hands the file in and asks, another one approves."""
    now = moment(START - timedelta(days=1))
    key, version = publication.take_file(database, CANTEEN, ADMINISTRATOR, now)
    publication.request_proven(database, key, version, ADMINISTRATOR, now)
    publication.approve_publication(database, key, version, SECOND, now)
    with database.reading() as connection:
        return scenarios.newest(connection, KEY)[1]


def canteen(number: int, **attributes: AttributeValue) -> Story:
    """One project of it: its first application is corrected, a deferred paper is made good."""
    return Story(
        code=f"2611-611102-04-01-{number:06d}",
        title=f"园区食堂{number}号",
        enterprise=ENTERPRISE[0],
        enterprise_name=ENTERPRISE[1],
        scenario=KEY,
        begins=START,
        seed=number,
        attributes=attributes,
        corrected=frozenset({"A01"}),
        cured=frozenset({"K1"}),
    )
