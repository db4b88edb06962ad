"""The pages of scenarios over a real database, used as a browser without JavaScript uses them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from config.settings import get_settings
from models.people.token_scope import TokenScope
from models.scenarios.life import VersionState
from services.people.tokens import issue_token
from services.scenarios import published as scenarios
from services.scenarios import versions
from services.scenarios.drafts import draft_source, save_draft_source
from tests.support.drafting import publish_industrial
from tests.support.people import ADMINISTRATOR, CLERK, LEADER, STEWARD
from tests.support.places import DATA
from tests.support.portal import SECOND_ADMINISTRATOR, Browser, Page, Town

KEY = "industrial-simple"
HERE = f"/scenarios/{KEY}"
FAULTY = DATA / "scenarios"


@pytest.fixture
def town(town: Town) -> Town:
    publish_industrial(town)
    return town


def version(town: Town, number: int, key: str = KEY) -> scenarios.Version:
    with town.database.reading() as connection:
        return scenarios.version_of(connection, key, number)


def write(town: Town, number: int, before: str, after: str) -> None:
    """Change the text of a draft, as the editor does."""
    now = draft_source(town.database, KEY, number, ADMINISTRATOR)
    source = now.source.replace(before, after)
    assert source != now.source
    save_draft_source(town.database, KEY, number, source, ADMINISTRATOR, town.now, now.seen_hash)


def started(town: Town) -> tuple[Browser, Page]:
    """An administrator before a draft of version 2."""
    admin = town.browser(ADMINISTRATOR)
    page = admin.open(f"{HERE}/1")
    return admin, admin.send(page.form("/scenarios"))


# --- the list -------------------------------------------------------------------------------------


def test_the_list_says_what_counts_of_every_version(town):
    town.register()
    page = town.browser(ADMINISTRATOR).open("/scenarios")
    assert page.status == 200
    assert page.link("一般社会投资工业项目简易审批")
    assert f"{HERE}/1" in page.links
    assert page.table("审批场景及其版本").row("15 / 20")
    assert page.says("现行")


def test_the_list_takes_few_queries_however_many_versions_there_are(town):
    admin = town.browser(ADMINISTRATOR)
    admin.open("/scenarios")
    with town.counted() as few:
        admin.open("/scenarios")
    for _ in range(4):
        admin.send(admin.open(f"{HERE}/1").form("/scenarios"))
    admin.open("/scenarios")
    with town.counted() as many:
        assert len(admin.open("/scenarios").all("row", "草稿")) == 4
    assert len(many) == len(few) <= 8


def test_who_may_see_scenarios(town):
    leader = town.browser(LEADER)
    assert "/scenarios" in leader.open("/scenarios").links
    page = leader.open(f"{HERE}/1")
    assert page.status == 200
    assert page.acts == set()
    assert leader.open(f"{HERE}/migrate").status == 403
    for other in (STEWARD, CLERK):
        browser = town.browser(other)
        assert "/scenarios" not in browser.open("/projects").links
        for address in ("/scenarios", HERE, f"{HERE}/1", f"{HERE}/diff?from=1&to=1"):
            assert browser.open(address).status == 403
        assert browser.open("/scenario-import").status == 403
        assert browser.open(f"{HERE}/1/export").status == 403


# --- one version ----------------------------------------------------------------------------------


def test_a_version_is_told_in_words(town):
    page = town.browser(ADMINISTRATOR).open(f"{HERE}/1")
    assert page.status == 200
    assert page.region("立项用地规划许可").row("仅当")
    assert page.region("立项用地规划许可").row("法定时限")
    assert "<svg" in page.html
    assert 'id="item-C05"' in page.html
    assert '<li id="L7"><code>key: industrial-simple</code>' in page.html


def test_a_draft_with_errors_shows_them_beside_their_lines(town):
    admin, page = started(town)
    write(town, 2, "{use: A07,", "{use: A99,")
    page = admin.open(f"{HERE}/2")
    assert page.region("下一步").says("个错误，请改正后再校验")
    assert "validate_draft" not in page.acts
    assert 'class="found"' in page.html
    write(town, 2, "key: industrial-simple", "key: [")
    page = admin.open(f"{HERE}/2")
    assert page.status == 200
    assert "<svg" not in page.html
    assert page.region("校验结果").entry("yaml_syntax")


def test_a_version_that_is_not_there(town):
    admin = town.browser(ADMINISTRATOR)
    assert admin.open(f"{HERE}/9").status == 404
    assert admin.open("/scenarios/none").status == 404
    assert admin.open("/scenarios/none/1").status == 404
    assert admin.open(f"/scenarios/{KEY}/migrations/1").status == 404


def test_the_next_version_begins_with_one_that_is_there(town):
    admin, page = started(town)
    assert page.response.url.path == f"{HERE}/2"
    form = admin.open("/scenarios").form("/scenarios")
    assert admin.send(form, **{"from": f"{KEY}@9"}).status == 404
    assert admin.send(form, **{"from": "anything"}).status == 422


# --- publication ----------------------------------------------------------------------------------


def test_a_version_is_published_by_two(town):
    admin, page = started(town)
    assert page.says("草稿")
    write(town, 2, "promise: {days: 20", "promise: {days: 19")
    page = admin.send(admin.open(f"{HERE}/2").form("validate_draft"))
    assert version(town, 2).state is VersionState.VALIDATED
    later = town.today + timedelta(days=5)
    page = admin.send(
        page.form("request_publication"), effective_on=later.isoformat(), reason="承诺再少一天"
    )
    assert version(town, 2).state is VersionState.REQUESTED
    assert page.acts == {"withdraw_request"}
    other = town.browser(SECOND_ADMINISTRATOR)
    assert other.open("/projects").link("审批场景 1")
    page = other.open(f"{HERE}/2")
    assert page.region("下一步").says("承诺再少一天")
    page = other.send(page.form("publish_scenario"))
    assert page.status == 200
    done = version(town, 2)
    assert (done.state, done.published_by) == (VersionState.PUBLISHED, SECOND_ADMINISTRATOR.login)
    assert done.effective_on == later
    assert page.region("下一步").says("起，新登记的项目采用本版本")
    assert page.region("办理记录").entry("申请发布")


def test_nobody_approves_their_own_request_and_a_decline_says_why(town):
    admin, _page = started(town)
    page = admin.send(admin.open(f"{HERE}/2").form("validate_draft"))
    page = admin.send(page.form("request_publication"))
    form = town.browser(SECOND_ADMINISTRATOR).open(f"{HERE}/2").form("publish_scenario")
    form.fields["csrf"] = page.form("withdraw_request").fields["csrf"]
    page = admin.send(form)
    assert page.status == 403
    assert page.alert("不能自行批准")
    other = town.browser(SECOND_ADMINISTRATOR)
    form = other.open(f"{HERE}/2").form("decline_publication")
    assert other.send(form, reason=" ").status == 422
    page = other.send(form, reason="先与窗口商量")
    assert page.region("办理记录").entry("先与窗口商量")
    assert version(town, 2).state is VersionState.VALIDATED


def test_a_day_that_has_passed_is_refused_and_what_was_typed_stays(town):
    admin, _page = started(town)
    page = admin.send(admin.open(f"{HERE}/2").form("validate_draft"))
    form = page.form("request_publication")
    page = admin.send(form, effective_on="2020-01-01", reason="为何")
    assert page.status == 422
    assert page.alert("2020-01-01 已过")
    assert page.form("request_publication").fields["reason"] == ["为何"]
    assert admin.send(form, effective_on="tomorrow").status == 422
    form.fields["act"] = ["dance"]
    assert admin.send(form).status == 422


def test_a_version_is_retired_and_a_draft_thrown_away(town):
    admin, page = started(town)
    page = admin.send(page.form("discard_draft"))
    assert page.response.url.path == "/scenarios"
    page = admin.open(f"{HERE}/1")
    assert page.region("下一步").says("无法登记此类项目")
    page = admin.send(page.form("retire_scenario"), reason="由新场景取代")
    assert version(town, 1).state is VersionState.RETIRED
    assert page.region("办理记录").entry("由新场景取代")


# --- what changes ---------------------------------------------------------------------------------


def test_two_versions_are_compared_in_words(town):
    admin, _page = started(town)
    page = admin.open(f"{HERE}/diff?from=1&to=2")
    assert page.says("两者内容相同")
    write(town, 2, "promise: {days: 20", "promise: {days: 19")
    page = admin.open(f"{HERE}/diff?from=1&to=2")
    assert page.entry("19")
    assert 'class="minus"' in page.html
    write(town, 2, "{use: A07,", "{use: A99,")
    assert admin.open(f"{HERE}/diff?from=1&to=2").says("只比较文本")
    assert admin.open(f"{HERE}/diff?from=1&to=yard@1").status == 200
    assert admin.open(f"{HERE}/diff?from=one&to=2").status == 422
    assert admin.open(f"{HERE}/diff?from=1&to=7").status == 404


def prepared(town: Town) -> tuple[str, str]:
    """Version 2 of the yard without its check; a project that can move and one that cannot."""
    from tests.integration.scenarios.test_scenario_migration import second

    fresh, checked = town.register(), town.granted()
    with town.database.transaction() as connection:
        versions.publish(connection, second(), "yard.yaml", ADMINISTRATOR, town.now)
    return fresh, checked


def test_projects_are_tried_then_moved(town):
    fresh, checked = prepared(town)
    admin = town.browser(ADMINISTRATOR)
    page = admin.open("/scenarios/yard/migrate")
    assert page.status == 200
    page = admin.open("/scenarios/yard/migrate?from=1&to=2")
    assert page.says("本页 1 个可以迁移，1 个不能迁移")
    form = page.form("/scenarios/yard/migrate")
    assert form.fields["project"] == [fresh]
    assert town.facts(fresh).scenario.version == 1
    page = admin.send(form)
    assert page.heading("1 个项目已迁移，0 个未迁移")
    assert town.facts(fresh).scenario.version == 2
    page = admin.send(form, project=[checked])
    assert page.heading("0 个项目已迁移，1 个未迁移")
    assert town.facts(checked).scenario.version == 1
    record = admin.open("/scenarios/yard/1")
    assert record.html.count("/scenarios/yard/migrations/") == 2
    assert admin.send(form, project=[]).status == 422


def test_all_projects_move_in_parts(town, monkeypatch):
    others = [town.register() for _ in range(3)]
    fresh, checked = prepared(town)
    monkeypatch.setattr("web.pages.scenarios.comparison.JUDGED", 2)
    monkeypatch.setattr("web.pages.scenarios.comparison.MOVED_AT_ONCE", 2)
    admin = town.browser(ADMINISTRATOR)
    page = admin.open("/scenarios/yard/migrate?from=1&to=2")
    assert page.says("第 1 / 3 页")
    form = page.form("/scenarios/yard/migrate")
    page = admin.send(form, all="yes")
    for _ in range(2):
        assert page.says("还有其余项目")
        page = admin.send(page.form("/scenarios/yard/migrate"))
    assert not page.says("还有其余项目")
    versions = {code: town.facts(code).scenario.version for code in (*others, fresh, checked)}
    assert versions == dict.fromkeys((*others, fresh), 2) | {checked: 1}


def test_refusals_of_a_migration_are_told(town):
    prepared(town)
    admin = town.browser(ADMINISTRATOR)
    page = admin.open("/scenarios/yard/migrate?from=1&to=9")
    assert page.status == 404
    assert page.alert("yard")


# --- files between districts ----------------------------------------------------------------------


def test_a_scenario_travels_between_districts(town):
    admin = town.browser(ADMINISTRATOR)
    answer = admin.client.get("/scenarios/yard/1/export")
    assert "yard-1.json" in answer.headers["content-disposition"]
    page = admin.open("/scenario-import")
    form = page.form("/scenario-import")
    file = {"file": ("yard.json", answer.content, "application/json")}
    page = admin.send(form, files=file)
    assert page.status == 409
    assert page.alert("内容与此相同")
    document = json.loads(answer.content)
    document["content"] = document["content"].replace('"days":20', '"days":21', 1)
    page = admin.send(form, files={"file": ("yard.json", json.dumps(document), "application/json")})
    assert page.status == 422
    page = admin.send(form, files={"file": ("yard.json", b"{}", "application/json")})
    assert page.status == 422
    page = admin.send(form, files={"file": ("big.json", b" " * 4_000_001, "application/json")})
    assert page.says("4000000") or page.says("4 000 000")
    assert admin.send(form).status == 422


def test_a_file_of_an_unknown_district_names_its_fingerprint(town, monkeypatch):
    admin = town.browser(ADMINISTRATOR)
    content = admin.client.get("/scenarios/yard/1/export").content
    monkeypatch.setenv("KAIGONG_SECRET_KEY", "another district, with a secret of its own")
    get_settings.cache_clear()
    form = admin.open("/scenario-import").form("/scenario-import")
    page = admin.send(form, files={"file": ("yard.json", content, "application/json")})
    assert page.status == 422
    assert page.alert("yard.json")


# --- REST -----------------------------------------------------------------------------------------


def api(town: Town, actor=ADMINISTRATOR):
    """A function that calls the API with a person's token."""
    token = issue_token(town.database, actor.login, "test", town.now, days=1, scopes=TokenScope)
    client = town.browser().client
    client.headers["authorization"] = f"Bearer {token}"

    def call(method: str, path: str, **more):
        answer = client.request(method, f"/api/v1/scenarios{path}", **more)
        return answer.status_code, answer.json() if answer.content else None

    return call


