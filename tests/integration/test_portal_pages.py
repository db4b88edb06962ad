"""The portal's pages over a real database, used as a browser without JavaScript uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from config.settings import get_settings
from models import commands as c
from models.states import ItemState
from services.messages import notices
from services.registration import register_project
from tests.support.people import (
    ADMINISTRATOR,
    APPLICANT,
    CLERK,
    LEADER,
    STEWARD,
    approver,
    handler,
    head,
)
from tests.support.play import SIGNED, START
from tests.support.portal import OTHER_APPLICANT, PDF, Town
from tests.support.yard import HOUSING, LAND, PLANNING


@pytest.fixture
def town(database_url: str, tmp_path, monkeypatch) -> Iterator[Town]:
    monkeypatch.setenv("KAIGONG_CLOCK_FILE", str(tmp_path / "clock"))
    get_settings.cache_clear()
    found = Town(database_url, tmp_path)
    yield found
    found.close()
    get_settings.cache_clear()


def state(town: Town, project: str, item: str) -> ItemState:
    return town.facts(project).items[item].state


def item_address(project: str, item: str) -> str:
    return f"/projects/{project}/items/{item}"


# --- the whole way ----------------------------------------------------------------------------


def test_an_item_goes_from_the_upload_to_the_certificate(town):
    project = town.register()
    enterprise = town.browser(APPLICANT)
    page = enterprise.open(item_address(project, "A1"))
    form = page.form("submit_application")
    assert form.files == ["paper_plan"]
    page = enterprise.send(form, files={"paper_plan": ("方案.pdf", PDF, "application/pdf")})
    assert page.status == 200
    assert "已接件" in page.text

    officer = town.browser(handler(PLANNING))
    inbox = officer.open("/inbox")
    assert item_address(project, "A1") in inbox.links
    page = officer.open(item_address(project, "A1"))
    assert "accept_application" in page.acts
    assert officer.client.get(f"/projects/{project}/papers/plan").content == PDF
    officer.send(page.form("accept_application"))
    assert state(town, project, "A1") is ItemState.ACCEPTED

    page = town.browser(handler(PLANNING)).open(item_address(project, "A1"))
    assert "approve_item" not in page.acts
    decider = town.browser(approver(PLANNING))
    page = decider.open(item_address(project, "A1"))
    page = decider.send(page.form("approve_item"), comment="同意")
    assert "准予" in page.text
    assert state(town, project, "A1") is ItemState.GRANTED

    page = decider.send(decider.open(item_address(project, "A1")).form("issue_document"))
    assert "LC-611102-2026-0001" in page.html
    page = enterprise.open(f"/projects/{project}")
    address = f"/projects/{project}/received"
    page = enterprise.send(page.form(address))
    assert page.status == 200
    assert address not in [form.action for form in page.forms]
    assert town.scalar("SELECT count(*) FROM case_event WHERE kind = 'DocumentDelivered'") == 1


def test_everything_the_enterprise_sees_says_what_to_do_next(town):
    project = town.register()
    page = town.browser(APPLICANT).open(f"/projects/{project}")
    assert "下一步要办" in page.text
    assert "申报item A1(中)" in page.text
    assert "还需提交：plan(中)" in page.text


def test_a_double_click_is_one_act(town):
    project = town.accepted()
    decider = town.browser(approver(PLANNING))
    form = decider.open(item_address(project, "A1")).form("approve_item")
    first, second = decider.send(form), decider.send(form)
    assert (first.status, second.status) == (200, 200)
    events = "SELECT count(*) FROM case_event WHERE kind = 'ItemApproved'"
    assert town.scalar(events) == 1


def test_who_decides_on_an_old_page_is_told_and_keeps_what_was_typed(town):
    project = town.accepted()
    decider = town.browser(approver(PLANNING))
    form = decider.open(item_address(project, "A1")).form("deny_item")
    procedure = c.SuspendClock(item="A1", procedure="expert_review", planned_days=5)
    town.do(project, procedure)
    town.do(project, c.ResumeClock(item="A1", result="passed"))
    page = decider.send(form, reason="图纸与现状不符")
    assert page.status == 409
    assert "已被他人更改" in page.text
    assert page.form("deny_item").fields["reason"] == ["图纸与现状不符"]
    assert state(town, project, "A1") is ItemState.ACCEPTED


def test_a_form_with_something_missing_says_what(town):
    project = town.accepted()
    decider = town.browser(approver(PLANNING))
    page = decider.send(decider.open(item_address(project, "A1")).form("deny_item"), reason=" ")
    assert page.status == 422
    assert "理由" in page.text
    assert "请填写此项" in page.text


# --- the other acts ---------------------------------------------------------------------------


def test_corrections_are_asked_for_once_and_supplied(town):
    project = town.register()
    town.hand_in(project, "plan")
    town.do(project, c.SubmitApplication(item="A1"))
    officer = town.browser(handler(PLANNING))
    form = officer.open(item_address(project, "A1")).form("request_correction")
    page = officer.send(form, materials=[])
    assert page.status == 422
    page = officer.send(page.form("request_correction"), materials=["plan"])
    assert "请写明“plan(中)”需要补正的问题" in page.text
    form = page.form("request_correction")
    page = officer.send(form, materials=["plan"], wrong_paper_plan="没有盖章")
    assert state(town, project, "A1") is ItemState.CORRECTING
    enterprise = town.browser(APPLICANT)
    page = enterprise.open(item_address(project, "A1"))
    assert "没有盖章" in page.text
    form = page.form("supply_correction")
    assert form.files == ["paper_plan"]
    page = enterprise.send(form, files={"paper_plan": ("a.pdf", PDF + b"2", "application/pdf")})
    assert state(town, project, "A1") is ItemState.RECEIVED
    page = officer.open(item_address(project, "A1"))
    assert "request_correction" not in page.acts


def test_a_deferred_paper_is_committed_made_up_and_verified(town):
    project = town.register()
    town.do(project, c.RecordMilestone(item="E0", happened_on=town.today))
    enterprise = town.browser(APPLICANT)
    page = enterprise.open(item_address(project, "A2"))
    form = page.form("submit_application")
    papers = dict.fromkeys(
        ("paper_plan", "paper_insurance", "paper_survey"), ("a.pdf", PDF, "application/pdf")
    )
    page = enterprise.send(form, files=papers, defer=["archive"])
    assert page.status == 422
    assert "承诺书" in page.text
    page = enterprise.send(
        page.form("submit_application"), defer=["archive"], signed="yes", commitment_signer="王"
    )
    assert state(town, project, "A2") is ItemState.RECEIVED
    town.do(project, c.AcceptApplication(item="A2"))
    town.do(project, c.ApproveItem(item="A2"))
    assert state(town, project, "A2") is ItemState.CONDITIONALLY_GRANTED
    page = enterprise.open(item_address(project, "A2"))
    form = page.form("make_up_material")
    page = enterprise.send(form, files={"file": ("b.pdf", PDF + b"3", "application/pdf")})
    assert page.status == 200, page.text
    officer = town.browser(handler(LAND))
    assert "核验 1 份容缺材料" in officer.open("/inbox").text
    form = officer.open(item_address(project, "A2")).form("verify_make_up")
    assert form.buttons == ["correct=true", "correct=false"]
    officer.send(form, correct="true")
    assert state(town, project, "A2") is ItemState.GRANTED


def test_a_voided_grant_is_objected_to_and_restored(town):
    project = town.register()
    town.do(project, c.RecordMilestone(item="E0", happened_on=town.today))
    town.hand_in(project, "plan", "insurance", "survey")
    town.do(project, c.SubmitApplication(item="A2", defer=("archive",), commitment=SIGNED))
    town.do(project, c.AcceptApplication(item="A2"))
    town.do(project, c.ApproveItem(item="A2"))
    town.go_to(START + timedelta(days=60))
    decider = town.browser(approver(LAND))
    page = decider.send(decider.open(item_address(project, "A2")).form("void_approval"))
    assert state(town, project, "A2") is ItemState.VOIDED
    enterprise = town.browser(APPLICANT)
    page = enterprise.open(item_address(project, "A2"))
    page = enterprise.send(page.form("appeal_voiding"), reason="材料已按期补交")
    assert page.status == 200
    chief = town.browser(head(LAND))
    assert "决定申诉" in chief.open("/inbox").text
    page = chief.open(item_address(project, "A2"))
    assert "材料已按期补交" in page.text
    form = page.form("decide_appeal")
    assert form.buttons == ["upheld=true", "upheld=false"]
    page = chief.send(form, upheld="true", reason="属实")
    assert page.status == 200
    assert state(town, project, "A2") is not ItemState.VOIDED
    assert "作废记录" in town.browser(STEWARD).open(f"/projects/{project}").text


def test_special_procedure_and_extension(town):
    project = town.accepted()
    officer = town.browser(handler(PLANNING))
    form = officer.open(item_address(project, "A1")).form("suspend_clock")
    page = officer.send(form, planned_days="5")
    assert "时限暂停" in page.text
    officer.send(page.form("resume_clock"), result="通过")
    assert "extend_limit" not in officer.open(item_address(project, "A1")).acts
    chief = town.browser(head(PLANNING))
    page = chief.send(
        chief.open(item_address(project, "A1")).form("extend_limit"), reason="情况复杂"
    )
    assert "已延期" in page.text
    assert "extend_limit" not in page.acts
    assert "延长时限" in page.text  # among what is not possible now, with the reason


def test_the_item_page_explains_its_deadline(town):
    project = town.accepted()
    officer, chief = town.browser(handler(PLANNING)), town.browser(head(PLANNING))
    address = item_address(project, "A1")
    town.go_to(date(2026, 11, 3))
    officer.send(officer.open(address).form("suspend_clock"), planned_days="5")
    text = town.browser(APPLICANT).open(address).text
    assert "特别程序（专家评审）自2026年11月3日开始，结果形成前不计入" in text
    assert "告知的所需时间为 5 个工作日，至2026年11月10日" in text
    assert "时限暂停" in text
    town.go_to(date(2026, 11, 11))
    officer.send(officer.open(address).form("resume_clock"), result="通过")
    chief.send(chief.open(address).form("extend_limit"), reason="情况复杂")
    text = town.browser(APPLICANT).open(address).text
    assert "不计入：2026年11月3日之后至2026年11月11日" in text
    assert f"经{head(PLANNING).login} 先生批准，延长 10 个工作日：情况复杂" in text
    assert "由本区自行设定，并非法律规定" in text
    # Both limits day by day, and the window that came before.
    assert text.count("逐日说明") == 3


def test_the_window_takes_in_and_never_refuses(town):
    project = town.register()
    town.hand_in(project, "plan")
    town.do(project, c.SubmitApplication(item="A1"))
    window = town.browser(CLERK)
    assert item_address(project, "A1") in window.open("/inbox").links
    acts = window.open(item_address(project, "A1")).acts
    assert {"accept_application", "request_correction"} <= acts
    assert not acts & {"refuse_application", "declare_not_required", "deny_item", "approve_item"}


def test_the_window_puts_right_and_refers_on(town):
    project = town.register()
    town.hand_in(project, "plan")
    town.do(project, c.SubmitApplication(item="A1"))
    window, address = town.browser(CLERK), item_address(project, "A1")
    form = window.open(address).form("fix_on_the_spot")
    assert "没有选择文件" in window.send(form).text
    page = window.send(form, files={"file": ("a.pdf", PDF)}, note="补盖公章")
    assert "当场更正" in page.text
    assert "补盖公章" in page.text
    page = window.send(page.form("refer_application"), department=HOUSING, reason="属于住建事项")
    assert (page.status, state(town, project, "A1")) == (200, ItemState.RECEIVED)
    assert address in town.browser(handler(HOUSING)).open("/inbox").links
    assert address not in town.browser(handler(PLANNING)).open("/inbox").links
    officer = town.browser(handler(HOUSING))
    page = officer.open(address)
    assert "属于住建事项" in page.text
    assert "accept_application" in page.acts
    page = officer.send(page.form("declare_not_required"), reason="用地已一并批准")
    assert page.status == 200
    assert "不受理（无需许可）" in page.text
    assert state(town, project, "A1") is ItemState.NOT_REQUIRED
    # It is still there for everybody, and the enterprise may come back to it.
    enterprise = town.browser(APPLICANT)
    page = enterprise.open(address)
    assert "不受理通知书" in page.text
    enterprise.send(page.form("start_new_round"))
    assert state(town, project, "A1") is ItemState.OPEN


def test_a_steward_acts_for_the_enterprise_in_own_projects_only(town):
    project = town.register()
    steward = town.browser(STEWARD)
    assert "submit_application" in steward.open(item_address(project, "A1")).acts
    other = town.request(steward=None)
    register_project(town.database, other, CLERK, town.now)
    assert steward.open(f"/projects/{other.code}").status == 403


def test_a_steward_finds_own_projects_in_prefect(town):
    """Prefect hides what began more than a week ago: the link says which runs, and of which year."""
    town.register()
    links = [link for link in town.browser(STEWARD).open("/projects").links if "/runs?" in link]
    assert len(links) == 1
    assert "state=Suspended" in links[0]
    assert f"tag=steward%3A{STEWARD.login}" in links[0]
    assert "seconds=-31536000" in links[0]
    assert not any("/runs?" in link for link in town.browser(CLERK).open("/projects").links)


def test_an_administrator_assigns_the_steward(town):
    request = town.request(steward=None)
    register_project(town.database, request, CLERK, town.now)
    admin = town.browser(ADMINISTRATOR)
    page = admin.send(admin.open(f"/projects/{request.code}").form("assign_steward"))
    assert page.status == 200
    assert town.facts(request.code).steward == STEWARD.login


# --- who sees what ----------------------------------------------------------------------------


def test_nobody_sees_what_is_not_theirs(town):
    project = town.register()
    town.hand_in(project, "plan")
    rival = town.browser(OTHER_APPLICANT)
    assert project not in rival.open("/projects").text
    for address in ("", "/items/A1", "/papers/plan"):
        assert rival.client.get(f"/projects/{project}{address}").status_code == 403
    form = town.browser(APPLICANT).open(item_address(project, "A1")).form("submit_application")
    own = rival.open("/account").form("/account/tokens")
    form.fields["csrf"] = own.fields["csrf"]
    page = rival.send(form)
    assert page.status == 403
    assert state(town, project, "A1") is ItemState.OPEN


def test_a_project_that_does_not_exist_is_not_found(town):
    page = town.browser(LEADER).open("/projects/2611-611102-04-01-999999")
    assert page.status == 404
    assert "2611-611102-04-01-999999 不存在" in page.text
    assert town.browser(LEADER).open(item_address(town.register(), "Z9")).status == 404


def test_acts_of_time_and_machine_are_nobodys(town):
    project = town.register()
    admin = town.browser(ADMINISTRATOR)
    form = admin.open("/account").form("/account/tokens")
    form.action = f"/projects/{project}/acts"
    del form.fields["label"]
    assert admin.send(form, act="close_project").status == 403
    assert admin.send(form, act="no_such_act").status == 422


# --- lists ------------------------------------------------------------------------------------


def test_lists_take_the_same_few_queries_however_long_they_are(town):
    for _ in range(2):
        town.accepted()
    steward, officer = town.browser(STEWARD), town.browser(approver(PLANNING))
    counts = []
    for more in (0, 6):
        for _ in range(more):
            town.accepted()
        with town.counted() as seen:
            steward.open("/projects")
            listed = len(seen)
            officer.open("/inbox")
        counts.append((listed, len(seen) - listed))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 6


def test_the_project_page_says_how_its_time_is_counted(town):
    project = town.accepted()
    town.go_to(date(2026, 11, 5))
    page = town.browser(APPLICANT).open(f"/projects/{project}")
    assert "3 / 20 个工作日" in page.text
    assert "最长路径 3 个工作日" in page.text
    assert "由本区自行设定，并非法律规定" in page.text


def test_a_project_page_takes_few_queries(town):
    project = town.granted()
    steward = town.browser(STEWARD)
    with town.counted() as seen:
        steward.open(f"/projects/{project}")
        page = len(seen)
        steward.open(item_address(project, "A1"))
    assert page <= 10
    assert len(seen) - page <= 10


def test_the_list_sorts_by_light_and_says_whom_each_waits_for(town):
    late, fresh = town.accepted(), None
    town.go_to(START + timedelta(days=60))
    fresh = town.accepted()
    page = town.browser(STEWARD).open("/projects")
    assert page.text.index(late) < page.text.index(fresh)
    assert "超期" in page.text
    assert "planning bureau(中)" in page.text
    only_red = town.browser(STEWARD).open("/projects?level=red")
    assert late in only_red.text
    assert fresh not in only_red.text
    found = town.browser(LEADER).open(f"/projects?text={fresh[-6:]}&state=all")
    assert fresh in found.text
    assert late not in found.text
    assert "没有符合条件的项目" in town.browser(LEADER).open("/projects?text=%25").text


def test_the_inbox_sorts_by_what_falls_due(town):
    first = town.accepted()
    town.go_to(START + timedelta(days=3))
    second = town.accepted()
    page = town.browser(approver(PLANNING)).open("/inbox")
    assert page.text.index("yard 1") < page.text.index("yard 2")
    assert {item_address(first, "A1"), item_address(second, "A1")} <= set(page.links)
    assert "没有待办事项" in town.browser(approver(HOUSING)).open("/inbox").text


# --- the rest ---------------------------------------------------------------------------------


def test_the_deadline_explains_itself_day_by_day(town):
    project = town.accepted()
    page = town.browser(handler(PLANNING)).open(item_address(project, "A1"))
    assert "起算当日不计入" in page.text
    assert "周末" in page.text or "休息日" in page.text
    assert "法定时限" in page.text


def test_every_page_speaks_english_too(town):
    project = town.granted()
    for actor in (STEWARD, APPLICANT, approver(PLANNING), ADMINISTRATOR):
        browser = town.browser(actor)
        browser.client.get("/language/en")
        for address in ("/projects", "/inbox", "/notices", "/account", "/projects/new"):
            page = browser.open(address)
            assert page.status == 200
            assert page.response.headers["content-language"] == "en"
        page = browser.open(item_address(project, "A1"))
        # Names of people and numbers of documents are what they are.
        shown = re.sub(r"开工|中文|先生|西咸\S+", "", page.text)
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in shown), shown


def test_a_project_is_registered_in_two_steps(town):
    enterprise = town.browser(APPLICANT)
    page = enterprise.open("/projects/new")
    assert "/projects/new?scenario=yard" in page.links
    form = enterprise.open("/projects/new?scenario=yard").form("/projects/new")
    page = enterprise.send(form, code="wrong", title="新厂房", attribute_phased="yes")
    assert page.status == 422
    assert "不是有效的项目代码" in page.text
    again = page.form("/projects/new")
    assert again.fields["title"] == ["新厂房"]
    assert again.fields["attribute_phased"] == ["yes"]
    page = enterprise.send(again, code="2611-611102-04-01-700001")
    assert page.status == 200
    assert "新厂房" in page.text
    assert town.facts("2611-611102-04-01-700001").attributes["phased"] is True
    again.fields["key"] = ["another"]
    assert enterprise.send(again, code="2611-611102-04-01-700001").status == 409


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.pdf", PDF, 200),
        ("notes.txt", "备注\n".encode(), 200),
        ("run.exe", b"MZ\x90\x00\x03", 422),
        ("page.html", b"<script>alert(1)</script>", 422),
        ("empty.pdf", b"", 422),
    ],
)
def test_papers_are_taken_by_what_they_are(town, name, content, status):
    project = town.register()
    enterprise = town.browser(APPLICANT)
    form = enterprise.open(f"/projects/{project}").form(f"/projects/{project}/papers")
    page = enterprise.send(form, files={"paper_plan": (name, content, "application/pdf")})
    assert page.status == status
    answer = enterprise.client.get(f"/projects/{project}/papers/plan")
    assert answer.status_code == (200 if status == 200 else 404)
    if status == 200:
        assert answer.content == content
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "script" not in answer.headers["content-security-policy"]


def test_no_file_is_no_paper(town):
    project = town.register()
    enterprise = town.browser(APPLICANT)
    form = enterprise.open(f"/projects/{project}").form(f"/projects/{project}/papers")
    page = enterprise.send(form, files={"paper_plan": ("", b"", "application/octet-stream")})
    assert page.status == 422
    assert "没有选择文件" in page.text


def test_notices_are_read(town):
    town.register()
    notices.expand(town.database, town.now)
    enterprise = town.browser(APPLICANT)
    page = enterprise.open("/notices")
    assert [f for f in page.forms if f.action == "/notices/read"]
    page = enterprise.send(page.form("/notices/read"))
    assert not [f for f in page.forms if f.action == "/notices/read"]


def test_a_document_verifies_for_everyone_and_falls_with_its_approval(town):
    project = town.granted()
    town.do(project, c.IssueDocument(item="A1"), approver(PLANNING))
    token = town.scalar(
        "SELECT token FROM official_document WHERE category = 'certificate' AND project_id ="
        " (SELECT id FROM project WHERE code = :code)",
        code=project,
    )
    stranger = town.browser()
    page = stranger.open(f"/verify/{token}")
    assert page.status == 200
    assert "LC-611102-2026-0001" in page.text
    assert "有效" in page.text
    assert stranger.open("/verify/nothing-of-the-kind").status == 404


def test_the_administrator_alone_sees_the_accounts(town):
    assert "rival" in town.browser(ADMINISTRATOR).open("/admin").text
    assert town.browser(STEWARD).open("/admin").status == 403
