"""The REST API over a real database: bearer tokens, acts done once, problem documents."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from config.scenario_files import SCENARIOS
from models.cases import commands as c
from services.notices import notices
from services.people.tokens import issue_token
from tests.support.people import APPLICANT, LEADER, STEWARD, approver, handler
from tests.support.portal import OTHER_APPLICANT, PASSWORD, PDF, Town
from tests.support.yard import ENTERPRISE, PLANNING

pytestmark = pytest.mark.api


def api(town: Town, actor=None) -> TestClient:
    headers = {}
    if actor is not None:
        token = issue_token(town.database, actor.login, "test", town.now)
        headers["authorization"] = f"Bearer {token}"
    return TestClient(town.app, base_url="http://portal.test/api/v1", headers=headers)


def problem(answer, status: int) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert found["status"] == status
    assert found["type"].startswith("urn:kaigong:problem:")
    assert found["title"]
    assert found["detail"]
    assert found["errors"]
    return found


def test_a_token_is_had_for_the_password(town):
    wanted = {"login": APPLICANT.login, "password": PASSWORD}
    answer = api(town).post("/tokens", json=wanted)
    assert answer.status_code == 201
    headers = {"authorization": f"Bearer {answer.json()['token']}"}
    me = api(town).get("/me", headers=headers)
    assert me.json()["login"] == APPLICANT.login
    assert me.json()["enterprise"] == ENTERPRISE
    problem(api(town).post("/tokens", json=wanted | {"password": "wrong password"}), 401)


@pytest.mark.parametrize("header", [None, "Bearer kg_nobody", "Basic abc", "Bearer"])
def test_without_a_valid_token_nothing_is_told(town, header):
    headers = {"authorization": header} if header else {}
    answer = api(town).get("/projects", headers=headers)
    assert problem(answer, 401)["errors"][0]["field"] == "authorization"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_project_goes_its_way_through_the_api(town):
    enterprise = api(town, APPLICANT)
    wanted = {
        "code": "2611-611102-04-01-800001",
        "title": "new plant",
        "enterprise": ENTERPRISE,
        "scenario": "yard",
        "attributes": {"phased": False},
        "steward": STEWARD.login,
    }
    key = {"idempotency-key": "register-1"}
    first = enterprise.post("/projects", json=wanted, headers=key)
    assert first.status_code == 201
    again = enterprise.post("/projects", json=wanted, headers=key).json()
    assert again["project_id"] == first.json()["project_id"]
    assert again["repeated"] is True

    project = wanted["code"]
    stored = enterprise.post("/files", files={"file": ("plan.pdf", PDF, "text/html")}).json()
    assert stored["media_type"] == "application/pdf"

    def act(client, key=None, **command):
        headers = {"idempotency-key": key} if key else {}
        return client.post(f"/projects/{project}/acts", json=command, headers=headers)

    paper = {"material": "plan", "file_name": stored["name"], "sha256": stored["sha256"]}
    assert act(enterprise, act="submit_material", **paper).status_code == 200
    assert act(enterprise, act="submit_application", item="A1").status_code == 200
    officer, decider = api(town, handler(PLANNING)), api(town, approver(PLANNING))
    assert [row["item"] for row in officer.get("/inbox").json()["rows"]] == ["A1"]
    possible = officer.get(f"/projects/{project}/items/A1/acts").json()
    assert {"act": "accept_application", "possible": True, "refusal": None} in possible
    assert act(officer, act="accept_application", item="A1").status_code == 200
    receipt = act(decider, "decide-1", act="approve_item", item="A1", comment="fine")
    assert receipt.json()["events"][0]["kind"] == "ItemApproved"
    assert act(decider, "decide-1", act="approve_item", item="A1", comment="fine").json()[
        "repeated"
    ]
    answer = act(decider, "decide-1", act="deny_item", item="A1", reason="no")
    assert problem(answer, 409)["errors"][0]["code"] == "key_used_before"

    page = enterprise.get(f"/projects/{project}").json()
    item = next(i for s in page["stages"] for i in s["items"] if i["code"] == "A1")
    assert item["state"] == "granted"
    assert enterprise.get(f"/projects/{project}/papers/plan").content == PDF
    listed = enterprise.get("/projects", params={"text": "new plant"}).json()
    assert [row["code"] for row in listed["projects"]] == [project]


def test_every_refusal_has_its_status(town):
    project = town.accepted()
    officer, decider = api(town, handler(PLANNING)), api(town, approver(PLANNING))
    acts = f"/projects/{project}/acts"
    found = problem(officer.post(acts, json={"act": "approve_item", "item": "A1"}), 403)
    assert found["errors"][0]["code"] == "role_may_not_act"
    problem(api(town, OTHER_APPLICANT).get(f"/projects/{project}"), 404)
    problem(decider.get("/projects/2611-611102-04-01-999999"), 404)
    problem(decider.get("/nothing/here"), 404)
    problem(decider.delete(f"/projects/{project}"), 405)
    found = problem(decider.post(acts, json={"act": "accept_application", "item": "A1"}), 409)
    assert found["errors"][0]["code"] == "act_not_allowed"
    stale = {"act": "approve_item", "item": "A1", "seen_version": 1}
    assert problem(decider.post(acts, json=stale), 409)["errors"][0]["code"] == "item_changed"
    found = problem(decider.post(acts, json={"act": "deny_item", "item": "A1"}), 422)
    assert found["errors"][0]["field"] == "reason"
    problem(decider.post(acts, json={"act": "fly", "item": "A1"}), 422)
    problem(decider.post(acts, content=b"{", headers={"content-type": "application/json"}), 422)
    problem(decider.get("/projects", params={"page": 0}), 422)
    problem(decider.get("/projects", params={"colour": "red"}), 422)
    problem(decider.post("/files", files={"file": ("a.exe", b"MZ\x00\x01", "text/plain")}), 422)


def test_refusals_speak_the_language_that_was_asked_for(town):
    client = api(town, LEADER)
    chinese = client.get("/projects/2611-611102-04-01-999999").json()["detail"]
    english = client.get(
        "/projects/2611-611102-04-01-999999", headers={"accept-language": "en"}
    ).json()["detail"]
    assert "不存在" in chinese
    assert "does not exist" in english


def test_notices_are_listed_and_read(town):
    town.register()
    notices.expand(town.database, town.now)
    client = api(town, APPLICANT)
    found = client.get("/notices", params={"unread": True}).json()
    assert found[0]["title"]
    assert client.post("/notices/read", json={"ids": [found[0]["id"]]}).json() == {"marked": 1}
    assert len(client.get("/notices", params={"unread": True}).json()) == len(found) - 1


def test_scenarios_and_the_desk(town):
    town.accepted()
    client = api(town, STEWARD)
    assert [one["key"] for one in client.get("/scenarios").json()] == ["yard"]
    assert client.get("/desk").json()["waits_for_departments"] == 1


def test_past_projects_are_replayed_by_whoever_may_look_behind_scenarios(town):
    project = town.accepted()
    leader = api(town, LEADER)
    found = leader.post("/scenarios/replay", json={"scenario": "yard"}).json()
    assert found["sum"]["projects"] == 1
    assert found["projects"][0]["same"]
    source = (SCENARIOS / "factory-warehouse.yaml").read_text(encoding="utf-8")
    wanted = {"source": source, "projects": [project]}
    found = leader.post("/scenarios/replay", json=wanted).json()
    assert "A01" in found["projects"][0]["added"]
    assert found["projects"][0]["differences"]
    problem(leader.post("/scenarios/replay", json={}), 422)
    problem(leader.post("/scenarios/replay", json={"source": "key: x"}), 422)
    problem(leader.post("/scenarios/replay", json={"scenario": "yard", "version": 7}), 404)
    problem(api(town, APPLICANT).post("/scenarios/replay", json={"scenario": "yard"}), 403)


def test_a_document_is_verified_without_a_token(town):
    project = town.granted()
    town.do(project, c.IssueDocument(item="A1"), approver(PLANNING))
    token = town.scalar("SELECT token FROM official_document WHERE category = 'certificate'")
    found = api(town).get(f"/documents/{token}").json()
    assert found["number"] == "LC-611102-2026-0001"
    assert found["standing"] == "valid"
    problem(api(town).get("/documents/nothing"), 404)


def test_the_description_names_everything(town):
    description = town.app.openapi()
    paths = {path for path in description["paths"] if path.startswith("/api/v1/")}
    assert "/api/v1/projects/{code}/acts" in paths
    assert not [path for path in description["paths"] if not path.startswith("/api/v1/")]
    body = description["paths"]["/api/v1/projects/{code}/acts"]["post"]["requestBody"]
    assert body["content"]["application/json"]["schema"]["discriminator"]["propertyName"] == "act"
    client = TestClient(town.app, base_url="http://portal.test")
    assert client.get("/api/openapi.json").status_code == 200


def test_health_readiness_and_figures(town):
    town.register()
    client = TestClient(town.app, base_url="http://portal.test")
    assert client.get("/healthz").text == "ok"
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True
    client.get("/projects/2611-611102-04-01-000001")
    families = {f.name: f for f in text_string_to_metric_families(client.get("/metrics").text)}
    waiting = {s.labels["what"]: s.value for s in families["kaigong_ledger"].samples}
    assert waiting["open_projects"] == 1
    routes = {s.labels["route"] for s in families["kaigong_requests"].samples}
    assert "/projects/{code}" in routes


def test_a_database_that_is_gone_is_told(town):
    client = TestClient(town.app, base_url="http://portal.test", raise_server_exceptions=False)
    token = issue_token(town.database, LEADER.login, "test", town.now)
    town.database.close()
    engine = town.database.engine
    original = engine.dialect.connect
    import psycopg2

    def refused(*_args, **_kwargs):
        raise psycopg2.OperationalError("connection refused")

    engine.dialect.connect = refused
    try:
        answer = client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"})
        assert "PostgreSQL" in problem(answer, 503)["detail"]
        page = client.get("/projects")
        assert page.status_code in {303, 503}
    finally:
        engine.dialect.connect = original


@pytest.mark.parametrize(
    ("actor", "command", "field"),
    [
        (
            APPLICANT,
            {"act": "record_milestone", "item": "E0", "happened_on": "2026-11-02", "form": {}},
            "form",
        ),
        (STEWARD, {"act": "correct_attributes", "reason": "typo", "attributes": {}}, "attributes"),
    ],
)
@pytest.mark.parametrize("digits", [20, 400])
@pytest.mark.parametrize("key", [None, "num1"])
def test_num1_a_number_beyond_all_bounds_is_refused_by_its_field(
    town, actor, command, field, digits, key
):
    answer = api(town, actor).post(
        f"/projects/{town.register()}/acts",
        json=command | {field: {"area": 10**digits}},
        headers={"idempotency-key": key} if key else {},
    )
    assert field in problem(answer, 422)["errors"][0]["field"]
