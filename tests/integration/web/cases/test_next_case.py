"""From one case to the next: what falls due first and is another."""

from __future__ import annotations

from models.cases import commands as c
from tests.support.people import APPLICANT, handler
from tests.support.yard import PLANNING


def test_after_an_act_the_next_case_is_one_click_away(town):
    first, second = town.register(), town.register()
    officer = town.browser(handler(PLANNING))
    assert officer.open("/inbox/next").response.url.path == "/inbox"
    for project in (first, second):
        town.hand_in(project, "plan")
        town.do(project, c.SubmitApplication(item="A1"), APPLICANT)
    page = officer.open(f"/projects/{first}/items/A1")
    page = officer.send(page.form("accept_application"))
    following = officer.open(page.link("下一件").address)
    assert following.response.url.path == f"/projects/{second}/items/A1"
    back = officer.open(f"/inbox/next?project={second}&item=A1")
    assert back.response.url.path == f"/projects/{first}/items/A1"
    enterprise = town.browser(APPLICANT)
    assert (
        "下一件" not in enterprise.open(f"/projects/{first}/items/A1?done=submit_application").text
    )
