"""An application is filled in, uploaded and checked on one page before it is handed in; nothing is lost meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from services.people import drafts
from tests.support.people import APPLICANT, STEWARD, handler
from tests.support.portal import PDF, Browser, Page, Town
from tests.support.yard import LAND, PLANNING

FILLED = {
    "field_a_text": "渭城建工",
    "field_a_integer": "3",
    "field_a_decimal": "6.5",
    "field_a_date": "2026-11-30",
    "field_a_choice": "piles",
    "field_a_credit_code": "91611102MA0FAKE175",
}


def file(name: str, content: bytes = PDF) -> tuple[str, bytes, str]:
    return name, content, "application/pdf"


class Applying:
    """The enterprise before its application for A2, which asks for a form and four papers."""

    def __init__(self, town: Town) -> None:
        self.town, self.project = town, town.register()
        town.do(self.project, c.RecordMilestone(item="E0", happened_on=town.today))
        self.browser: Browser = town.browser(APPLICANT)
        self.address = f"/projects/{self.project}/items/A2/apply"

    def open(self) -> Page:
        return self.browser.open(self.address)

    def send(self, page: Page, files: Any = None, **values: Any) -> Page:
        return self.browser.send(page.form("submit_application"), files=files, **values)

    @property
    def state(self) -> ItemState:
        return self.town.facts(self.project).items["A2"].state

    @property
    def papers(self) -> set[str]:
        return set(self.town.facts(self.project).materials) - {"business_licence"}


@pytest.fixture
def applying(town: Town) -> Applying:
    return Applying(town)


def test_what_lacks_is_told_all_at_once_and_nothing_is_filed(applying):
    page = applying.send(applying.open(), step="file")
    assert page.status == 422
    assert page.alert("还差4处", "缺plan(中)：请上传", "archive(中)还没有上传")
    assert applying.state is ItemState.OPEN


def test_from_the_first_letter_to_the_receipt(applying):
    page = applying.send(applying.open(), **FILLED, step="save")
    assert page.says("已保存")
    sent = {f"paper_{key}": file(f"{key}.pdf") for key in ("plan", "insurance", "survey")}
    page = applying.send(page, sent, step="save")
    kept = page.form("submit_application").fields
    assert {name: kept[name] for name in FILLED} == {k: [v] for k, v in FILLED.items()}
    assert applying.papers == {"plan", "insurance", "survey"}
    page = applying.send(page, defer=["archive"], step="file")
    assert page.status == 422
    assert page.alert("还差1处", "承诺书")
    page = applying.send(page, defer=["archive"], signed="yes", step="file")
    assert page.status == 200
    assert page.done("申报")
    assert applying.state is ItemState.RECEIVED
    assert drafts.drafts_of(applying.town.database, APPLICANT.login) == ()


def test_every_file_counts_by_itself(applying):
    files = [
        ("files", file("plan.pdf")),
        ("files", file("空.pdf", b"")),
        ("files", file("IMG_0914.pdf", PDF + b"1")),
        ("paper_survey", file("report.pdf", PDF + b"2")),
    ]
    page = applying.send(applying.open(), files, step="save", **FILLED)
    assert page.says("共4份文件：已存2份，待您选1份，未存1份")
    assert page.says("空.pdf", "plan.pdf")
    assert applying.papers == {"plan", "survey"}
    (waiting,) = page.form("submit_application").fields["unsorted"]
    sha256, _, name = waiting.partition(":")
    assert name == "IMG_0914.pdf"
    again = applying.open()
    assert again.says("IMG_0914.pdf")
    page = applying.send(again, **{f"sort_{sha256}": "insurance"}, step="save")
    assert page.says("共1份文件：已存1份")
    assert applying.papers == {"plan", "survey", "insurance"}
    assert "unsorted" not in applying.open().form("submit_application").fields


def test_a_name_replaces_nothing_that_is_there(applying):
    applying.send(applying.open(), {"paper_plan": file("a.pdf")}, step="save")
    page = applying.send(applying.open(), [("files", file("plan.pdf", PDF + b"3"))], step="save")
    assert page.says("请选是哪份材料")
    assert applying.town.facts(applying.project).materials["plan"].file_name == "a.pdf"


def test_papers_may_lack_when_somebody_insists_and_the_form_may_not(applying):
    page = applying.send(applying.open(), step="insist")
    assert page.status == 422
    assert applying.state is ItemState.OPEN
    page = applying.send(page, {"paper_plan": file("plan.pdf")}, **FILLED, step="save")
    assert page.says("材料不全也要先交")
    assert applying.send(page, step="insist").done("申报")
    assert applying.state is ItemState.RECEIVED


def test_what_was_typed_is_there_again_for_its_author_alone(applying):
    form = applying.open().form("submit_application")
    fields = {**form.fields, **FILLED}
    answer = applying.browser.client.post("/drafts", data=fields)
    assert "草稿已保存" in answer.json()["saved"]
    assert applying.open().form("submit_application").fields["field_a_text"] == ["渭城建工"]
    listed = applying.browser.open("/drafts")
    assert listed.link("申报item A2(中) · yard 1").address == applying.address
    steward = applying.town.browser(STEWARD)
    assert "渭城建工" not in steward.open(applying.address).text
    assert "item A2" not in steward.open("/drafts").text
    applying.browser.send(listed.form("/drafts/give-up"))
    assert applying.open().form("submit_application").fields["field_a_text"] == [""]


def test_secrets_and_tokens_are_no_part_of_a_draft(applying):
    fields = applying.open().form("submit_application").fields
    applying.browser.client.post("/drafts", data={**fields, "password": "kaigong-demo"})
    (draft,) = drafts.drafts_of(applying.town.database, APPLICANT.login)
    assert not {"csrf", "key", "password"} & set(draft.fields)


def test_whoever_cannot_apply_is_led_to_the_item(applying):
    for actor in (handler(LAND), handler(PLANNING)):
        page = applying.town.browser(actor).open(applying.address)
        assert str(page.response.url).endswith("/items/A2")
    applying.town.hand_in(applying.project, "plan", "archive", "insurance", "survey")
    applying.send(applying.open(), **FILLED, step="file")
    assert str(applying.open().response.url).endswith("/items/A2")


def test_a_refused_act_keeps_what_was_typed(applying):
    applying.town.hand_in(applying.project, "plan", "archive", "insurance", "survey")
    page = applying.send(applying.open(), **{**FILLED, "field_a_text": "x\x07y"}, step="file")
    assert page.status == 422
    assert page.alert()
    assert applying.state is ItemState.OPEN
