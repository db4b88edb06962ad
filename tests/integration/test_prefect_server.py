"""The Prefect server that ``kaigong up`` starts, with the settings that were measured."""

from __future__ import annotations

import socket
import time

import httpx
import pytest

from deployments.local import prefect_server
from deployments.local.process import PortTaken

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.xdist_group("prefect-server")]


@pytest.fixture(scope="module")
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def api(postgres, new_folder, port):
    with prefect_server.running(postgres, new_folder(), port=port) as environment:
        yield environment["PREFECT_API_URL"]


def test_its_settings_are_the_measured_ones(api):
    found = httpx.get(f"{api}/admin/settings").json()["server"]
    services = found["services"]
    assert services["pause_expirations"]["enabled"] is False
    assert services["triggers"]["enabled"] is False
    assert services["task_run_recorder"]["read_batch_size"] == 50
    assert services["event_persister"]["read_batch_size"] == 50
    assert set(services["db_vacuum"]["enabled"]) == {"events", "flow_runs"}
    assert found["analytics_enabled"] is False
    assert found["api"]["host"] == "127.0.0.1"


def test_it_keeps_its_data_in_postgresql(api, postgres):
    name = httpx.post(f"{api}/flows/", json={"name": "kept"}).json()["name"]
    with postgres._connection("prefect") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM flow WHERE name = %s", (name,))
        assert cursor.fetchone() == (1,)


def test_a_schedule_becomes_runs(api):
    """With SQLAlchemy 2.1 this server answers, and plans nothing (docs/adr/sqlalchemy-2-0.md)."""
    flow = httpx.post(f"{api}/flows/", json={"name": "planned"}).json()["id"]
    schedule = {"schedule": {"cron": "* * * * *", "timezone": "Asia/Shanghai"}, "active": True}
    deployment = {"name": "planned", "flow_id": flow, "schedules": [schedule]}
    assert httpx.post(f"{api}/deployments/", json=deployment).is_success
    filters = {"flows": {"name": {"any_": ["planned"]}}}
    deadline = time.monotonic() + 60
    while not (runs := httpx.post(f"{api}/flow_runs/filter", json=filters).json()):
        assert time.monotonic() < deadline, "nothing was planned"
        time.sleep(0.3)
    assert {run["state_name"] for run in runs} == {"Scheduled"}


def test_the_page_for_stewards_calls_the_api_where_it_is(api, port):
    page = httpx.get(f"http://127.0.0.1:{port}/ui-settings").json()
    assert page["api_url"] == api


def test_a_page_of_another_site_may_not_call_it(api):
    answer = httpx.options(
        f"{api}/flow_runs/filter",
        headers={"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"},
    )
    assert "access-control-allow-origin" not in answer.headers


def test_its_port_may_be_taken(api, postgres, tmp_path, port):
    with (
        pytest.raises(PortTaken, match="--prefect-port"),
        prefect_server.running(postgres, tmp_path, port=port),
    ):
        pass
