"""What the lifecycle flow is told of a project, and what a rehearsal's clock file may say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from prefect.client.schemas.objects import StateType

from deployments.demo.in_flight import load_projects
from models import commands as c
from models.actor import SYSTEM
from models.errors import InvalidInput
from services import lifecycle
from services.demo_accounts import seed_demo_accounts
from services.scenario_admin.files import publish_shipped
from services.timing import read_clock_file
from services.unit_of_work import Database
from services.wake_ups import WakeUpTable
from tasks import stage_task
from tasks.land import land
from tests.support.ledger import Ledger
from tests.support.play import SIGNED

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def database(module_database_url):
    found = Database(module_database_url)
    with found.transaction() as connection:
        publish_shipped(connection, SYSTEM, NOW)
    seed_demo_accounts(found)
    load_projects(found, NOW)
    yield found
    found.close()


def test_tags_say_steward_region_light_and_the_stages_that_somebody_has_to_act_in(database):
    for run in WakeUpTable(database).open_projects():
        seen = lifecycle.evaluate(database, int(run.project_id), NOW)
        kinds = [tag.partition(":")[0] for tag in seen.tags]
        assert kinds[:3] == ["steward", "region", "level"]
        # A stage in which nobody has to act may have something to say as well.
        said = {stage.key for stage in seen.stages if stage.report.message}
        acting = {tag.partition(":")[2] for tag in seen.tags[3:]}
        assert acting <= said
        assert acting


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-01-12", datetime(2026, 1, 11, 16, tzinfo=UTC)),
        ("2026-01-12T09:00", datetime(2026, 1, 12, 1, tzinfo=UTC)),
        ("2026-01-12T01:00:00+00:00", datetime(2026, 1, 12, 1, tzinfo=UTC)),
    ],
)
def test_a_clock_file_tells_beijing_time_unless_it_says_otherwise(tmp_path, told, moment):
    file = tmp_path / "clock"
    file.write_text(told, encoding="utf-8")
    assert read_clock_file(file) == moment


def test_a_clock_file_that_tells_no_moment_is_refused(tmp_path):
    file = tmp_path / "clock"
    file.write_text("P1Y2M", encoding="utf-8")
    with pytest.raises(InvalidInput, match="KAIGONG_CLOCK_FILE"):
        read_clock_file(file)


def test_a_preliminary_opinion_is_what_its_stage_shows_in_prefect(database_url, monkeypatch):
    """Possible substantive effect: an opinion with the deficiency open, and a state of its own."""
    ledger = Ledger(database_url)
    project = ledger.accepted()
    ledger.do(project, c.ApproveItem(item="A1"))
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "archive", "insurance")
    deferred = c.SubmitApplication(item="A2", defer=("survey",), commitment=SIGNED)
    for command in (
        deferred,
        c.AcceptApplication(item="A2"),
        c.IssuePreliminaryOpinion(item="A2"),
        c.ApproveItem(item="N1"),
    ):
        ledger.do(project, command)
    monkeypatch.setattr(stage_task, "configured_database", lambda: ledger.database)
    state = land.fn(ledger.facts(project).id, "land")
    assert (state.name, state.type) == ("PreliminaryOpinion", StateType.PAUSED)
    ledger.close()
