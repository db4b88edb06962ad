"""Bearer tokens for a part of what their owner may do: made, listed, refused where they are too narrow, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from models.people.token_scope import UNLESS_SAID, TokenScope
from services.people import tokens
from services.people.tokens import TokenNotValid, TokenTooLong, by_token, issue_token
from tests.support.people import ADMINISTRATOR, APPLICANT, STEWARD
from tests.support.portal import PASSWORD, Town

READ, ACT, ADMINISTER, HARD = TokenScope
#: One operation of each kind, with the scope that it needs.
ASKED = (
    ("GET", "/me", {}, READ),
    ("POST", "/scenarios/check", {"scenario": "yard"}, READ),
    ("POST", "/projects/{code}/corrections/dry-run", {}, READ),
    ("POST", "/projects/{code}/acts", {"act": "submit_application", "item": "A1"}, ACT),
    ("POST", "/notices/read", {}, ACT),
    ("POST", "/scenarios/yard/drafts", {}, ADMINISTER),
    ("POST", "/scenarios/yard/migrations", {}, ADMINISTER),
)
#: What is hard to undo: each needs a token for it beside the usual scope.
GRAVE = (
    (
        "POST",
        "/projects/{code}/acts",
        {
            "act": "revoke_licence",
            "item": "A1",
            "revoked": True,
            "reason": "it was got by deception",
        },
        ACT,
    ),
    ("POST", "/scenarios/yard/versions/1/acts", {"act": "retire_scenario"}, ADMINISTER),
    ("POST", "/scenarios/yard/versions/1/acts", {"act": "request_publication"}, ADMINISTER),
    ("POST", "/scenarios/yard/versions/1/acts", {"act": "publish_scenario"}, ADMINISTER),
    ("POST", "/scenarios/yard/migrations", {"from": 1, "to": 2, "dry_run": False}, ADMINISTER),
    ("GET", "/scenarios/yard/versions/1/export", {}, READ),
)


@pytest.fixture(scope="module")
def town(module_town: Town) -> Town:
    return module_town


@pytest.fixture(scope="module")
def code(town: Town) -> str:
    return town.register()


def ask(town: Town, token: str, method: str, address: str, body: object):
    client = TestClient(town.app, base_url="http://portal.test/api/v1")
    headers = {"authorization": f"Bearer {token}", "accept-language": "en"}
    return client.request(method, address, headers=headers, **({"json": body} if body else {}))


@pytest.mark.parametrize("scope", UNLESS_SAID)
def test_a_token_does_what_it_was_made_for_and_nothing_else(town, code, scope):
    token = issue_token(town.database, ADMINISTRATOR.login, "x", town.now, scopes=(scope,))
    for method, address, body, needed in ASKED:
        answer = ask(town, token, method, address.format(code=code), body)
        narrow = "token_too_narrow" in answer.text
        assert narrow == (needed is not scope), (address, answer.text)
        assert not narrow or answer.status_code == 403


def test_what_is_hard_to_undo_needs_a_token_that_was_made_for_it_and_ends_soon(town, code):
    who, database = ADMINISTRATOR.login, town.database
    for method, address, body, usual in GRAVE:
        answers = []
        for scopes in ((usual,), (usual, HARD)):
            token = issue_token(database, who, "x", town.now, days=1, scopes=scopes)
            answers.append(ask(town, token, method, address.format(code=code), body))
        narrow, right = ("token_too_narrow" in answer.text for answer in answers)
        assert (narrow, right) == (True, False), (address, body, [a.text for a in answers])
    dry = {"from": 1, "to": 2}
    token = issue_token(database, who, "x", town.now)
    assert "token_too_narrow" not in ask(town, token, *GRAVE[4][:2], dry).text
    with pytest.raises(TokenTooLong, match="1 days"):
        issue_token(database, who, "x", town.now, days=2, scopes=(READ, HARD))
    page = town.browser(ADMINISTRATOR)
    form = page.open("/account").form("/account/tokens")
    refused = page.send(form, label="x", days="90", scopes=["read", "hard_to_undo"])
    assert (refused.status, refused.says("hard_to_undo")) == (422, True)


def test_the_description_says_what_each_operation_asks_of_a_token(town):
    paths = town.app.openapi()["paths"]
    for method, address, _, needed in ASKED:
        path = "/api/v1" + address.replace("/yard", "/{key}")
        assert paths[path][method.lower()]["security"] == [{"bearer": [needed.value]}]
    assert "security" not in paths["/api/v1/tokens"]["post"]
    export = paths["/api/v1/scenarios/{key}/versions/{version}/export"]["get"]
    assert export["security"] == [{"bearer": ["read", "hard_to_undo"]}]


def test_in_the_portal_one_is_made_shown_once_listed_and_revoked(town, code):
    browser = town.browser(STEWARD, "en")
    form = browser.open("/account").form("/account/tokens")
    assert form.fields["scopes"] == ["read", "act"]
    page = browser.send(form, label="our wall", scopes=["read"], days="30")
    token = next(
        word
        for word in page.html.replace("<", " ").replace(">", " ").split()
        if word.startswith("kg_")
    )
    assert ask(town, token, "GET", "/me", None).json()["login"] == STEWARD.login
    assert ask(town, token, "POST", "/notices/read", {}).status_code == 403
    (listed,) = tokens.tokens_of(town.database, STEWARD.login)
    assert (listed.label, listed.scopes) == ("our wall", (READ,))
    assert listed.expires_at == town.now + timedelta(days=30)
    page = browser.open("/account")
    assert token not in page.html
    browser.send(page.form("/account/tokens/revoke"))
    with pytest.raises(TokenNotValid):
        by_token(town.database, token, town.now)


def test_one_for_nothing_or_for_ever_is_refused(town):
    browser = town.browser(STEWARD)
    form = browser.open("/account").form("/account/tokens")
    for wrong in ({"scopes": []}, {"scopes": ["everything"]}, {"days": "366"}, {"days": "0"}):
        assert browser.send(form, **({"label": "x"} | wrong)).status == 422
    assert tokens.tokens_of(town.database, STEWARD.login) == ()


def test_over_the_api_it_says_what_it_is_for_and_until_when(town):
    client = TestClient(town.app, base_url="http://portal.test/api/v1")
    asked = {"login": APPLICANT.login, "password": PASSWORD, "scopes": ["read"], "days": 7}
    made = client.post("/tokens", json=asked).json()
    assert (made["scopes"], made["days"]) == (["read"], 7)
    everything = client.post(
        "/tokens", json={"login": APPLICANT.login, "password": PASSWORD}
    ).json()
    assert everything["scopes"] == ["read", "act", "administer"]
    assert client.post("/tokens", json=asked | {"scopes": []}).status_code == 422
