"""The pages on which administrators write a scenario, used as a browser without JavaScript uses them."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from services.people.tokens import issue_token
from tests.support.drafting import EDIT, KEY, start_drafting, text_of
from tests.support.people import ADMINISTRATOR, APPLICANT, LEADER, STEWARD
from tests.support.portal import Browser, Page, Town
from tests.unit.scenarios.test_wrong_drafts import START, TWICE


@pytest.fixture
def town(town: Town) -> Town:
    start_drafting(town)
    return town


def send(browser: Browser, page: Page, source: str, step: str, action: str = EDIT) -> Page:
    return browser.send(page.form(action), source=source, step=step)


def test_a_text_is_checked_without_being_kept_and_then_kept(town, admin):
    page = admin.open(EDIT)
    form = page.form(EDIT)
    before = text_of(town)
    assert form.fields["source"] == [before]
    assert page.region("校验结果").says("可以发布。")
    assert "<svg" in page.html

    faulty = before.replace("after: [A07]", "after: [A77]", 1)
    page = send(admin, page, faulty, "check")
    assert page.status == 200
    assert text_of(town) == before
    assert page.region("校验结果").entry(" 以 A77 为前置")
    line = faulty.splitlines().index(next(x for x in faulty.splitlines() if "A77" in x)) + 1
    assert f"#L{line}" in page.links
    assert f'id="L{line}" class="marked-error"' in page.html
    assert page.form(EDIT).fields["source"] == [faulty]

    page = send(admin, page, faulty, "save")
    assert text_of(town) == faulty
    assert page.done("修改草稿") or page.status == 200


def test_what_someone_else_saved_meanwhile_is_shown_and_nothing_is_lost(town, admin):
    mine = admin.open(EDIT)
    other = town.browser(ADMINISTRATOR)
    before = text_of(town)
    theirs = before.replace("days: 20", "days: 19", 1)
    send(other, other.open(EDIT), theirs, "save")

    wanted = before.replace("days: 20", "days: 18", 1)
    page = send(admin, mine, wanted, "save")
    assert page.status == 409
    assert text_of(town) == theirs
    assert page.form(EDIT).fields["source"] == [wanted]
    assert page.region("期间由他人保存的内容").says("days: 19")
    page = send(admin, page, wanted, "save")
    assert page.status == 200
    assert text_of(town) == wanted


def test_line_breaks_of_browsers_are_those_of_our_files(town, admin):
    page = admin.open(EDIT)
    send(admin, page, text_of(town).replace("\n", "\r\n") + "\r\n# 完\r\n", "save")
    assert "\r" not in text_of(town)
    assert text_of(town).endswith("# 完\n")


def test_the_script_gets_findings_marks_and_the_picture(town, admin):
    token = admin.open(EDIT).form(EDIT).fields["csrf"][0]
    faulty = text_of(town).replace("stage: planning", "stage: plan", 1)
    answer = admin.client.post("/scenarios/check", data={"csrf": token, "source": faulty})
    told = answer.json()
    assert set(told) == {"lines", "findings", "drawing"}
    assert "error" in told["lines"].values()
    assert "plan" in told["findings"]
    assert "未归入任何阶段的事项" in told["drawing"]
    assert admin.client.post("/scenarios/check", data={"source": faulty}).status_code == 403


def test_published_versions_are_read_only_and_drawn_as_files(town, admin):
    page = admin.open(f"/scenarios/{KEY}/1/edit")
    assert page.says("本版本已固定")
    assert "step=save" not in [b for form in page.forms for b in form.buttons]
    for language, words in (
        ("en", "Private industrial project"),
        ("zh-CN", "一般社会投资工业项目"),
    ):
        answer = admin.client.get(f"/scenarios/{KEY}/1/drawing.svg?lang={language}")
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert words in ET.fromstring(answer.content)[0].text  # noqa: S314 - our own picture


def test_who_may_look_and_who_may_not(town):
    assert town.browser(LEADER).open(EDIT).status == 200
    for person in (APPLICANT, STEWARD):
        assert town.browser(person).open(EDIT).status == 403
    leader = town.browser(LEADER)
    page = leader.open(EDIT)
    answer = leader.client.post(
        EDIT,
        data={**page.form(EDIT).fields, "source": "key: x", "step": "save"},
    )
    assert answer.status_code == 403
    assert text_of(town).startswith("# yaml")


BAD = {
    "bomb": "a: &a [x, x]\nb: [*a, *a]\n",
    "deep": "a: " + "[" * 20_000,
    "large": "x" * 1_000_001,
    "many": "\n".join(f"k{n}: {n}" for n in range(40_000)),
    "control": "key: \x00\x07",
    "endless": f"key: a\nitems:\n  - {{use: A01, stage: land, when: '{'(' * 4000}'}}\n",
    "empty": "",
    "entities": "<!DOCTYPE x [<!ENTITY a 'b'>]>\n</textarea><script>alert(1)</script>",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_in_a_sentence_quickly(town, admin, name):
    page = admin.open(EDIT)
    began = time.process_time()
    found = send(admin, page, BAD[name], "check")
    assert time.process_time() - began < 3
    assert found.status in {200, 413, 422}
    assert "told-error" in found.html or found.status != 200
    assert "<script>alert" not in found.html
    kept = send(admin, page, BAD[name], "save")
    assert kept.status in {200, 413, 422}


def test_a_text_beyond_every_measure_is_refused_while_it_comes_in(admin):
    page = admin.open(EDIT)
    began = time.process_time()
    found = send(admin, page, "x" * 11_000_000, "check")
    assert time.process_time() - began < 3
    assert found.status == 413
    assert found.region("文件过大").says("超出场景的大小上限")


def test_a_text_of_another_encoding_is_told(admin):
    form = admin.open(EDIT).form(EDIT)
    fields = (
        f"csrf={form.fields['csrf'][0]}&step=check&source=name%3A%20".encode() + b"%D6%D0%CE%C4"
    )
    answer = admin.client.post(
        EDIT, content=fields, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code in {200, 400, 422}


def test_a_text_that_names_another_version_is_told(town, admin):
    page = admin.open(EDIT)
    found = send(admin, page, text_of(town).replace("version: 2", "version: 7"), "check")
    assert found.region("校验结果").says("7")
    assert "told-error" in found.html


@pytest.mark.parametrize("what", TWICE)
def test_code1_programs_and_the_page_are_told_of_a_code_that_is_there_twice(town, admin, what):
    added, lines = TWICE[what]
    page = admin.open(EDIT)
    checked = admin.send(page.form(EDIT), step="check", source=START + added)
    assert checked.status == 200
    assert all(checked.region("校验结果").says(f"第{line}行") for line in lines)
    token = issue_token(town.database, ADMINISTRATOR.login, "test", town.now)
    headers = {"authorization": f"Bearer {token}"}
    programs = TestClient(town.app, base_url="http://portal.test/api/v1", headers=headers)
    answer = programs.post("/scenarios/check", json={"source": START + added})
    told = [one for one in answer.json()["findings"] if one["code"] == "duplicate"]
    assert (answer.status_code, answer.json()["ok"]) == (200, False)
    assert [one["line"] for one in told] == lines
