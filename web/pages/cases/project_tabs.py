"""The page of one project: a tab each for where it stands, its items, papers, documents, time, facts and log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.cases.pages.project_tabs import tabs
from services.cases.pages.project_tabs.facts import facts_tab
from services.cases.pages.project_tabs.frame import Tab
from services.cases.pages.project_tabs.team import team_tab
from services.cases.visits import mark_read
from services.people.viewer import Viewer
from services.unit_of_work import Database
from web.forms import OwnForm, Submission
from web.kept_forms import PAGE
from web.pages.answer import show
from web.portal import portal_of
from web.prefect_pages import links as prefect_links
from web.viewer import PortalHere, SignedIn

router = APIRouter()


@dataclass(frozen=True, slots=True)
class TabPage:
    """One tab: where it is, what it is called, what it shows."""

    path: str
    """What follows the address of the project."""
    words: str
    template: str
    read: Callable[[Database, Viewer, str], Tab]
    moved: str = ""
    """Anchors of the page that once held everything, which are on this tab now."""


OVERVIEW = TabPage("", "Overview", "overview", tabs.overview)
ITEMS = TabPage("/items", "Items", "items", tabs.plain_tab, "exempt stage-")
PAPERS = TabPage("/papers", "Papers", "papers", tabs.papers_tab, "papers")
CERTIFICATES = TabPage("/certificates", "Certificates and notices", "certificates", tabs.plain_tab)
CLOCK = TabPage("/clock", "Time limits", "clock", tabs.clock_tab, "counted promises")
FACTS = TabPage("/facts", "Project facts", "facts", facts_tab, "particulars architect")
TEAM = TabPage("/team", "Team", "team", team_tab)
TRAIL = TabPage("/trail", "Trail", "trail", tabs.trail_tab)
TABS = (OVERVIEW, ITEMS, PAPERS, CERTIFICATES, CLOCK, FACTS, TEAM, TRAIL)
#: Every word of the tabs: each needs its translation.
TAB_WORDS = tuple(tab.words for tab in TABS)

Done = Annotated[str, Query(max_length=40)]
Log = Annotated[str, Query(max_length=8)]


@router.get("/projects/{code}")
def overview(
    request: Request, viewer: SignedIn, code: str, done: Done = "", log: Log = ""
) -> Response:
    """Where one project stands."""
    if log:
        return RedirectResponse(f"/projects/{code}{TRAIL.path}?log={log}", 301)
    return show_tab(request, viewer, code, OVERVIEW, done=done or None)


@router.get("/projects/{code}/items")
def items(request: Request, viewer: SignedIn, code: str, done: Done = "") -> Response:
    """The items of a project, stage by stage."""
    return show_tab(request, viewer, code, ITEMS, done=done or None)


@router.get("/projects/{code}/papers")
def papers(request: Request, viewer: SignedIn, code: str, done: Done = "") -> Response:
    """The papers of a project: what is needed now, what is there."""
    return show_tab(request, viewer, code, PAPERS, done=done or None)


@router.get("/projects/{code}/certificates")
def certificates(request: Request, viewer: SignedIn, code: str, done: Done = "") -> Response:
    """The certificates and notices of a project."""
    return show_tab(request, viewer, code, CERTIFICATES, done=done or None)


@router.get("/projects/{code}/clock")
def clock(request: Request, viewer: SignedIn, code: str, done: Done = "") -> Response:
    """The promises of a project, and how its time is counted."""
    return show_tab(request, viewer, code, CLOCK, done=done or None)


@router.get("/projects/{code}/facts")
def facts(request: Request, viewer: SignedIn, code: str, done: Done = "") -> Response:
    """What is known of a project."""
    return show_tab(request, viewer, code, FACTS, done=done or None)


@router.get("/projects/{code}/team")
def team(request: Request, viewer: SignedIn, code: str, done: Done = "") -> Response:
    """Who accompanies a project and why, and its team."""
    return show_tab(request, viewer, code, TEAM, done=done or None)


@router.get("/projects/{code}/trail")
def trail(
    request: Request, viewer: SignedIn, code: str, done: Done = "", log: Log = ""
) -> Response:
    """What happened in a project."""
    page = tabs.trail_tab(portal_of(request).database, viewer, code, whole_log=log == "all")
    return _answer(request, viewer, TRAIL, page, done=done or None)


@router.post("/projects/{code}/seen")
def seen(form: OwnForm, portal: PortalHere, code: str) -> Response:
    """Keep how far the viewer has read: what comes after is new to them."""
    viewer, sent = form
    until = sent.text("until")
    read = int(until[:9]) if until.isdecimal() else 0
    mark_read(portal.database, viewer.actor, code, read, viewer.now)
    return RedirectResponse(f"/projects/{code}", 303)


def tab_of(code: str, sent: Submission) -> TabPage:
    """The tab of the project that a form stood on; the overview where it says none."""
    path = urlsplit(sent.text(PAGE)).path
    at = {f"/projects/{code}{tab.path}": tab for tab in TABS}
    return at.get(path, OVERVIEW)


def back_to(code: str, tab: TabPage, act: str) -> Response:
    """Lead back to a tab, which says that the act was done."""
    return RedirectResponse(f"/projects/{code}{tab.path}?done={act}", 303)


def show_tab(
    request: Request,
    viewer: Viewer,
    code: str,
    tab: TabPage,
    *,
    done: str | None = None,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    """A tab of a project, with what went wrong where something did."""
    page = tab.read(portal_of(request).database, viewer, code)
    return _answer(request, viewer, tab, page, done=done, sent=sent, refusal=refusal)


def _answer(
    request: Request,
    viewer: Viewer,
    tab: TabPage,
    page: Tab,
    *,
    done: str | None = None,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    return show(
        request,
        viewer,
        f"cases/project/{tab.template}.html",
        page=page,
        tabs=TABS,
        tab=tab,
        prefect=prefect_links.project_run(page.project.flow_run_id, viewer),
        done=done,
        sent=sent,
        refusal=refusal,
        sentence=page.words.refusal,
    )
