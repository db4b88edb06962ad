"""The contract with Prefect: one task run per stage and round, updated in place."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import State, StateType, TaskRun
from prefect.states import Pending

from deployments.local.warm_slots import WarmSlots
from flows import parking
from flows.artifacts import page_key
from flows.project_runs import Carried, ProjectRuns
from flows.stage_runs import StageRound
from models.cases.wake_ups import LifecycleRun
from tasks.stage_states import StageState
from tests.flows import sample
from tests.flows.conftest import stages_of
from tests.flows.ledger import Ledger
from tests.support.run.waiting import PATIENCE_SECONDS

pytestmark = [pytest.mark.prefect, pytest.mark.anyio, pytest.mark.xdist_group("prefect")]

#: No worker serves it: the worker that other tests share would take these runs as well.
POOL = "by-hand"


class Wakes:
    """Wakes one project in this process, as a worker would."""

    def __init__(self, client: PrefectClient, slots: WarmSlots, run_id: UUID) -> None:
        self.client = client
        self.slots = slots
        self.run_id = run_id

    async def first(self) -> State[Any]:
        await self.client.set_flow_run_state(self.run_id, Pending())
        run = await self.client.read_flow_run(self.run_id)
        state = await self.slots.run(sample.project_lifecycle, run)
        assert state is not None
        return state

    async def next(self) -> State[Any]:
        assert await parking.wake(self.client, self.run_id)
        return await self.first()

    async def recorded(self, wanted: dict[str, str]) -> dict[str, TaskRun]:
        """The stages by key and round once the server shows the wanted state names."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            stages = {run.dynamic_key: run for run in await stages_of(self.client, self.run_id)}
            names = {key: run.state_name for key, run in stages.items()}
            if names == wanted:
                return stages
            assert time.monotonic() < deadline, names


@pytest.fixture
async def wakes(
    client: PrefectClient, deploy: Callable[..., Any], ledger: Ledger, project_id: str
) -> Any:
    await deploy(POOL)
    ledger.open_project(project_id)
    runs = ProjectRuns(client, ledger, f"project-lifecycle/{POOL}")
    created = await runs.carry(LifecycleRun(project_id, f"{project_id} 示例项目", None), None)
    assert created is Carried.CREATED
    run_id = ledger.open_runs_of(project_id).flow_run_id
    with WarmSlots(1) as slots:
        yield Wakes(client, slots, run_id)


async def test_a_stage_keeps_its_task_run_over_many_wake_ups(
    wakes: Wakes, ledger: Ledger, project_id: str
):
    ledger.set_stage(project_id, "land", "AWAITING_APPLICANT")
    await wakes.first()
    first = (await wakes.recorded({"land/1": "AwaitingApplicant"}))["land/1"]
    assert (first.state_type, first.end_time) == (StateType.PAUSED, None)

    states = ("AWAITING_DECISION", "AWAITING_CORRECTION", "PRELIMINARY_OPINION", "APPROVED")
    for state in states:
        ledger.set_stage(project_id, "land", state)
        parked = await wakes.next()
        assert (parked.name, parked.type) == ("Suspended", StateType.PAUSED)
        land = (await wakes.recorded({"land/1": StageState[state].label}))["land/1"]
        assert land.id == first.id == StageRound("land").task_run_id(wakes.run_id)
    assert land.state_type is StateType.COMPLETED
    assert land.end_time is not None
    assert land.start_time == first.start_time


async def test_a_new_round_is_a_new_task_run(wakes: Wakes, ledger: Ledger, project_id: str):
    ledger.set_stage(project_id, "land", "APPROVED")
    ledger.set_stage(project_id, "planning", "CONDITIONALLY_ACCEPTED")
    await wakes.first()
    ledger.set_stage(project_id, "planning", "VOIDED")
    await wakes.next()
    ledger.set_stage(project_id, "planning", "AWAITING_DECISION", round_=2)
    await wakes.next()
    stages = await wakes.recorded(
        {"land/1": "Approved", "planning/1": "Voided", "planning/2": "AwaitingDecision"}
    )
    assert stages["planning/1"].state_type is StateType.CANCELLED
    assert [stages[key].name for key in ("planning/1", "planning/2")] == [
        "planning/1 事项",
        "planning/2 事项",
    ]


