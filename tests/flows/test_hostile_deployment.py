"""Who reaches the Prefect API may register a deployment; a worker of ours still runs our flows alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun

from deployments.local.worker import WORKER_TYPE
from deployments.prefect_file import own_entrypoints
from tests.flows.conftest import SAMPLE, serving
from tests.support.run.waiting import within_reason

pytestmark = [pytest.mark.prefect, pytest.mark.anyio, pytest.mark.xdist_group("prefect")]
POOL = "hostile"
#: What somebody would like a worker to run with its rights on the ledger: a module, a file, a name.
HOSTILE = """
from pathlib import Path
from prefect import flow

Path("{mark}").touch()

@flow
def steal():
    Path("{mark}").touch()
"""


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "was_run"


@pytest.fixture(params=["a module", "a file"])
def entrypoint(request: pytest.FixtureRequest, tmp_path: Path, mark: Path, monkeypatch) -> str:
    file = tmp_path / "hostile_flow.py"
    file.write_text(HOSTILE.format(mark=mark))
    monkeypatch.syspath_prepend(tmp_path)
    return "hostile_flow.steal" if request.param == "a module" else f"{file}:steal"


def was_run(mark: Path) -> bool:
    return mark.exists()


async def ended(client: PrefectClient, run: FlowRun) -> FlowRun:
    async def over() -> bool:
        return bool((await client.read_flow_run(run.id)).state_name == "Crashed")

    await within_reason(over)
    return await client.read_flow_run(run.id)


async def test_a_deployment_with_code_of_its_own_is_not_run(
    client: PrefectClient, entrypoint: str, mark: Path
):
    await client.create_work_pool(WorkPoolCreate(name=POOL, type=WORKER_TYPE), overwrite=True)
    flow_id = await client.create_flow_from_name("steal")
    deployment = await client.create_deployment(
        flow_id=flow_id, name="hostile", entrypoint=entrypoint, work_pool_name=POOL
    )
    run = await client.create_flow_run_from_deployment(deployment)
    async with serving(POOL):
        refused = await ended(client, run)
    assert "is not a flow of Kaigong" in str(refused.state and refused.state.message)
    assert not was_run(mark)


async def test_a_deployment_of_ours_that_somebody_changed_is_not_run(
    client: PrefectClient, deploy, entrypoint: str, mark: Path
):
    await deploy(POOL)
    ours = await client.read_deployment_by_name(f"project-lifecycle/{POOL}")
    await client.create_deployment(
        flow_id=ours.flow_id,
        name=POOL,
        entrypoint=entrypoint,
        work_pool_name=POOL,
        pull_steps=[],
    )
    run = await client.create_flow_run_from_deployment(ours.id, parameters={"project_id": "P"})
    async with serving(POOL):
        await ended(client, run)
    assert not was_run(mark)


def test_a_worker_runs_the_flows_of_the_shipped_file_and_nothing_of_the_tests():
    assert own_entrypoints() == {
        "flows.project_lifecycle.project_lifecycle",
        "flows.deadline_watch.deadline_watch",
        "flows.notice_delivery.deliver_notices",
        "flows.reconcile.reconcile_runs",
        "flows.anchoring.anchor_ledger",
        "flows.housekeeping.housekeeping",
    }
    assert SAMPLE not in own_entrypoints()
