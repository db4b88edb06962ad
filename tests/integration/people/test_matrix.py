"""A sample of the matrix (``make matrix`` tries all of it), and that no page or operation is missing from it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.cases import commands as c
from models.people.actor import Role
from services.cases.ledgers.deficiencies import deficiency_ledger
from services.cases.pages.agency import agency_page
from services.cases.views.inbox import inbox
from services.cases.views.leads import leads
from services.cases.views.ledger import ProjectQuery, projects
from services.cases.views.project_page import project_page
from services.cases.views.site_agenda import agenda
from services.people.visibility_table import Kind
from tests.matrix.cells import OF_PROJECT, every, posts, reads
from tests.matrix.world import AGENT, PEOPLE, Thing, World
from tests.support.ledger import FILE
from tests.support.people import LEADER, STEWARD, handler
from tests.support.portal import open_town
from tests.support.yard import LAND, PLANNING
from web.api import cases
from web.app import API, PAGES
from web.prefect_pages import pages as prefect_pages

pytestmark = pytest.mark.xdist_group("matrix")

SAMPLE = 120
#: Routes that are about nobody's object but one's own, and change it; each has tests of its own.
ONES_OWN = {
    "/account/password",
    "/account/capacity",
    "/account/sessions/end",
    "/account/channels",
    "/account/channels/remove",
    "/account/tokens",
    "/account/tokens/revoke",
    "/account/keys",
    "/account/keys/change",
    "/account/second-factor",
    "/sign-in/enrolment/key",
    "/sign-in/key",
    "/api/v1/tokens",
    "/notices/read",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/enrolment",
    "/sign-in/forgotten",
    "/sign-in/link/{token}",
    "/sign-out",
    "/confirm",
    "/drafts",
    "/drafts/give-up",
    "/whole-numbers",
    "/projects/new",
    "/api/v1/projects",
    "/api/v1/files",
}
#: Checks and rehearsals of what is sent along: nothing of anybody else is in them.
OF_WHAT_IS_SENT = {
    "/scenarios/check",
    "/scenarios/{key}/{version:int}/rehearsal",
    "/api/v1/scenarios/check",
    "/api/v1/scenarios/drawing",
    "/api/v1/scenarios/rehearsal",
    "/api/v1/scenarios/replay",
    "/api/v1/scenarios/imports",
    "/api/v1/scenarios/{key}/versions/{version}",
    "/api/v1/scenarios/{key}/versions/{version}/source",
    "/scenarios/{key}/{version:int}/edit/stages/{stage}",
    "/scenarios/{key}/{version:int}/edit/basics",
    "/scenarios/{key}/{version:int}/edit/promises",
    "/scenarios/{key}/{version:int}/edit/attributes",
    "/scenarios/{key}/{version:int}/edit/items/new",
    "/scenarios/{key}/{version:int}/edit/items/{code}",
}


#: The enterprise's other project, which one test registers: before or after the others run.
SECOND = "2611-611102-04-01-000500"


@pytest.fixture(scope="module")
def world(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_town(module_database_url, Path(tmp_path_factory.mktemp("matrix"))) as town:
        yield World(town)


def test_a_sample_of_the_matrix_answers_as_the_table_says(world):
    cells = list(every(world))
    chosen = random.Random(world.town.today.toordinal()).sample(cells, SAMPLE)
    assert len(cells) > 5000
    assert [wrong for wrong in (cell.wrong(world) for cell in chosen) if wrong] == []


def test_every_page_and_operation_is_in_the_matrix(world):
    routers = [module.router for module in (*API, *PAGES) if module is not prefect_pages]
    routes = [route for router in (*routers, cases.acts_router()) for route in router.routes]
    asked = [
        (place.method, place.address.split("?")[0]) for place in (*reads(world), *posts(world))
    ]
    asked.append(("POST", f"/api/v1/projects/{world.own}/acts"))
    missing = {
        (method, route.path)
        for route in routes
        for method in route.methods - {"HEAD"}
        if not any(of == method and _matches(route.path, address) for of, address in asked)
    }
    assert {path for method, path in missing if method == "GET"} == set()
    assert {path for _, path in missing} <= ONES_OWN | OF_WHAT_IS_SENT


def _matches(path: str, address: str) -> bool:
    return re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", path), address) is not None


def test_every_act_on_a_project_is_in_the_matrix(world):
    from rules.cases.declarations.registry import registry

    assert set(OF_PROJECT) == {act.name for act in registry().acts.values() if not act.on_item}


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.login)
def test_a_list_and_a_single_look_agree(world, who):
    """Membership in the list, the page itself and the table say the same of every project."""
    town = world.town
    listed = projects(town.database, ProjectQuery(page_size=500), town.now, viewer=who)
    codes = {row.code for row in listed.projects}
    compared = codes - {SECOND}
    assert compared == {
        c for c in (world.own, world.other) if world.sees(who, Thing(Kind.OUTLINE, c))
    }
    for row in inbox(town.database, who, town.now).rows:
        assert row.project in codes
    for row in (*agenda(town.database, who, town.now), *leads(town.database, who)):
        assert row.project in codes
    for code in compared:
        page = project_page(town.database, code, town.now, viewer=who)
        owed = {(d.item, d.material) for d in page.deficiencies}
        ledger = deficiency_ledger(town.database, town.now, viewer=who, closed=True)
        assert owed == {(row.item, row.material) for row in ledger if row.project == code}
        for item in page.items:
            full = world.sees(who, Thing(Kind.ITEM, code, item.code))
            assert bool(item.clocks) <= full


def test_of_what_is_not_theirs_an_officer_has_the_outline(world):
    town = world.town
    whole = project_page(town.database, world.own, town.now, viewer=LEADER)
    seen = project_page(town.database, world.own, town.now, viewer=handler(LAND))
    mine, other = seen.item("A2"), seen.item("A1")
    assert mine == whole.item("A2")
    assert (other.state, other.name, other.due_on) == (
        whole.item("A1").state,
        whole.item("A1").name,
        whole.item("A1").due_on,
    )
    assert (other.requirements, other.form, other.clocks, other.handler) == ((), (), (), None)
    assert {row.key for row in seen.materials} == {"plan", "archive", "insurance", "survey"}
    assert "A1" not in {event.item for event in seen.events}
    kinds = {event.kind for event in seen.events}
    assert {"ProjectRegistered", "MaterialSubmitted"} <= kinds
    assert "AuthorisationGiven" not in kinds


def test_an_agent_sees_the_items_that_were_named_and_their_own_authorisation(world):
    town = world.town
    seen = project_page(town.database, world.own, town.now, viewer=AGENT)
    assert {row.key for row in seen.materials} == {"business_licence", "plan"}
    viewer = _viewer(world, AGENT)
    assert [a.agent for a in agency_page(town.database, viewer, world.own).authorisations] == [
        "agent"
    ]


def _viewer(world: World, actor):
    from services.people.accounts import find
    from services.people.viewer import Viewer

    account = find(world.town.database, actor.login)
    return Viewer(account, "en", "", world.town.now)


def test_a_file_is_attached_by_whoever_uploaded_it_or_from_the_enterprises_papers(world):
    from services.cases.requirements import FileMissing

    town = world.town
    second = town.register(500)
    assert second == SECOND
    theirs = c.SubmitMaterial(material="survey", file_name="a", sha256=world.rivals_file)
    unknown = c.SubmitMaterial(material="survey", file_name="a", sha256="0" * 64)
    said = set()
    for command in (theirs, unknown):
        with pytest.raises(FileMissing) as refused:
            town.do(second, command)
        said.add(str(refused.value))
    assert len(said) == 1
    with town.database.transaction() as connection:
        from sqlalchemy import text

        connection.execute(text("DELETE FROM file_upload WHERE account = 'steward'"))
    # The plan of the enterprise's other project, which its steward sees as well.
    town.do(second, c.SubmitMaterial(material="plan", file_name="p", sha256=FILE), STEWARD)


def test_roles_of_the_table_all_take_part():
    assert {person.role for person in PEOPLE} == set(Role) - {Role.SYSTEM}
    assert handler(PLANNING) in PEOPLE
