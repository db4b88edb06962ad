"""What is new in a project since somebody last looked at it."""

from __future__ import annotations

from models.cases import commands as c
from tests.support.people import APPLICANT, STEWARD, handler
from tests.support.portal import OTHER_APPLICANT
from tests.support.yard import PLANNING


def seen(browser, project):
    page = browser.open(f"/projects/{project}")
    return browser.send(page.form(f"/projects/{project}/seen"))


def test_what_others_did_since_one_looked_is_new_and_ones_own_is_not(town):
    project = town.register()
    browser = town.browser(APPLICANT)
    assert browser.open(f"/projects/{project}").region("最近经过")
    seen(browser, project)
    town.hand_in(project, "plan")
    town.do(project, c.SubmitApplication(item="A1"), APPLICANT)
    assert browser.open(f"/projects/{project}").region("最近经过")
    town.do(project, c.AcceptApplication(item="A1"), handler(PLANNING))
    page = browser.open(f"/projects/{project}")
    new = page.region("上次之后的新情况 (1)")
    assert new.says("受理", "item A1(中)")
    trail = browser.open(f"/projects/{project}/trail")
    assert trail.says("上次看到这里")
    assert not town.browser(STEWARD).open(f"/projects/{project}/trail").says("上次看到这里")
    assert seen(browser, project).region("最近经过")
    assert not browser.open(f"/projects/{project}/trail").says("上次看到这里")


def test_who_has_seen_more_has_not_seen_less_by_an_old_page(town):
    project = town.register()
    browser = town.browser(APPLICANT)
    old = browser.open(f"/projects/{project}").form(f"/projects/{project}/seen")
    town.hand_in(project, "plan")
    seen(browser, project)
    browser.send(old)
    assert town.scalar("SELECT max(seq) FROM project_visit") == town.scalar(
        "SELECT max(seq) FROM case_event"
    )
    browser.send(old, until="999999999")
    assert town.scalar("SELECT max(seq) FROM project_visit") == town.scalar(
        "SELECT max(seq) FROM case_event"
    )
    assert browser.send(old, until="-1").status == 200


def test_who_sees_no_project_marks_none(town):
    project = town.register()
    form = town.browser(APPLICANT).open(f"/projects/{project}").form(f"/projects/{project}/seen")
    rival = town.browser(OTHER_APPLICANT)
    form.fields["csrf"] = rival.open("/account").form("/account/tokens").fields["csrf"]
    assert rival.send(form).status == 404
    assert town.scalar("SELECT count(*) FROM project_visit") == 0
