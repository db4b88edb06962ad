"""The people of the demonstration bring every shipped scenario from filing to keys, without Prefect."""

from __future__ import annotations

from collections import Counter

import pytest

from config.scenario_files import SCENARIOS
from deployments.demo.cast import Cast
from deployments.demo.demonstration import publish_lists
from deployments.demo.in_flight import DirectMachine, Nobody
from deployments.demo.play import Rehearsal
from deployments.demo.stories import stories
from models.cases.commitment import COMMITMENTS, CheckState
from models.cases.states import ItemState, ProjectState
from services.cases import audit
from services.ledger.store import load
from services.scenarios import published as scenarios
from services.scenarios.scenario_files import publish_shipped
from tests.support.people import ADMINISTRATOR
from tests.support.play import START, moment

KEYS = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))


@pytest.mark.parametrize("key", KEYS)
def test_every_scenario_is_played_to_its_end(database, key):
    with database.transaction() as connection:
        publish_shipped(connection, ADMINISTRATOR, moment(START))
        _, definition = scenarios.newest(connection, key)
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
    # The agent hands in and applies under the authorisation; what is promised the enterprise signs itself.
    given, agent = facts.authorisations[1], cast.agent().login
    assert (given.agent, given.accepted_on is not None) == (agent, True)
    acts = [done for done in facts.agent_acts.values() if done.authorisation == 1]
    assert {done.agent for done in acts} == {agent}
    assert "submit_application" in {done.act for done in acts}
    assert all(given.valid_from <= done.acted_on <= given.valid_until for done in acts)
    assert audit.verify(database).ok


def test_one_commitment_is_granted_on_at_once_and_one_that_turns_out_false_is_revoked_and_the_project_finished(
    database,
):
    """FALSE in the demonstration: checked, told, heard, revoked, applied for again with the paper."""
    with database.transaction() as connection:
        publish_shipped(connection, ADMINISTRATOR, moment(START))
        _, definition = scenarios.newest(connection, "industrial-simple")
    cast = Cast(database, definition)
    tale = stories("industrial-simple", 3, seed=7)[2]
    cast.gather({tale.enterprise: tale.enterprise_name})
    publish_lists(database, cast, (tale,), (definition,), moment(START))
    Rehearsal(database, cast, DirectMachine(database), Nobody()).play((tale,))
    with database.reading() as connection:
        facts = load(connection, tale.code).facts
    assert facts.state is ProjectState.COMPLETED
    assert facts.of(COMMITMENTS)["C07", 1].state is CheckState.REVOKED
    assert (facts.items["C07"].state, facts.items["C07"].round) == (ItemState.GRANTED, 2)
    # The table on water and soil is granted in the moment in which it is applied for, and checked later.
    listed, granted = facts.of(COMMITMENTS)["A13T", 1], facts.items["A13T"]
    assert listed.list_number == "西咸承诺即批清单〔2026〕1号"
    assert listed.state is CheckState.KEPT
    assert granted.received_on == granted.accepted_on == granted.decided_on == listed.opened_on
    assert audit.verify(database).ok
