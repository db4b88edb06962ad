"""The people of the demonstration bring every shipped scenario from filing to keys, without Prefect."""

from __future__ import annotations

from collections import Counter

import pytest

from config.scenario_files import SCENARIOS
from deployments.demo.cast import Cast
from deployments.demo.in_flight import DirectMachine, Nobody
from deployments.demo.rehearsal import Rehearsal
from deployments.demo.stories import stories
from models.states import ProjectState
from services import audit, scenarios
from services.scenario_admin.files import publish_shipped
from services.store import load
from services.unit_of_work import Database
from tests.support.people import ADMINISTRATOR
from tests.support.play import START, moment

KEYS = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))


@pytest.fixture
def database(database_url):
    found = Database(database_url)
    yield found
    found.close()


@pytest.mark.parametrize("key", KEYS)
def test_every_scenario_is_played_to_its_end(database, key):
    with database.transaction() as connection:
        publish_shipped(connection, ADMINISTRATOR, moment(START))
        _, definition = scenarios.published(connection, key)
    cast = Cast(database, definition)
    tales = stories(key, 1, seed=7)
    cast.gather({tale.enterprise: tale.enterprise_name for tale in tales})
    Rehearsal(database, cast, DirectMachine(database), Nobody()).play(tales)
    with database.reading() as connection:
        facts = load(connection, tales[0].code).facts
    assert facts.state is ProjectState.COMPLETED
    visits = Counter(visit.item for visit in facts.site_visits.values() if visit.number == 1)
    joint = [item.code for item in definition.items if item.site_visit]
    assert all(visits[code] == facts.items[code].round for code in joint)
    failed = {entry.item for entry in facts.rectifications.values()}
    assert failed == {"D13"} & {item.code for item in definition.items if item.part_of == "D01"}
    assert audit.verify(database).ok
