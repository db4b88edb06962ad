"""A project's page in its tabs: the next step on each, who has it, and where an act comes back to."""

from __future__ import annotations

from tests.support.people import ADMINISTRATOR, APPLICANT, LEADER, STEWARD, handler
from tests.support.yard import PLANNING
from web.pages.cases.project_tabs import TABS


def test_the_next_step_stands_on_every_tab_and_breadcrumbs_lead_back(town):
    project = town.register()
    enterprise = town.browser(APPLICANT)
    for tab in TABS:
        page = enterprise.open(f"/projects/{project}{tab.path}")
        step = page.region("下一步要办").link("去办理 item A1(中)")
        assert step.address == f"/projects/{project}/items/A1/apply"
        (current,) = (link for link in page.all("link") if "aria-current" in link.node.attributes
                      and link.address.startswith(f"/projects/{project}"))  # fmt: skip
        assert current.address == f"/projects/{project}{tab.path}"
    page = enterprise.open(f"/projects/{project}/items/A1")
    assert page.link("事项").address == f"/projects/{project}/items"


def test_everybody_reads_whose_turn_it_is(town):
    waits, accepted = town.register(), town.accepted()
    officer = town.browser(handler(PLANNING))
    assert officer.open(f"/projects/{waits}").region("待企业办理").says("申报item A1(中)")
    assert (
        officer.open(f"/projects/{accepted}").region("贵单位下一步要办").link("去办理 item A1(中)")
    )
    leader = town.browser(LEADER).open(f"/projects/{accepted}")
    assert leader.region("部门在办").says("planning bureau(中)：item A1(中)")
    assert leader.region("谁在办").entry("item A1(中)", "planning bureau(中)")


def test_the_overview_draws_the_path_with_its_earliest_days(town):
    project = town.register()
    path = town.browser(APPLICANT).open(f"/projects/{project}").region("关键路径")
    assert path.says("最早")
    assert path.entry("item A1(中)", "企业") or path.entry("item E0(中)", "企业")


def test_an_act_comes_back_to_its_tab_refused_or_done(town):
    project = town.register()
    administrator, address = town.browser(ADMINISTRATOR), f"/projects/{project}/facts"
    form = administrator.open(address).form("assign_steward")
    refused = administrator.send(form, steward="nobody")
    assert refused.status in {404, 422}
    assert refused.alert("nobody")
    assert refused.link("项目信息").node.attributes["aria-current"] == "page"
    done = administrator.send(refused.form("assign_steward"), steward=STEWARD.login)
    assert done.done("指派")
    assert done.response.url.path == address


def test_an_old_address_of_the_whole_log_leads_to_the_trail(town):
    project = town.register()
    page = town.browser(STEWARD).open(f"/projects/{project}?log=all")
    assert [answer.status_code for answer in page.response.history] == [301]
    assert page.response.url.path == f"/projects/{project}/trail"
    assert page.region("办理经过")
