"""The chapters of the demonstration, told without Prefect."""

from __future__ import annotations

from config.scenario_files import SCENARIOS
from deployments.demo.cast import Cast
from deployments.demo.chapters import TOLD_WITH, chapters, told
from deployments.demo.in_flight import DirectMachine, Nobody
from deployments.demo.play import Rehearsal
from services.cases import audit
from services.scenarios import published as scenarios
from services.scenarios.scenario_files import publish_shipped
from tests.support.people import ADMINISTRATOR
from tests.support.play import moment


def test_prom2_a_half_year_promise_is_told(database):
    [chapter] = [one for one in chapters(TOLD_WITH, seed=7) if one.key == "half_year"]
    with database.transaction() as connection:
        publish_shipped(connection, ADMINISTRATOR, moment(chapter.story.begins))
        _, definition = scenarios.newest(connection, chapter.story.scenario)
    cast = Cast(database, definition)
    cast.gather({chapter.story.enterprise: chapter.story.enterprise_name})
    Rehearsal(database, cast, DirectMachine(database), Nobody()).play([chapter.story])
    promises = {promise["promise"]: promise for promise in told(database, chapter)["promises"]}
    half_year = promises["land_to_presale"]
    assert (half_year["last_day"], half_year["kept"]) == ("2026-09-02", False)
    assert half_year["kept_on"] > "2026-09-02"
    rungs = [warning.split() for warning in half_year["warned"]]
    # The steward was warned while there was still time, and again when it was over.
    assert [rung for rung, _ in rungs][:2] == ["yellow", "red"]
    assert rungs[0][1] < "2026-09-01"
    assert promises["whole"]["kept"] is True
    assert audit.verify(database).ok


def test_other_demonstrations_tell_none():
    assert [path.stem for path in SCENARIOS.glob("*.yaml") if chapters(path.stem, 1)] == [TOLD_WITH]
