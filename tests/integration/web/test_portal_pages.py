"""The portal's pages over a real database, used as a browser without JavaScript uses them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.cases.states import ItemState
from services.cases.registration import register_project
from services.cases.views.inbox import inbox
from services.notices import notices
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
from tests.support.portal import OTHER_APPLICANT, PDF, Browser, Form, Town
from tests.support.yard import HOUSING, LAND, PLANNING


def state(town: Town, project: str, item: str) -> ItemState:
    return town.facts(project).items[item].state


def item_address(project: str, item: str) -> str:
    return f"/projects/{project}/items/{item}"


def apply_form(browser: Browser, project: str, item: str) -> Form:
    return browser.open(f"{item_address(project, item)}/apply").form("submit_application")


# --- the whole way ----------------------------------------------------------------------------


def test_an_item_goes_from_the_upload_to_the_certificate(town):
    project = town.register()
    enterprise = town.browser(APPLICANT)
    assert (
        f"{item_address(project, 'A1')}/apply" in enterprise.open(item_address(project, "A1")).links
    )
    form = apply_form(enterprise, project, "A1")
    assert form.files == ["files", "paper_plan"]
    sent = {"paper_plan": ("方案.pdf", PDF, "application/pdf")}
    page = enterprise.send(form, files=sent, step="file")
    assert page.status == 200
    assert page.says("已接件")

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
    assert page.done("准予")
    assert state(town, project, "A1") is ItemState.GRANTED

    page = decider.send(decider.open(item_address(project, "A1")).form("issue_document"))
    assert page.region("证照批文").entry("LC-611102-2026-0001")
    page = enterprise.open(f"/projects/{project}")
    address = f"/projects/{project}/received"
    page = enterprise.send(page.form(address))
    assert page.status == 200
    assert address not in [form.action for form in page.forms]
    assert town.scalar("SELECT count(*) FROM case_event WHERE kind = 'DocumentDelivered'") == 1


def test_everything_the_enterprise_sees_says_what_to_do_next(town):
    project = town.register()
    page = town.browser(APPLICANT).open(f"/projects/{project}")
    assert page.region("下一步要办")
    assert page.region("下一步要办").entry("申报item A1(中)")
    assert page.region("下一步要办").entry("还需提交：plan(中)")


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
    assert page.alert("已被他人更改")
    assert page.form("deny_item").fields["reason"] == ["图纸与现状不符"]
    assert state(town, project, "A1") is ItemState.ACCEPTED


def test_a_form_with_something_missing_says_what(town):
    project = town.accepted()
    decider = town.browser(approver(PLANNING))
    page = decider.send(decider.open(item_address(project, "A1")).form("deny_item"), reason=" ")
    assert page.status == 422
    assert page.alert("理由")
    assert page.alert("请填写此项")


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
    assert page.alert("请写明“plan(中)”需要补正的问题")
    form = page.form("request_correction")
    page = officer.send(form, materials=["plan"], wrong_paper_plan="没有盖章（第31条）")
    assert state(town, project, "A1") is ItemState.CORRECTING
    enterprise = town.browser(APPLICANT)
    page = enterprise.open(item_address(project, "A1"))
    assert page.region("提交补正").says("没有盖章（第31条）")
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
    form = apply_form(enterprise, project, "A2")
    papers = dict.fromkeys(
        ("paper_plan", "paper_insurance", "paper_survey"), ("a.pdf", PDF, "application/pdf")
    )
    page = enterprise.send(form, files=papers, defer=["archive"], step="file")
    assert page.status == 422
    assert page.alert("承诺书")
    signed = {"signed": "yes", "commitment_signer": "王", "step": "file"}
    page = enterprise.send(page.form("submit_application"), defer=["archive"], **signed)
    assert state(town, project, "A2") is ItemState.RECEIVED
    town.do(project, c.AcceptApplication(item="A2"))
    town.do(project, c.ApproveItem(item="A2"))
    assert state(town, project, "A2") is ItemState.CONDITIONALLY_GRANTED
    page = enterprise.open(item_address(project, "A2"))
    form = page.form("make_up_material")
    page = enterprise.send(form, files={"file": ("b.pdf", PDF + b"3", "application/pdf")})
    assert page.status == 200, page.text
    officer = town.browser(handler(LAND))
    assert officer.open("/inbox").table("待办").row("核验 1 份容缺材料")
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
    assert chief.open("/inbox").table("待办").row("决定申诉")
    page = chief.open(item_address(project, "A2"))
    assert page.region("决定申诉").says("材料已按期补交")
    form = page.form("decide_appeal")
    assert form.buttons == ["upheld=true", "upheld=false"]
    page = chief.send(form, upheld="true", reason="属实")
    assert page.status == 200
    assert state(town, project, "A2") is not ItemState.VOIDED
    assert town.browser(STEWARD).open(f"/projects/{project}/certificates").region("作废记录")


def test_special_procedure_and_extension(town):
    project = town.accepted()
    officer = town.browser(handler(PLANNING))
    form = officer.open(item_address(project, "A1")).form("suspend_clock")
    page = officer.send(form, planned_days="5")
    assert page.region("为什么是这个期限").entry("时限暂停")
    officer.send(page.form("resume_clock"), result="通过")
    assert "extend_limit" not in officer.open(item_address(project, "A1")).acts
    chief = town.browser(head(PLANNING))
    page = chief.send(
        chief.open(item_address(project, "A1")).form("extend_limit"), reason="情况复杂"
    )
    assert page.region("为什么是这个期限").entry("已延期")
    assert "extend_limit" not in page.acts
    assert page.region("目前不能办理").entry("延长时限")


def test_the_item_page_explains_its_deadline(town):
    project = town.accepted()
    officer, chief = town.browser(handler(PLANNING)), town.browser(head(PLANNING))
    address = item_address(project, "A1")
    town.go_to(date(2026, 11, 3))
    officer.send(officer.open(address).form("suspend_clock"), planned_days="5")
    why = town.browser(APPLICANT).open(address).region("为什么是这个期限")
    assert why.entry("特别程序（专家评审）自2026年11月3日开始，结果形成前不计入")
    assert why.entry("告知的所需时间为 5 个工作日，至2026年11月10日")
    assert why.entry("时限暂停")
    town.go_to(date(2026, 11, 11))
    officer.send(officer.open(address).form("resume_clock"), result="通过")
    chief.send(chief.open(address).form("extend_limit"), reason="情况复杂")
    why = town.browser(APPLICANT).open(address).region("为什么是这个期限")
    assert why.entry("不计入：2026年11月3日之后至2026年11月11日")
    assert why.entry(f"经{head(PLANNING).login} 先生批准，延长 10 个工作日：情况复杂")
    assert why.entry("由本区自行设定，并非法律规定")
    # Both limits day by day, the five days of the law before them, and the day of the window.
    assert len(why.all("button", "逐日说明")) == 4


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
    assert window.send(form).alert("没有选择文件")
    page = window.send(form, files={"file": ("a.pdf", PDF)}, note="补盖公章")
    assert page.done("当场更正")
    assert page.region("办理经过").entry("补盖公章")
    page = window.send(page.form("refer_application"), department=HOUSING, reason="属于住建事项")
    assert (page.status, state(town, project, "A1")) == (200, ItemState.RECEIVED)
    assert address in town.browser(handler(HOUSING)).open("/inbox").links
    assert address not in town.browser(handler(PLANNING)).open("/inbox").links
    officer = town.browser(handler(HOUSING))
    page = officer.open(address)
    assert page.region("办理经过").entry("属于住建事项")
    assert "accept_application" in page.acts
    page = officer.send(page.form("declare_not_required"), reason="用地已一并批准")
    assert page.status == 200
    assert page.says("不受理（无需许可）")
    assert state(town, project, "A1") is ItemState.NOT_REQUIRED
    # It is still there for everybody, and the enterprise may come back to it.
    enterprise = town.browser(APPLICANT)
    page = enterprise.open(address)
    assert page.link("不受理通知书")
    enterprise.send(page.form("start_new_round"))
    assert state(town, project, "A1") is ItemState.OPEN


def test_a_steward_acts_for_the_enterprise_in_own_projects_only(town):
    project = town.register()
    steward = town.browser(STEWARD)
    assert apply_form(steward, project, "A1")
    with town.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO account (login, name, role) VALUES ('aunt', 'Aunt', 'project_steward')"
            )
        )
    other = town.request(steward="aunt")
    register_project(town.database, other, CLERK, town.now)
    assert steward.open(f"/projects/{other.code}").status == 404


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
    with town.database.transaction() as connection:
        connection.execute(
            text("UPDATE account SET active = false WHERE login = :login"), {"login": STEWARD.login}
        )
    request = town.request(steward=None)
    register_project(town.database, request, CLERK, town.now)
    with town.database.transaction() as connection:
        connection.execute(
            text("UPDATE account SET active = true WHERE login = :login"), {"login": STEWARD.login}
        )
    admin = town.browser(ADMINISTRATOR)
    page = admin.send(admin.open(f"/projects/{request.code}/facts").form("assign_steward"))
    assert page.status == 200
    assert town.facts(request.code).steward == STEWARD.login


# --- who sees what ----------------------------------------------------------------------------


def test_nobody_sees_what_is_not_theirs(town):
    project = town.register()
    town.hand_in(project, "plan")
    rival = town.browser(OTHER_APPLICANT)
    assert not rival.open("/projects").says(project)
    for address in ("", "/items/A1", "/papers/plan"):
        assert rival.client.get(f"/projects/{project}{address}").status_code == 404
    form = apply_form(town.browser(APPLICANT), project, "A1")
    own = rival.open("/account").form("/account/tokens")
    form.fields["csrf"] = own.fields["csrf"]
    page = rival.send(form)
    assert page.status == 404
    assert state(town, project, "A1") is ItemState.OPEN


def test_a_project_that_does_not_exist_is_not_found(town):
    page = town.browser(LEADER).open("/projects/2611-611102-04-01-999999")
    assert page.status == 404
    assert page.region("未找到").says("2611-611102-04-01-999999 不存在")
    assert town.browser(LEADER).open(item_address(town.register(), "Z9")).status == 404


def test_acts_of_time_and_machine_are_nobodys(town):
    project = town.register()
    admin = town.browser(ADMINISTRATOR)
    form = admin.open("/account").form("/account/tokens")
    form.action = f"/projects/{project}/acts"
    form.fields = {"csrf": form.fields["csrf"]}
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
    assert max(counts[0]) <= 7


def test_the_project_page_says_how_its_time_is_counted(town):
    project = town.accepted()
    town.go_to(date(2026, 11, 5))
    page = town.browser(APPLICANT).open(f"/projects/{project}/clock")
    assert page.fact("已计用时").says("3 / 60 个工作日")
    assert page.region("审批用时").says("最长路径 3 个工作日")
    assert page.region("审批用时").says("由本区自行设定，并非法律规定")


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
    first, second = page.all("row", "yard")
    assert first.says(late, "超期", "planning bureau(中)")
    assert second.says(fresh, "planning bureau(中)")
    only_red = town.browser(STEWARD).open("/projects?level=red")
    assert only_red.row(late)
    assert not only_red.says(fresh)
    found = town.browser(LEADER).open(f"/projects?text={fresh[-6:]}&state=all")
    assert found.row(fresh)
    assert not found.says(late)
    assert town.browser(LEADER).open("/projects?text=%25").says("没有符合条件的项目")


def test_the_inbox_sorts_by_what_falls_due(town):
    first = town.accepted()
    town.go_to(START + timedelta(days=3))
    second = town.accepted()
    page = town.browser(approver(PLANNING)).open("/inbox")
    assert [row.link(f"yard {n}").name for n, row in enumerate(page.all("row", "yard"), 1)] == [
        "yard 1",
        "yard 2",
    ]
    assert {item_address(first, "A1"), item_address(second, "A1")} <= set(page.links)
    assert town.browser(approver(HOUSING)).open("/inbox").says("没有待办事项")


# --- the rest ---------------------------------------------------------------------------------


def test_the_deadline_explains_itself_day_by_day(town):
    project = town.accepted()
    page = town.browser(handler(PLANNING)).open(item_address(project, "A1"))
    assert page.region("为什么是这个期限").entry("起算当日不计入")
    why = page.region("为什么是这个期限")
    assert why.says("周末") or why.says("休息日")
    assert why.entry("法定时限")


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
    assert page.alert("不是有效的项目代码")
    again = page.form("/projects/new")
    assert again.fields["title"] == ["新厂房"]
    assert again.fields["attribute_phased"] == ["yes"]
    page = enterprise.send(again, code="2611-611102-04-01-700001")
    assert page.status == 200
    assert page.heading("新厂房")
    assert town.facts("2611-611102-04-01-700001").attributes["phased"] is True
    again.fields["key"] = ["another"]
    assert enterprise.send(again, code="2611-611102-04-01-700001").status == 409


def test_a_project_without_a_code_is_pre_checked_and_coded_at_the_window(town):
    enterprise, clerk = town.browser(APPLICANT), town.browser(CLERK)
    form = enterprise.open("/projects/new?scenario=yard").form("/projects/new")
    page = enterprise.send(form, title="待赋码厂房")
    assert page.status == 200
    assert "本项目待赋码" in page.text
    [row] = [r for r in inbox(town.database, CLERK, town.now).rows if r.task == "pre_check"]
    assert "预审项目并登记项目代码" in clerk.open("/inbox").text
    address = f"/projects/{row.project}/items/{row.item}"
    form = clerk.open(address).form("record_project_code")
    proof = {"file": ("platform.pdf", PDF, "application/pdf")}
    assert clerk.send(form, files=proof, code="待赋码-1").status == 422
    assert clerk.send(form, files=proof, code="2611-611102-04-01-700009").status == 200
    # The address from before leads there still.
    assert "2611-611102-04-01-700009" in enterprise.open(f"/projects/{row.project}").text
    assert enterprise.open(f"{address}/apply").form("submit_application")


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
    form = enterprise.open(f"/projects/{project}/papers").form(f"/projects/{project}/papers")
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
    form = enterprise.open(f"/projects/{project}/papers").form(f"/projects/{project}/papers")
    page = enterprise.send(form, files={"paper_plan": ("", b"", "application/octet-stream")})
    assert page.status == 422
    assert page.alert("没有选择文件")


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
    assert page.says("LC-611102-2026-0001")
    assert page.done("有效")
    assert stranger.open("/verify/nothing-of-the-kind").status == 404


def test_the_administrator_alone_sees_the_accounts(town):
    assert town.browser(ADMINISTRATOR).open("/admin").region("账号").row("rival")
    assert town.browser(STEWARD).open("/admin").status == 403
