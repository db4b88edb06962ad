"""Prefect's pages under the portal's address: read only, and for a steward their own projects alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from config.settings import Settings
from deployments.local.prefect_client import basic_auth
from models.people.actor import Actor
from tests.flows.conftest import AUTH, Server
from tests.support.people import ADMINISTRATOR, APPLICANT, LEADER, STEWARD, handler
from tests.support.places import ROOT
from tests.support.portal import HOSTS, Browser, open_town
from tests.support.run.waiting import PATIENCE_SECONDS
from tests.support.yard import LAND
from web.app import create_app
from web.prefect_pages.endpoints import STUBS, Fate, fate

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]
API = "/prefect/api"
DECIDED = ROOT / "tests" / "data" / "prefect_refused.txt"
NOBODY = "00000000-0000-4000-8000-000000000000"


def operations() -> Iterator[tuple[str, str]]:
    """Every operation of the installed Prefect, as method and path."""
    from prefect.server.api.server import create_api_app  # takes two seconds in every process

    for path, methods in create_api_app().openapi()["paths"].items():
        for method in methods:
            yield method.upper(), path


def concrete(path: str) -> str:
    names = {"key": "a-key", "countable": "day", "work_pool_name": "kaigong", "name": "default"}
    return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], NOBODY), path)


def test_somebody_has_decided_on_every_operation_of_the_installed_prefect():
    """A new Prefect with a new path fails here until it is allowed or written down as refused."""
    decided = set(DECIDED.read_text().splitlines())
    refused = {f"{m} {p}" for m, p in operations() if fate(m, concrete(p)) is Fate.REFUSED}
    assert refused == decided


@pytest.mark.parametrize(
    "call",
    [
        f"DELETE /flow_runs/{NOBODY}",
        f"POST /flow_runs/{NOBODY}/set_state",
        f"POST /flow_runs/{NOBODY}/resume",
        f"PATCH /deployments/{NOBODY}",
        "POST /deployments/",
        "POST /logs/",
        "GET /flow_runs/not-a-number",
        f"GET /flow_runs/{NOBODY}/input/filter",
        "GET /variables/name/x",
        "PUT /flow_runs/filter",
        "POST /flow_runs/filter/",
        "GET /admin/storage",
    ],
)
def test_what_is_not_in_the_list_is_refused(call):
    method, path = call.split()
    assert fate(method, path) is Fate.REFUSED


@dataclass(frozen=True)
class Runs:
    """Two runs on the server: one of a project of the steward, one of somebody else's."""

    own: str
    other: str
    name: str


@pytest.fixture(scope="module")
def prefect(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=server.api, auth=basic_auth(AUTH), timeout=PATIENCE_SECONDS
    ) as client:
        yield client


@pytest.fixture(scope="module")
def runs(prefect: httpx.Client) -> Runs:
    flow = prefect.post("/flows/", json={"name": "watched"}).json()["id"]

    def run(name: str, steward: str) -> str:
        new = {"flow_id": flow, "name": name, "tags": [f"steward:{steward}", "region:fengxi"]}
        answer = prefect.post("/flow_runs/", json=new)
        task = {"flow_run_id": answer.json()["id"], "task_key": "t", "dynamic_key": "0"}
        assert prefect.post("/task_runs/", json={**task, "name": f"stage of {name}"}).is_success
        page = {"key": "page", "type": "markdown", "data": name, "flow_run_id": task["flow_run_id"]}
        assert prefect.post("/artifacts/", json=page).is_success
        line = {
            "level": 20,
            "name": "l",
            "message": f"log of {name}",
            "timestamp": "2026-01-05T00:00:00Z",
        }
        assert prefect.post(
            "/logs/", json=[{**line, "flow_run_id": task["flow_run_id"]}]
        ).is_success
        return str(task["flow_run_id"])

    return Runs(run("own project", STEWARD.login), run("other project", "xu"), "watched")


@pytest.fixture
def people(database_url: str, tmp_path: Path, server: Server) -> Iterator[Any]:
    """Browsers before a portal whose Prefect server is the one of the tests."""
    with open_town(database_url, tmp_path) as town:
        settings = Settings(
            data_dir=tmp_path,
            clock_file=town.settings.clock_file,
            prefect_api_url=server.api,
            prefect_auth=AUTH,
            second_factor=False,
            hosts=HOSTS,
        )
        app = create_app(town.database, settings)

        def browser(actor: Actor | None) -> Browser:
            found = Browser(app)
            if actor is not None:
                assert found.sign_in(actor).status == 200
            return found

        yield browser


def ask(browser: Browser, path: str, **body: Any) -> Any:
    return browser.client.post(f"{API}{path}", json=body)