@pytest.mark.api
def test_the_whole_life_over_rest(town):
    mine, other = api(town), api(town, SECOND_ADMINISTRATOR)
    status, draft = mine("POST", f"/{KEY}/drafts", json={"from_version": 1})
    assert (status, draft["version"], draft["state"]) == (201, 2, "draft")
    _, text = mine("GET", f"/{KEY}/versions/2/source")
    wanted = {
        "source": text["source"].replace("promise: {days: 20", "promise: {days: 19"),
        "seen_hash": text["source_hash"],
    }
    assert mine("PUT", f"/{KEY}/versions/2/source", json=wanted)[0] == 200
    assert mine("PUT", f"/{KEY}/versions/2/source", json=wanted | {"source": "x"})[0] == 409
    acts = f"/{KEY}/versions/2/acts"
    assert mine("POST", acts, json={"act": "validate_draft"})[1]["state"] == "validated"
    assert mine("POST", acts, json={"act": "request_publication"})[1]["state"] == "requested"
    status, problem = mine("POST", acts, json={"act": "publish_scenario"})
    assert (status, problem["type"]) == (403, "urn:kaigong:problem:own_request")
    status, done = other("POST", acts, json={"act": "publish_scenario"})
    assert (status, done["state"], done["in_force"]) == (200, "published", True)
    _, difference = mine("GET", f"/{KEY}/diff?from=1&to=2")
    assert [one["code"] for one in difference["statements"]] == ["promise_changed"]
    _, record = mine("GET", f"/{KEY}/acts?version=2")
    assert [one["act"] for one in record][:2] == ["publish_scenario", "request_publication"]
    _, whole = mine("GET", f"/{KEY}/versions/2")
    assert whole["definition"]["promise"]["days"] == 19
    assert whole["critical_path"][0] == "A01"
    assert len(mine("GET", f"/{KEY}/versions")[1]) == 2
    assert len(mine("GET", "/versions")[1]) == 3


