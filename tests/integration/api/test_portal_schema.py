"""The API keeps its own description, whatever is sent to it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings

from models.people.token_scope import TokenScope
from services.people.tokens import issue_token
from tests.integration.api.described import checks
from tests.support.people import ADMINISTRATOR, APPLICANT, approver
from tests.support.portal import Town
from tests.support.sizes import size
from tests.support.yard import PLANNING

pytestmark = pytest.mark.api


@pytest.fixture(scope="module")
def town(module_town: Town) -> Town:
    module_town.accepted()
    return module_town


@pytest.fixture(scope="module")
def tokens(town):
    people = (APPLICANT, approver(PLANNING), ADMINISTRATOR)
    found = [
        issue_token(town.database, one.login, "test", town.now, days=1, scopes=TokenScope)
        for one in people
    ]
    return itertools.cycle(found)


def test_the_api_keeps_its_description(town, tokens):
    # It takes two seconds to import, in every process that collects this file.
    import schemathesis

    expected = checks()
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", town.app)
    tried = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=size(10), deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def keeps_it(case):
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {next(tokens)}"}
            case.call_and_validate(checks=expected)

        keeps_it()
        tried.append(operation.label)
    assert len(tried) > 10