def names(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    return {run["name"] for run in answer.json()} & {"own project", "other project"}


def test_who_may_watch(people, runs):
    assert people(None).client.get("/prefect/runs", follow_redirects=False).status_code == 303
    assert ask(people(None), "/flow_runs/filter").status_code == 401
    for actor in (APPLICANT, handler(LAND)):
        assert people(actor).client.get("/prefect/runs").status_code == 404
        assert ask(people(actor), "/flow_runs/filter").status_code == 404
    for actor in (ADMINISTRATOR, LEADER):
        assert names(ask(people(actor), "/flow_runs/filter")) == {"own project", "other project"}
    assert names(ask(people(STEWARD), "/flow_runs/filter")) == {"own project"}


def test_a_steward_cannot_ask_past_their_own_projects(people, runs):
    steward = people(STEWARD)
    other = {"flow_runs": {"id": {"any_": [runs.other]}}}
    assert names(ask(steward, "/flow_runs/filter", **other)) == set()
    more = {"flow_runs": {"tags": {"any_": ["steward:xu"]}}}
    assert names(ask(steward, "/flow_runs/filter", **more)) == set()
    for either in (
        {"flow_runs": {"operator": "or_", "name": {"any_": ["other project"]}}},
        {"flow_runs": {"tags": {"operator": "or_", "any_": ["steward:xu"]}}},
        {"flow_runs": "all"},
        {"flow_runs": {"tags": {"all_": "x"}}},
    ):
        assert ask(steward, "/flow_runs/filter", **either).status_code == 422
    tasks = ask(steward, "/task_runs/filter", limit=200).json()
    assert {task["flow_run_id"] for task in tasks} == {runs.own}
    pages = ask(steward, "/artifacts/filter").json()
    assert {page["flow_run_id"] for page in pages} == {runs.own}
    assert (
        ask(steward, "/ui/flow_runs/count-task-runs", flow_run_ids=[runs.other]).status_code == 404
    )
    assert ask(steward, "/ui/flow_runs/count-task-runs", flow_run_ids=[runs.own]).status_code == 200


def test_logs_belong_to_a_run_of_ones_own(people, runs):
    steward = people(STEWARD)
    own = ask(steward, "/logs/filter", logs={"flow_run_id": {"any_": [runs.own]}})
    assert [line["message"] for line in own.json()] == ["log of own project"]
    for logs in (
        {},
        {"flow_run_id": {"any_": [runs.other]}},
        {"flow_run_id": {"any_": [runs.own, runs.other]}},
    ):
        assert ask(steward, "/logs/filter", logs=logs).status_code == 404


def test_an_object_of_somebody_elses_project_is_like_none(people, runs, prefect):
    steward, leader = people(STEWARD), people(LEADER)

    def addresses(run: str) -> list[str]:
        only = {"flow_runs": {"id": {"any_": [run]}}}
        task = prefect.post("/task_runs/filter", json=only).json()[0]["id"]
        page = prefect.post("/artifacts/filter", json=only).json()[0]["id"]
        return [
            f"/flow_runs/{run}",
            f"/flow_runs/{run}/graph-v2",
            f"/task_runs/{task}",
            f"/artifacts/{page}",
            f"/flow_run_states/?flow_run_id={run}",
            f"/task_run_states/?task_run_id={task}",
        ]

    for own, other in zip(addresses(runs.own), addresses(runs.other), strict=True):
        assert steward.client.get(API + own).status_code == 200, own
        assert steward.client.get(API + other).status_code == 404, other
        assert leader.client.get(API + other).status_code == 200, other


def test_prefect_shows_and_the_portal_acts(people, runs, prefect):
    admin = people(ADMINISTRATOR)
    before = prefect.get(f"/flow_runs/{runs.own}").json()["state_type"]
    force = {"state": {"type": "COMPLETED", "name": "Completed"}, "force": True}
    with capture_logs() as lines:
        refused = ask(admin, f"/flow_runs/{runs.own}/set_state", **force)
    assert refused.status_code == 403
    logged = [line["login"] for line in lines if line["event"] == "prefect_refused"]
    assert logged == [ADMINISTRATOR.login]
    assert refused.json()["errors"][0]["code"] == "prefect_shows"
    assert admin.client.delete(f"{API}/flow_runs/{runs.own}").status_code == 403
    assert ask(admin, "/deployments/", name="mine", flow_id=NOBODY).status_code == 403
    assert prefect.get(f"/flow_runs/{runs.own}").json()["state_type"] == before


@pytest.mark.parametrize(
    "path",
    [
        f"/flow_runs/filter/../{NOBODY}/set_state",
        f"/flow_runs/filter%2F..%2F{NOBODY}/set_state",
        "//flow_runs/filter",
        "/flow_runs\\filter",
        "/flow%5fruns/filter",
    ],
)
def test_a_path_that_can_be_read_in_two_ways_is_none(people, path):
    client = people(ADMINISTRATOR).client
    answer = client.send(client.build_request("POST", httpx.URL(f"http://portal.test{API}{path}")))
    assert answer.status_code in {403, 404}


def test_questions_have_bounds(people, runs):
    admin = people(ADMINISTRATOR)
    assert ask(admin, "/flow_runs/filter", limit=10**6).status_code == 200
    assert ask(admin, "/flow_runs/filter", note="x" * 65 * 1024).status_code == 413
    not_json = admin.client.post(f"{API}/flow_runs/filter", content=b"[")
    assert not_json.status_code == 422


def test_the_servers_configuration_and_password_stay_behind_the_portal(people):
    leader = people(LEADER)
    settings = leader.client.get(f"{API}/admin/settings").json()
    assert settings == STUBS["GET /admin/settings"]
    answer = leader.client.get("/prefect/ui-settings")
    assert answer.json()["auth"] is None
    assert answer.json()["api_url"] == API
    assert AUTH.split(":")[1] not in json.dumps(answer.json())
    page = leader.client.get("/prefect/v2/dashboard", headers={"accept": "text/html"})
    assert "connect-src 'self'" in page.headers["content-security-policy"]
    assert "只读" in page.text
