"""The Prefect server that ``kaigong up`` starts, with the settings that were measured."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from config.settings import Settings
from deployments.local import health, installation, prefect_server
from deployments.local.findings import State
from deployments.local.installation import Reports
from deployments.local.prefect_client import basic_auth
from deployments.local.process import PortTaken
from tests.support.run.ports import free_port
from tests.support.run.waiting import PATIENCE_SECONDS, until

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.xdist_group("prefect-server")]


@pytest.fixture(scope="module")
def port():
    return free_port()


@pytest.fixture(scope="module")
def server(postgres, new_folder, port):
    """The environment of the server's clients."""
    with prefect_server.running(postgres, new_folder(), port=port) as environment:
        yield environment


@pytest.fixture(scope="module")
def api(server):
    """A client that knows the password."""
    auth = basic_auth(server["PREFECT_API_AUTH_STRING"])
    with httpx.Client(
        base_url=server["PREFECT_API_URL"], auth=auth, timeout=PATIENCE_SECONDS
    ) as client:
        yield client


def test_its_settings_are_the_measured_ones(api):
    found = api.get("/admin/settings").json()["server"]
    services = found["services"]
    assert services["pause_expirations"]["enabled"] is False
    assert services["triggers"]["enabled"] is False
    assert services["task_run_recorder"]["read_batch_size"] == 50
    assert services["event_persister"]["read_batch_size"] == 50
    assert set(services["db_vacuum"]["enabled"]) == {"events", "flow_runs"}
    assert found["analytics_enabled"] is False
    assert found["api"]["host"] == "127.0.0.1"


def test_it_keeps_its_data_in_postgresql(api, postgres):
    name = api.post("/flows/", json={"name": "kept"}).json()["name"]
    with postgres._connection("prefect") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM flow WHERE name = %s", (name,))
        assert cursor.fetchone() == (1,)


def test_a_schedule_becomes_runs(api):
    """With SQLAlchemy 2.1 this server answers, and plans nothing (docs/adr/sqlalchemy-2-0.md)."""
    flow = api.post("/flows/", json={"name": "planned"}).json()["id"]
    schedule = {"schedule": {"cron": "* * * * *", "timezone": "Asia/Shanghai"}, "active": True}
    deployment = {"name": "planned", "flow_id": flow, "schedules": [schedule]}
    assert api.post("/deployments/", json=deployment).is_success
    filters = {"flows": {"name": {"any_": ["planned"]}}}
    runs = until(lambda: api.post("/flow_runs/filter", json=filters).json())
    assert {run["state_name"] for run in runs} == {"Scheduled"}


def test_its_pages_belong_under_the_portal(api, port):
    page = api.get(f"http://127.0.0.1:{port}/prefect/ui-settings").json()
    assert page["api_url"] == "/prefect/api"


def test_nobody_without_the_password_is_let_in(server):
    address = server["PREFECT_API_URL"]
    hostile = {"name": "hostile", "flow_id": str(uuid4()), "entrypoint": "os.system"}
    for auth in (None, httpx.BasicAuth("kaigong", "guessed")):
        with httpx.Client(base_url=address, auth=auth, timeout=PATIENCE_SECONDS) as stranger:
            assert stranger.post("/deployments/", json=hostile).status_code == 401
            assert stranger.post("/flow_runs/filter", json={}).status_code == 401


def test_a_page_of_another_site_may_not_call_it(api):
    answer = api.options(
        "/flow_runs/filter",
        headers={"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"},
    )
    assert "access-control-allow-origin" not in answer.headers


def test_its_port_may_be_taken(api, postgres, tmp_path, port):
    with (
        pytest.raises(PortTaken, match="--prefect-port"),
        prefect_server.running(postgres, tmp_path, port=port),
    ):
        pass


@pytest.mark.timeout(300)
def test_its_database_is_made_again_under_the_running_server(api, postgres, monkeypatch):
    """Somebody dropped it: the doctor says so, the supervisor's look makes it again with the
    deployments, and the server goes on with the next request, without a hand and a restart.
    """
    monkeypatch.setattr(installation, "PREFECT_SECONDS", 0.0)
    told: list[str] = []
    keeper = installation._Keeper(postgres, Reports(told.append, print, print))
    keeper.own_prefect = True
    keeper.deploy = lambda: told.append("deployed")
    settings = Settings(data_dir=postgres.home.parent, prefect_auth="kaigong:of its own")

    postgres.drop_database(prefect_server.DATABASE)
    [gone] = [*health._prefect(settings)]
    assert (gone.state, gone.detail) == (State.DOWN, "its database was dropped")
    assert api.post("/flows/", json={"name": "lost"}).status_code >= 500
    assert until(lambda: keeper.look() or "deployed" in told)
    assert told == ["Prefect's database was dropped: it is made again", "deployed"]
    assert not prefect_server.bring_back(postgres)
    assert until(lambda: api.post("/flows/", json={"name": "found"}).is_success)
    assert api.post("/flows/count", json={}).json() == 1
