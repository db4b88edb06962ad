"""What each page of the portal asks of the database, fixed: session, page and the menu's numbers.

A page is opened once before it is counted: versions of scenarios, calendars and prepared statements
are kept by a process. A route that has no line here fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.people.actor import Actor
from services.cases.migration import Part, migrate_projects
from services.scenarios import versions
from tests.integration.scenarios.test_scenario_migration import second
from tests.support.drafting import KEY, start_drafting
from tests.support.ledger import FILE
from tests.support.people import (
    ADMINISTRATOR,
    APPLICANT,
    CLERK,
    LEADER,
    STEWARD,
    approver,
    handler,
)
from tests.support.portal import Browser, Town, open_town
from tests.support.yard import LAND, PLANNING
from web.app import PAGES
from web.prefect_pages import pages as prefect_pages

pytestmark = pytest.mark.xdist_group("query_counts")

OFFICER, HANDLER = approver(PLANNING), handler(LAND)
PROJECT, ITEM = "/projects/{code}", "/projects/{code}/items/{item}"
VERSION = "/scenarios/{key}/{version:int}"
EDIT = f"{VERSION}/edit"
YARD, DRAFT = {"key": "yard"}, {"key": KEY, "version:int": "2"}
PLAN = {"material": "plan", "sha256": FILE}

#: Route, who opens it, what its address and its query hold, and the statements it sends.
COUNTS: tuple[tuple[str, Actor | None, Mapping[str, str], str, int], ...] = (
    ("/", OFFICER, {}, "", 1),
    ("/sign-in", None, {}, "", 1),
    ("/language/{tag}", OFFICER, {"tag": "en"}, "", 2),
    ("/projects", APPLICANT, {}, "", 6),
    ("/projects", STEWARD, {}, "", 6),
    ("/projects", OFFICER, {}, "", 6),
    ("/projects", LEADER, {}, "", 6),
    ("/projects", ADMINISTRATOR, {}, "?state=all&text=yard&level=green", 6),
    ("/projects/new", STEWARD, {}, "", 4),
    ("/projects/new", STEWARD, {}, "?scenario=yard", 4),
    (PROJECT, APPLICANT, {}, "", 8),
    (PROJECT, OFFICER, {}, "", 8),
    (PROJECT, LEADER, {}, "", 8),
    (f"{PROJECT}/items", STEWARD, {}, "", 7),
    (f"{PROJECT}/papers", APPLICANT, {}, "", 8),
    (f"{PROJECT}/certificates", OFFICER, {}, "", 7),
    (f"{PROJECT}/clock", STEWARD, {}, "", 7),
    (f"{PROJECT}/facts", APPLICANT, {}, "", 7),
    (f"{PROJECT}/facts", LEADER, {}, "", 8),
    (f"{PROJECT}/facts", ADMINISTRATOR, {}, "", 8),
    (f"{PROJECT}/trail", STEWARD, {}, "?log=all", 8),
    (f"{PROJECT}/team", APPLICANT, {}, "", 14),
    (f"{PROJECT}/team", STEWARD, {}, "", 10),
    (ITEM, APPLICANT, {}, "", 8),
    (ITEM, STEWARD, {}, "", 8),
    (ITEM, OFFICER, {}, "", 8),
    (ITEM, HANDLER, {}, "", 8),
    (ITEM, LEADER, {}, "", 8),
    (f"{ITEM}/apply", APPLICANT, {"code": "{open}"}, "", 8),
    (f"{PROJECT}/attributes", STEWARD, {}, "", 3),
    (f"{PROJECT}/papers/{{material}}", OFFICER, PLAN, "", 4),
    (f"{PROJECT}/papers/{{material}}/{{sha256}}", OFFICER, PLAN, "", 5),
    ("/verify/{token}", None, {}, "", 1),
    ("/verify/{token}/file", None, {}, "", 3),
    ("/inbox", OFFICER, {}, "", 6),
    ("/inbox", HANDLER, {}, "?after=1_20261231_1_A1", 5),
    ("/inbox", LEADER, {}, "", 4),
    ("/inbox/next", OFFICER, {}, "", 2),
    ("/notices", APPLICANT, {}, "", 3),
    ("/deficiencies", STEWARD, {}, "?show=all", 4),
    ("/ledgers/{key}", OFFICER, {"key": "rounds"}, "?order=ended&text=yard", 4),
    ("/figures", LEADER, {}, "?cut=department&by=month", 29),
    ("/ledgers/{key}/export", LEADER, {"key": "projects"}, "?format=csv&state=all", 4),
    ("/credit", LEADER, {}, "", 3),
    ("/commitments", OFFICER, {}, "", 4),
    ("/drafts", APPLICANT, {}, "", 3),
    ("/search", LEADER, {}, "?q=yard", 7),
    ("/search", APPLICANT, {}, "?q=a", 2),
    ("/session", APPLICANT, {}, "", 1),
    ("/handovers", STEWARD, {}, "", 3),
    ("/handovers/{number:int}", STEWARD, {"number:int": "1"}, "", 5),
    ("/handovers/{number:int}/pdf", STEWARD, {"number:int": "1"}, "", 4),
    ("/account", OFFICER, {}, "", 7),
    ("/account/channels", OFFICER, {}, "", 3),
    ("/account/keys", OFFICER, {}, "", 4),
    ("/account/second-factor", OFFICER, {}, "", 5),
    ("/sign-in/code", None, {}, "", 0),
    ("/sign-in/enrolment", None, {}, "", 0),
    ("/agency", APPLICANT, {}, "", 4),
    ("/agency", STEWARD, {}, "", 4),
    ("/agency", ADMINISTRATOR, {}, "", 4),
    (f"{PROJECT}/agency", APPLICANT, {}, "", 4),
    (f"{PROJECT}/agency", STEWARD, {}, "", 4),
    (f"{PROJECT}/agency/{{number}}/paper", APPLICANT, {"number": "1"}, "", 4),
    ("/admin", ADMINISTRATOR, {}, "", 4),
    ("/admin/people", ADMINISTRATOR, {}, "?text=a&role=handler&state=active", 3),
    ("/admin/people/new", ADMINISTRATOR, {}, "", 3),
    ("/admin/organisation", ADMINISTRATOR, {}, "", 12),
    ("/admin/organisation/import", ADMINISTRATOR, {}, "", 2),
    ("/account/badges", OFFICER, {}, "", 3),
    ("/badges/{token}", None, {"token": "none"}, "", 2),
    ("/admin/people/{login}", ADMINISTRATOR, {"login": "clerk"}, "", 6),
    ("/sign-in/link/{token}", None, {"token": "none"}, "", 7),
    ("/sign-in/provider", None, {}, "?back=none", 0),
    ("/sign-in/provider/return", None, {}, "?state=none", 0),
    ("/sign-in/forgotten", None, {}, "", 0),
    ("/confirm", ADMINISTRATOR, {}, "", 5),
    ("/admin/security-log", LEADER, {}, "?text=admin&kind=signed_in&since=2026-01-01", 3),
    ("/scenarios", ADMINISTRATOR, {}, "", 5),
    ("/scenarios/{key}", ADMINISTRATOR, YARD, "", 3),
    (VERSION, ADMINISTRATOR, DRAFT, "", 8),
    (f"{VERSION}/export", ADMINISTRATOR, DRAFT, "", 5),
    (f"{VERSION}/rehearsal", ADMINISTRATOR, DRAFT, "", 5),
    (f"{VERSION}/drawing.svg", ADMINISTRATOR, DRAFT, "", 4),
    (EDIT, ADMINISTRATOR, DRAFT, "", 5),
    (f"{EDIT}/stages/{{stage}}", ADMINISTRATOR, {**DRAFT, "stage": "land"}, "", 4),
    (f"{EDIT}/basics", ADMINISTRATOR, DRAFT, "", 4),
    (f"{EDIT}/attributes", ADMINISTRATOR, DRAFT, "", 4),
    (f"{EDIT}/promises", ADMINISTRATOR, DRAFT, "", 5),
    (f"{EDIT}/items/new", ADMINISTRATOR, DRAFT, "?stage=land", 4),
    (f"{EDIT}/items/{{code}}", ADMINISTRATOR, {**DRAFT, "code": "A07"}, "", 4),
    ("/scenarios/{key}/diff", ADMINISTRATOR, {"key": KEY}, "?from=1&to=2", 10),
    ("/scenarios/{key}/migrate", ADMINISTRATOR, YARD, "", 4),
    ("/scenarios/{key}/migrate", ADMINISTRATOR, YARD, "?from=1&to=2", 8),
    ("/scenarios/{key}/migrations/{number:int}", ADMINISTRATOR, YARD, "", 3),
    ("/scenario-import", ADMINISTRATOR, {}, "", 2),
    ("/scenarios/new", ADMINISTRATOR, {}, "", 3),
    ("/guides", None, {}, "", 1),
    ("/statutes", None, {}, "", 0),
    ("/guides/{key}", None, YARD, "", 1),
    ("/guides/{key}/pdf", None, YARD, "", 1),
    ("/guides/{key}/items/{code}/sample", None, YARD | {"code": "A2"}, "", 1),
)


@pytest.fixture(scope="module")
def town(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(module_database_url, tmp_path_factory.mktemp("portal")) as town:
        start_drafting(town)
        yield town


@pytest.fixture(scope="module")
def places(town: Town) -> dict[str, str]:
    """What stands in addresses: a project whose certificate is out, its item, a record of a migration."""
    project, moved = town.granted(), town.register()
    town.do(project, c.IssueDocument(item="A1"), OFFICER)
    town.do(project, on_paper(town), CLERK)
    with town.database.transaction() as connection:
        versions.publish(connection, second(), "yard.yaml", ADMINISTRATOR, town.now)
    part = Part(codes=(moved,))
    done = migrate_projects(town.database, "yard", 1, 2, ADMINISTRATOR, town.now, part=part)
    hand_over(town, moved)
    token = town.scalar("SELECT token FROM official_document ORDER BY id LIMIT 1")
    return {
        "code": project,
        "item": "A1",
        "token": str(token),
        "number:int": str(done.act),
        # In place of the code: a project whose item is still to be applied for.
        "open": moved,
    }


def hand_over(town: Town, project: str) -> None:
    """Another steward has it for a moment: there is a list, and one back."""
    with town.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO account (login, name, role) VALUES ('aunt', 'aunt', 'project_steward')"
            )
        )
    for steward in ("aunt", STEWARD.login):
        town.do(project, c.AssignSteward(steward=steward), ADMINISTRATOR)


def on_paper(town: Town) -> c.EnterAuthorisation:
    """An authorisation of the steward, as the window takes it in."""
    return c.EnterAuthorisation(
        agent=STEWARD.login,
        kind="steward",
        acts=("submit_material",),
        valid_from=town.today,
        valid_until=town.today,
        text="for our papers",
        signer="Wang",
        file_name="signed.pdf",
        sha256=FILE,
    )


@pytest.fixture(scope="module")
def browsers(town: Town) -> dict[str, Browser]:
    """Everyone's browser, signed in."""
    people = {actor.login: actor for _, actor, *_ in COUNTS if actor is not None}
    return {"": town.browser()} | {login: town.browser(who) for login, who in people.items()}


@pytest.mark.parametrize(
    ("route", "actor", "values", "query", "statements"),
    COUNTS,
    ids=lambda value: value.login if isinstance(value, Actor) else str(value)[:60],
)
def test_a_page_asks_as_much_as_this(
    town, places, browsers, route, actor, values, query, statements
):
    browser = browsers[actor.login if actor else ""]
    address = route
    for name, value in {**places, **values}.items():
        address = address.replace("{" + name + "}", value)
    address += query
    browser.client.get(address, follow_redirects=False)
    with town.counted() as seen:
        response = browser.client.get(address, follow_redirects=False)
    assert response.status_code in {200, 303} or "none" in address, (address, response.text)
    assert len(seen) == statements, seen


def test_every_page_is_counted():
    # Prefect's pages ask nothing of the database but who is signed in.
    own = [module for module in PAGES if module is not prefect_pages]
    routes = {
        route.path for module in own for route in module.router.routes if "GET" in route.methods
    }
    assert routes == {route for route, *_ in COUNTS}
