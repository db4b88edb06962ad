"""Deployments as data: applied to a real server, again and again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule

from deployments import apply
from models.errors import InvalidInput

FILE = """
work_pool: {name: applied, type: kaigong-warm}
deployments:
  - name: applied
    entrypoint: tests.flows.sample.project_lifecycle
    schedules: [{slug: yearly, cron: "CRON", timezone: Asia/Shanghai}]
    concurrency_limit: {limit: 1, collision_strategy: CANCEL_NEW}
"""
NAME = "project-lifecycle/applied"


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

    # An administrator's switch outlives the next version of the file.
    await client.update_deployment_schedule(first.id, first.schedules[0].id, active=False)
    changed_file = file.with_name("changed.yaml")
    await asyncio.to_thread(changed_file.write_text, FILE.replace("CRON", "0 0 2 1 *"))
    assert (await apply.apply(changed_file)).updated == (NAME,)
    changed = await client.read_deployment_by_name(NAME)
    assert changed.id == first.id
    assert [s.active for s in changed.schedules] == [False]
    assert isinstance(changed.schedules[0].schedule, CronSchedule)
    assert changed.schedules[0].schedule.cron == "0 0 2 1 *"


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("limit: 1", "limit: 0", "deployments.0.concurrency_limit.limit"),
        ("slug: yearly, ", "", "deployments.0.schedules.0.slug"),
        ("entrypoint: tests", "entrypont: tests", "deployments.0.entrypoint"),
        ("work_pool", "pool", "work_pool"),
        ("}", "", "file"),
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
