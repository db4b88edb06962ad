"""A project's page in its tabs: as tall as a screen or two, no wider than it, light and dark and on paper."""

from __future__ import annotations

import pytest

from services.cases.registration import register_project
from tests.browser.test_portal import FAULTS, PHONE
from tests.support.drafting import KEY, publish_industrial
from tests.support.people import APPLICANT, CLERK, LEADER, approver
from tests.support.yard import PLANNING
from web.pages.cases.project_tabs import TABS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
#: Heights in pixels that a tab may have: on a desk 1280 wide, on a phone 390 wide.
HEIGHTS = {
    "": (1000, 1700),
    "/items": (1600, 2400),
    "/papers": (1400, 2200),
    "/certificates": (1200, 1800),
    "/clock": (1400, 2000),
    "/facts": (1400, 2000),
    "/team": (1400, 3000),
    "/trail": (1800, 2400),
}
WIDTHS = (360, 390, 768, 1024, 1280, 1920)
SIZE = "[document.documentElement.scrollHeight, document.documentElement.scrollWidth - innerWidth]"


@pytest.fixture(scope="module")
def factory(module_town) -> str:
    """A project of the shipped scenario with most items, just registered."""
    publish_industrial(module_town)
    request = module_town.request(scenario=KEY, title="智能制造产业园")
    return register_project(module_town.database, request, CLERK, module_town.now).project


def test_every_tab_is_as_tall_as_it_may_be_and_no_wider_than_the_screen(factory, person):
    assert [tab.path for tab in TABS] == list(HEIGHTS)
    applicant = person(APPLICANT.login)
    wrong = {}
    for path, heights in HEIGHTS.items():
        applicant.page.goto(f"/projects/{factory}{path}")
        for width in WIDTHS:
            applicant.page.set_viewport_size({"width": width, "height": 800})
            height, over = applicant.page.evaluate(SIZE)
            most = {390: heights[1], 1280: heights[0]}.get(width, height)
            if over > 0 or height > most:
                wrong[path, width] = (height, over)
    assert wrong == {}
    assert applicant.complaints == []


def test_the_tabs_lead_to_each_other_and_old_addresses_to_their_tab(factory, person):
    screen = person(APPLICANT.login).page
    screen.goto(f"/projects/{factory}")
    tabs = screen.get_by_role("navigation", name="项目各页")
    tabs.get_by_role("link", name="材料").click()
    screen.wait_for_url(f"**/projects/{factory}/papers")
    assert "材料" in tabs.locator("[aria-current=page]").inner_text()
    screen.get_by_role("region", name="下一步要办").wait_for()
    screen.goto(f"/projects/{factory}#particulars")
    screen.wait_for_url(f"**/projects/{factory}/facts#particulars")


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_everybody_can_use_the_tabs_in_the_dark(module_town, factory, person, screen):
    accepted = module_town.accepted()
    pages = {
        APPLICANT.login: [f"/projects/{factory}{path}" for path in HEIGHTS],
        LEADER.login: [f"/projects/{accepted}", f"/projects/{accepted}/facts", "/projects"],
        approver(PLANNING).login: [f"/projects/{accepted}/items/A1", f"/projects/{accepted}"],
    }
    faults = {}
    for login, addresses in pages.items():
        someone = person(login, color_scheme="dark", **screen)
        for address in addresses:
            someone.page.goto(address)
            if here := someone.page.evaluate(FAULTS):
                faults[login, address] = here
    assert faults == {}


def test_on_paper_there_are_no_buttons_and_what_was_folded_is_there(factory, person):
    screen = person(APPLICANT.login).page
    screen.goto(f"/projects/{factory}/items")
    screen.emulate_media(media="print")
    assert not screen.get_by_role("navigation").first.is_visible()
    folded = screen.locator("details:not([open]) table.items").first
    assert folded.is_visible()


def test_the_form_of_an_act_stands_in_the_wide_column(module_town, person):
    project = module_town.accepted()
    screen = person(approver(PLANNING).login, viewport={"width": 1280, "height": 900}).page
    screen.goto(f"/projects/{project}/items/A1")
    acts, beside = (screen.locator(part).bounding_box() for part in (".acts", ".side-column"))
    assert acts["width"] > 2 * beside["width"]
    assert acts["x"] < beside["x"]