@pytest.mark.api
def test_projects_move_over_rest(town):
    fresh, checked = prepared(town)
    call = api(town)
    tried = call("POST", "/yard/migrations", json={"from": 1, "to": 2})[1]
    assert {one["project"]: one["migrated"] for one in tried["projects"]} == {
        fresh: True,
        checked: False,
    }
    assert town.facts(fresh).scenario.version == 1
    wanted = {"from": 1, "to": 2, "dry_run": False, "projects": [fresh]}
    done = call("POST", "/yard/migrations", json=wanted)[1]
    assert [one["project"] for one in done["projects"]] == [fresh]
    assert town.facts(fresh).scenario.version == 2
    assert api(town, LEADER)("POST", "/yard/migrations", json={"from": 1, "to": 2})[0] == 403


@pytest.mark.api
def test_files_travel_over_rest(town):
    call = api(town)
    status, document = call("GET", "/yard/versions/1/export")
    assert status == 200
    file = {"file": ("yard.json", json.dumps(document), "application/json")}
    assert call("POST", "/imports", files=file)[0] == 409
    assert call("POST", f"/{KEY}/drafts", json={})[0] == 201
    assert call("DELETE", f"/{KEY}/versions/2") == (204, None)
    assert call("DELETE", f"/{KEY}/versions/1")[0] == 409
    assert call("GET", f"/{KEY}/versions/2")[0] == 404


