"""A scenario that exists as one YAML file alone, through the real lifecycle flow on a real Prefect server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import PrefectClient

from config.settings import get_settings
from deployments import apply
from deployments.demo.cast import Cast
from deployments.demo.demonstration import LifecycleFlow
from deployments.demo.in_flight import Nobody
from deployments.demo.play import Rehearsal
from flows.project_runs import ProjectRuns
from flows.relay import Relay, RelayOptions
from models.cases.states import ProjectState
from services.cases import audit
from services.cases.wake_ups import WakeUpTable
from services.ledger.store import load
from services.unit_of_work import Database, configured_database
from tests.flows.conftest import serving, stages_of
from tests.support.canteen import canteen, published_by_two
from tests.support.run.waiting import within_reason

pytestmark = [pytest.mark.prefect, pytest.mark.anyio, pytest.mark.xdist_group("prefect")]

POOL = "engine"
DEPLOYMENTS = f"""
work_pool: {{name: {POOL}, type: kaigong-warm}}
deployments:
  - name: {POOL}
    entrypoint: flows.project_lifecycle.project_lifecycle
"""


@pytest.fixture
def database(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """The database of this test, which the flow finds by the settings."""
    monkeypatch.setenv("KAIGONG_DATABASE_URL", database_url)
    monkeypatch.setenv("KAIGONG_CLOCK_FILE", str(tmp_path / "clock"))
    get_settings.cache_clear()
    found = configured_database()
    yield found
    found.close()
    get_settings.cache_clear()


async def relayed(work: Callable[[], None], relay: Relay) -> None:
    """Work in a thread while wake-ups are carried, as the relay's process does it."""
    working = asyncio.create_task(asyncio.to_thread(work))
    while not working.done():
        await relay.sweep()
        await asyncio.sleep(0.05)
    await working


async def test_a_project_of_a_new_scenario_goes_through_the_flow(
    client: PrefectClient, database: Database, tmp_path: Path
):
    path = tmp_path / "prefect.yaml"
    path.write_text(DEPLOYMENTS)
    await apply.apply(path)
    tale = canteen(1)
    cast = Cast(database, published_by_two(database))
    cast.gather({tale.enterprise: tale.enterprise_name})
    machine = LifecycleFlow(database, tmp_path)
    story = Rehearsal(database, cast, machine, Nobody(), tmp_path / "clock")
    table = WakeUpTable(database)
    runs = ProjectRuns(client, table, f"project-lifecycle/{POOL}")
    async with serving(POOL):
        await relayed(
            lambda: story.play([tale]), Relay(table, runs, RelayOptions(busy_seconds=0.1))
        )
    with database.reading() as connection:
        stored = load(connection, tale.code)
    facts, run_id = stored.facts, stored.flow_run_id
    assert facts.state is ProjectState.COMPLETED
    assert audit.verify(database).ok
    assert (await client.read_flow_run(run_id)).state_name == "Completed"
    shown: dict[str, Any] = {}

    async def every_stage_is_shown() -> bool:
        shown.update({run.dynamic_key: run.state_name for run in await stages_of(client, run_id)})
        return set(shown) == {"filing/1", "kitchen/1", "opening/1"}

    await within_reason(every_stage_is_shown)