async def test_stages_run_side_by_side_and_one_fault_stops_none(
    wakes: Wakes, ledger: Ledger, project_id: str
):
    for key, state in (("fire", "BROKEN"), ("utilities", "DEFICIENT"), ("survey", "APPROVED")):
        ledger.set_stage(project_id, key, state)
    assert (await wakes.first()).is_paused()
    await wakes.recorded({"fire/1": "Failed", "utilities/1": "Deficient", "survey/1": "Approved"})
    ledger.set_stage(project_id, "fire", "APPROVED")
    await wakes.next()
    await wakes.recorded({"fire/1": "Approved", "utilities/1": "Deficient", "survey/1": "Approved"})


async def test_a_technical_fault_is_retried_in_the_same_task_run(
    wakes: Wakes, ledger: Ledger, project_id: str
):
    sample.tried.clear()
    ledger.set_stage(project_id, "land", "FLAKY")
    await wakes.first()
    land = (await wakes.recorded({"land/1": "Approved"}))["land/1"]
    assert (land.run_count, len(sample.tried)) == (2, 2)


async def test_the_graph_shows_how_long_a_stage_lasts_and_what_it_waited_for(
    wakes: Wakes, ledger: Ledger, project_id: str
):
    ledger.set_stage(project_id, "land", "APPROVED")
    await wakes.first()
    ledger.set_stage(project_id, "utilities", "AWAITING_APPLICANT")
    await wakes.next()
    ledger.set_stage(project_id, "utilities", "APPROVED")
    opened = ledger.facts(project_id)[2][-1].opened_at
    await wakes.next()
    stages = await wakes.recorded({"land/1": "Approved", "utilities/1": "Approved"})
    utilities = stages["utilities/1"]
    assert utilities.start_time == opened
    assert utilities.total_run_time == utilities.end_time - utilities.start_time
    path = f"/flow_runs/{wakes.run_id}/graph-v2"
    nodes = dict((await wakes.client.request("GET", path, path_params={})).json()["nodes"])  # type: ignore[arg-type]
    assert nodes[str(utilities.id)]["parents"] == [{"id": str(stages["land/1"].id)}]


async def test_a_bar_never_begins_before_its_run(wakes: Wakes, ledger: Ledger, project_id: str):
    ledger.set_stage(project_id, "land", "APPROVED")
    ledger.backdate(project_id, datetime.now(UTC) - timedelta(days=90))
    await wakes.first()
    land = (await wakes.recorded({"land/1": "Approved"}))["land/1"]
    run = await wakes.client.read_flow_run(wakes.run_id)
    assert land.start_time == run.start_time


async def test_name_tags_and_page_follow_the_project_in_place(
    wakes: Wakes, ledger: Ledger, project_id: str
):
    for key in ("land", "planning", "utilities"):
        ledger.set_stage(project_id, key, "AWAITING_DECISION")
        await (wakes.first() if key == "land" else wakes.next())
    run = await wakes.client.read_flow_run(wakes.run_id)
    assert run.name == f"{project_id} 示例项目"
    assert run.tags == ["stages:3", "steward:zhang"]
    only = FlowRunFilter(id=FlowRunFilterId(any_=[wakes.run_id]))
    pages = await wakes.client.read_artifacts(flow_run_filter=only)
    assert [page.key for page in pages] == [page_key(project_id)]
    assert "| utilities | AWAITING_DECISION |" in str(pages[0].data)
    assert f"[{project_id}](http://p)" in str(pages[0].data)
