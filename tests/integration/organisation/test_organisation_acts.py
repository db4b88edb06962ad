"""Acts on the organisation: each is declared once, and stands on the page, in a terminal and in the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import pytest
import typer
from fastapi.testclient import TestClient
from pydantic import Field
from typer.testing import CliRunner

from cli.people.organisation_acts import add_acts
from models.people.security import Origin
from models.people.token_scope import TokenScope
from services.organisation import registry
from services.organisation.declaration import By, OrganisationAct, OrganisationCommand, Section
from services.people.organisation import know_shipped_units
from services.people.posts import posts
from services.people.tokens import issue_token
from services.unit_of_work import Database
from tests.support.people import ADMINISTRATOR, LEADER, STEWARD
from tests.support.play import START
from tests.support.portal import Town

CALLS: list[tuple[str, str | None]] = []


class Greet(OrganisationCommand):
    """A made-up act."""

    act: Literal["greet"] = "greet"
    whom: Annotated[str, Field(title="Whom", description="Whom.", max_length=20)]


def _greet(_database: Database, command: Greet, by: By) -> str:
    CALLS.append((command.whom, by.origin.actor))
    return command.whom


GREET = OrganisationAct(
    command=Greet,
    label="Greet somebody",
    help="Greets somebody.",
    perform=_greet,
    section=Section.UNITS,
    called=("made_up", "greet"),
    arguments=("whom",),
    done="{whom} was greeted.",
)


pytestmark = pytest.mark.api


@pytest.fixture
def greeting(monkeypatch) -> Iterator[None]:
    """The act, declared for one test."""
    declared = tuple(registry.organisation_acts().values())
    caches = (
        *(registry.organisation_acts, registry.any_organisation_command, registry.command_reader),
    )
    monkeypatch.setattr(registry, "_declared", lambda: iter((*declared, GREET)))
    for cached in caches:
        cached.cache_clear()
    CALLS.clear()
    yield
    for cached in caches:
        cached.cache_clear()


def program(town: Town, actor, *scopes: TokenScope) -> TestClient:
    issued = issue_token(town.database, actor.login, "test", town.now, days=1, scopes=scopes)
    headers = {"authorization": f"Bearer {issued}", "accept-language": "en"}
    return TestClient(town.app, base_url="http://portal.test/api/v1", headers=headers)


def test_a_made_up_act_is_asked_in_all_three_ways(greeting, town, admin, configured):
    page = admin.open("/admin/organisation")
    assert admin.send(page.form("greet"), whom="page").status == 200
    app = typer.Typer()
    app.callback()(lambda: None)
    add_acts(app, "made_up")
    answer = CliRunner().invoke(app, ["greet", "terminal"])
    assert answer.exit_code == 0, answer.output
    assert answer.output.strip()
    command = registry.command_reader().validate_python({"act": "greet", "whom": "program"})
    by = By(Origin("x", "test"), town.now)
    assert registry.execute(town.database, command, by).number == "program"
    assert [("page", ADMINISTRATOR.login), ("terminal", None), ("program", "x")] == CALLS


def test_a_program_does_what_the_page_does_with_a_token_made_for_it(town):
    with town.database.transaction() as connection:
        know_shipped_units(connection)
    wanted = {
        "act": "grant_post",
        "login": STEWARD.login,
        "post": "duty_steward",
        "unit": "xixian",
        "from_on": START.isoformat(),
    }
    scopes = (TokenScope.READ, TokenScope.ADMINISTER)
    narrow = program(town, ADMINISTRATOR, *scopes)
    assert narrow.post("/organisation/acts", json=wanted).status_code == 403
    wide = program(town, ADMINISTRATOR, *scopes, TokenScope.HARD_TO_UNDO)
    answer = wide.post("/organisation/acts", json=wanted)
    assert answer.status_code == 200, answer.text
    assert [post.id for post in posts(town.database)] == [answer.json()["number"]]
    seen = wide.get("/organisation").json()
    assert [post["login"] for post in seen["posts"]] == [STEWARD.login]
    assert {"xixian", "jinghe"} <= {unit["key"] for unit in seen["units"]}
    refused = wide.post("/organisation/acts", json={**wanted, "unit": "moon"})
    assert refused.status_code == 422
    assert "moon" in refused.json()["detail"]
    leader = program(town, LEADER, TokenScope.READ)
    assert leader.get("/organisation").status_code == 403
