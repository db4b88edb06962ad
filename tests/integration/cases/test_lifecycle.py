"""What the lifecycle flow is told of a project, and what a rehearsal's clock file may say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Failed
from sqlalchemy import text

from deployments.demo.accounts import seed_demo_accounts
from deployments.demo.in_flight import load_projects
from flows.project_lifecycle import project_lifecycle
from models.cases import commands as c
from models.errors import InvalidInput
from models.people.actor import SYSTEM
from services.cases import lifecycle
from services.cases.wake_ups import WakeUpTable
from services.scenarios.scenario_files import publish_shipped
from services.timing import read_clock_file
from services.unit_of_work import Database
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


def test_a_run_that_evaluates_a_project_without_one_is_its_run(ledger):
    """A relay that was killed before it wrote the run down finds no wake-up to come back for."""
    ledger.register()
    [pending] = WakeUpTable(ledger.database).pending(10)
    project, version = int(pending.run.project_id), pending.version
    first, other = uuid4(), uuid4()
    for run in (first, other):
        lifecycle.evaluated(ledger.database, project, version, str(run))
        assert WakeUpTable(ledger.database).pending(10) == []
        [known] = WakeUpTable(ledger.database).open_projects()
        assert known.flow_run_id == first


def test_a_run_that_failed_after_it_evaluated_comes_again(ledger, configured):
    """Prefect's server refused its last state: nothing else would wake it before the reconciliation."""
    ledger.register()
    table = WakeUpTable(ledger.database)
    [pending] = table.pending(10)
    project = pending.run.project_id
    lifecycle.evaluated(ledger.database, int(project), pending.version, str(uuid4()))
    assert ledger.count("wake_up") == 0
    run = FlowRun(flow_id=uuid4(), parameters={"project_id": project})
    for hook in (project_lifecycle.on_failure_hooks, project_lifecycle.on_crashed_hooks):
        for call in hook:
            call(project_lifecycle, run, Failed())
    # Once, and not at once.
    assert ledger.count("wake_up") == 1
    assert table.pending(10) == []


def test_runs_of_closed_projects_are_looked_at_when_everything_was_evaluated(ledger):
    """Those that wait for a wake-up end by themselves; those of long ago Prefect has forgotten."""
    codes = [ledger.register() for _ in range(4)]
    runs = [uuid4() for _ in codes]
    change = text(
        "UPDATE project SET state = :state, flow_run_id = :run, evaluated_version = version - :behind"
        " WHERE code = :code"
    )
    states = [("withdrawn", 0), ("withdrawn", 0), ("active", 0), ("withdrawn", 1)]
    with ledger.database.transaction() as connection:
        connection.execute(text("DELETE FROM wake_up"))
        for code, run, (state, behind) in zip(codes, runs, states, strict=True):
            values = {"code": code, "run": run, "state": state, "behind": behind}
            connection.execute(change, values)
        connection.execute(
            text("INSERT INTO wake_up (project_id, version) SELECT id, 1 FROM project WHERE code = :c"),
            {"c": codes[1]},
        )  # fmt: skip
    book = WakeUpTable(ledger.database)
    assert list(book.runs_of_closed(ledger.now - timedelta(days=90))) == [runs[0]]
    assert list(book.runs_of_closed(ledger.now)) == []