BAD_TEXTS = {
    "a bomb": "a: &a [x, x]\nb: [*a, *a]\n",
    "deep": "a: " + "[" * 20_000,
    "a zero": "key: \x00",
    "entangled": (FAULTY / "conditions_too_entangled.yaml").read_text("utf-8"),
    "a long name": f"key: a\nname: {{zh: {'坏' * 100_000}, en: Bad}}\n",
}


@pytest.mark.api
def test_bad_texts_over_rest_are_told_in_sentences(town):
    call = api(town)
    call("POST", f"/{KEY}/drafts", json={"from_version": 1})
    for name, text in BAD_TEXTS.items():
        seen = call("GET", f"/{KEY}/versions/2/source")[1]["source_hash"]
        status, answer = call(
            "PUT", f"/{KEY}/versions/2/source", json={"source": text, "seen_hash": seen}
        )
        assert status in (200, 422), (name, answer)
        if status == 200:
            act = {"act": "validate_draft"}
            status, answer = call("POST", f"/{KEY}/versions/2/acts", json=act)
            assert status == 422, name
        assert answer["type"].startswith("urn:kaigong:problem:"), name
        assert 0 < len(answer["detail"]) < 3000, name


@pytest.mark.api
def test_bad_bodies_over_rest_are_told_in_sentences(town):
    call = api(town)
    call("POST", f"/{KEY}/drafts", json={"from_version": 1})
    bodies = {
        "half a sign": b'{"source": "\\ud800", "seen_hash": "x"}',
        "half a name": b'{"\\ud800": 1, "source": "x", "seen_hash": "x"}',
        "deep": b'{"source": ' + b"[" * 100_000,
        "gb18030": '{"source": "场景", "seen_hash": "x"}'.encode("gb18030"),
        "half of it": b'{"source": "x", "seen',
        "given twice": b'{"source": 1, "source": 2, "seen_hash": "x"}',
        "a number without end": b'{"source": ' + b"9" * 100_000 + b', "seen_hash": "x"}',
        "nothing": b"",
    }
    headers = {"content-type": "application/json"}
    for name, body in bodies.items():
        status, answer = call("PUT", f"/{KEY}/versions/2/source", content=body, headers=headers)
        assert status in (400, 422), (name, status, answer)
        assert answer["type"].startswith("urn:kaigong:problem:"), name
        file = {"file": ("bad.json", body, "application/json")}
        status, answer = call("POST", "/imports", files=file)
        assert status == 422, (name, status, answer)
        assert len(answer["detail"]) < 1000, name
