"""Fields that an act does not have: refused by name over the API, without effect in a form."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from services.people import tokens
from tests.support.people import STEWARD
from tests.support.portal import PASSWORD, Town
from web.forms import Submission

pytestmark = pytest.mark.api
#: Operations that take a map whose keys are a district's own, and what bounds them instead.
OWN_KEYS: set[str] = set()


@pytest.fixture(scope="module")
def town(module_town: Town) -> Town:
    return module_town


def test_no_document_takes_a_field_that_it_does_not_have(town):
    described = town.app.openapi()
    schemas = described["components"]["schemas"]
    asked = _named(
        [
            content["schema"]
            for operations in described["paths"].values()
            for operation in operations.values()
            for content in operation.get("requestBody", {}).get("content", {}).values()
        ],
        schemas,
    )
    loose = {
        name
        for name in asked
        if schemas[name].get("properties")
        and schemas[name].get("additionalProperties") is not False
        and not name.startswith("Body_")
    }
    assert len(asked) > 50
    assert loose == OWN_KEYS


def test_a_field_more_is_refused_by_its_name(town):
    token = tokens.issue_token(town.database, STEWARD.login, "t", town.now)
    headers = {"authorization": f"Bearer {token}"}
    client = town.browser().client
    sent = {"login": STEWARD.login, "password": PASSWORD, "role": "administrator"}
    answer = client.post("/api/v1/tokens", json=sent)
    assert answer.status_code == 422
    assert "role" in answer.text
    answer = client.post("/api/v1/notices/read", json={"ids": [1], "of": "x"}, headers=headers)
    assert answer.status_code == 422


def test_a_field_more_in_a_form_changes_nobodys_rights(town):
    browser = town.browser(STEWARD)
    form = browser.open("/account").form("/account/tokens")
    more = {"role": "administrator", "login": "admin", "account": "admin", "department": "x"}
    browser.send(form, label="mine", scopes="read", days="1", **more)
    with town.database.reading() as connection:
        row = connection.execute(
            text("SELECT role, department FROM account WHERE login = :login"),
            {"login": STEWARD.login},
        ).one()
        owners = set(
            connection.execute(text("SELECT account FROM api_token WHERE label = 'mine'")).scalars()
        )
    assert (row.role, row.department) == (STEWARD.role.value, STEWARD.department)
    assert owners == {STEWARD.login}


def test_of_a_parameter_that_comes_twice_the_first_counts():
    sent = Submission({"login": ["me", "admin"], "password": [" a ", "b"]})
    assert (sent.text("login"), sent.secret("password")) == ("me", " a ")


def _named(parts: list[Any], schemas: dict[str, Any]) -> set[str]:
    """Names of the schemas that these lead to."""
    found: set[str] = set()
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                parts.append(schemas[name])
            parts += part.values()
        elif isinstance(part, list):
            parts += part
    return found
