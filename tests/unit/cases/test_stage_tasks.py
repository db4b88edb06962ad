"""The Prefect tasks of the kinds of stage: one each, named by its kind, with something of its own to say."""

from __future__ import annotations

from flows.project_lifecycle import STAGE_TASKS
from models.scenarios.definition import StageKind
from tasks.stage_task import RETRY_SECONDS, technical_fault


def test_every_kind_of_stage_has_a_task_by_its_name():
    assert set(STAGE_TASKS) == set(StageKind)
    for kind, task in STAGE_TASKS.items():
        assert task.name == kind.value.replace("_", "-")
        assert task.retries == len(RETRY_SECONDS)
        assert task.retry_condition_fn is technical_fault


def test_each_tells_in_prefect_what_to_expect_of_it():
    descriptions = [task.description for task in STAGE_TASKS.values()]
    assert all(descriptions)
    assert len(set(descriptions)) == len(StageKind)
