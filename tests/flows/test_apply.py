"""Deployments as data: applied to a real server, again and again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolUpdate
from prefect.client.schemas.objects import ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule
from prefect.settings import get_current_settings

from deployments import apply
from deployments.local.prefect_client import basic_auth, paused_parts
from models.errors import InvalidInput
from tests.support.run.waiting import PATIENCE_SECONDS

FILE = """
work_pool: {name: applied, type: kaigong-warm}
deployments:
  - name: applied
    entrypoint: tests.flows.sample.project_lifecycle
    schedules: [{slug: yearly, cron: "CRON", timezone: Asia/Shanghai}]
    concurrency_limit: {limit: 1, collision_strategy: CANCEL_NEW}
"""
NAME = "project-lifecycle/applied"
PAUSED = "project-lifecycle/paused"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "prefect.yaml"
    path.write_text(FILE.replace("CRON", "0 0 1 1 *"))
    return path


@pytest.mark.prefect
@pytest.mark.anyio
@pytest.mark.xdist_group("prefect")
async def test_applying_again_changes_nothing_but_what_changed(client: PrefectClient, file: Path):
    assert (await apply.apply(file)).created == (NAME,)
    first = await client.read_deployment_by_name(NAME)
    assert first.global_concurrency_limit is not None
    assert first.global_concurrency_limit.limit == 1
    assert first.concurrency_options is not None
    assert first.concurrency_options.collision_strategy is ConcurrencyLimitStrategy.CANCEL_NEW

    assert (await apply.apply(file)).unchanged == (NAME,)
    same = await client.read_deployment_by_name(NAME)
    assert [s.id for s in same.schedules] == [s.id for s in first.schedules]

    changed_file = file.with_name("changed.yaml")
    await asyncio.to_thread(changed_file.write_text, FILE.replace("CRON", "0 0 2 1 *"))
    assert (await apply.apply(changed_file)).updated == (NAME,)
    changed = await client.read_deployment_by_name(NAME)
    assert changed.id == first.id
    assert [s.active for s in changed.schedules] == [True]
    assert isinstance(changed.schedules[0].schedule, CronSchedule)
    assert changed.schedules[0].schedule.cron == "0 0 2 1 *"


async def paused(client: PrefectClient) -> list[str]:
    """What doctor finds that stands still."""
    address, password = str(client.api_url), get_current_settings().api.auth_string
    auth = basic_auth(password.get_secret_value() if password else None)

    def ask() -> list[str]:
        with httpx.Client(base_url=address, auth=auth, timeout=PATIENCE_SECONDS) as asking:
            return [part.name for part in paused_parts(asking, "paused")]

    return await asyncio.to_thread(ask)


@pytest.mark.prefect
@pytest.mark.anyio
@pytest.mark.xdist_group("prefect")
async def test_watch1_what_was_switched_off_is_taken_up_again(client: PrefectClient, file: Path):
    paused_file = FILE.replace("CRON", "0 0 1 1 *").replace("applied", "paused")
    await asyncio.to_thread(file.write_text, paused_file)
    await apply.apply(file)
    first = await client.read_deployment_by_name(PAUSED)
    assert (await apply.apply(file)).taken_up == ()

    await client.update_deployment_schedule(first.id, first.schedules[0].id, active=False)
    assert await paused(client) == ["project-lifecycle (yearly)"]
    assert (await apply.apply(file)).taken_up == (PAUSED,)
    assert await paused(client) == []
    await client.pause_deployment(first.id)
    await client.update_work_pool("paused", WorkPoolUpdate(is_paused=True))
    assert await paused(client) == ["paused", "project-lifecycle (yearly)"]
    again = await apply.apply(file)
    assert (again.unchanged, again.taken_up) == ((PAUSED,), ("paused", PAUSED))

    now = await client.read_deployment_by_name(PAUSED)
    assert (now.paused, [s.active for s in now.schedules]) == (False, [True])
    assert not (await client.read_work_pool("paused")).is_paused
    assert (await apply.apply(file)).taken_up == ()


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("limit: 1", "limit: 0", "deployments.0.concurrency_limit.limit"),
        ("slug: yearly, ", "", "deployments.0.schedules.0.slug"),
        ("entrypoint: tests", "entrypont: tests", "deployments.0.entrypoint"),
        ("work_pool", "pool", "work_pool"),
        ("}", "", "file"),
        # A key that stands twice: a schedule that somebody wrote would never run.
        ("    schedules:", "    schedules: []\n    schedules:", "file"),
    ],
)
def test_a_wrong_file_is_told_by_its_entry(file: Path, before: str, after: str, field: str):
    file.write_text(file.read_text().replace(before, after, 1))
    with pytest.raises(InvalidInput) as refusal:
        apply.read(file)
    assert refusal.value.field == field


def test_the_shipped_file_is_right():
    shipped = apply.read()
    assert shipped.work_pool.name == "kaigong"
    assert shipped.deployments[0].schedules == ()
    for scheduled in shipped.deployments[1:]:
        assert scheduled.concurrency_limit is not None, scheduled.entrypoint
