"""The API keeps its description in sequences of calls too: what one answers is asked of the next."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from models.people.token_scope import TokenScope
from services.people.tokens import issue_token
from tests.integration.api.described import checks
from tests.support.people import ADMINISTRATOR, APPLICANT, CLERK, LEADER, STEWARD, approver
from tests.support.portal import OTHER_APPLICANT, Town
from tests.support.sizes import size
from tests.support.yard import PLANNING
from web.api.description import LINKS

pytestmark = pytest.mark.api

PEOPLE = (APPLICANT, approver(PLANNING), ADMINISTRATOR, CLERK, STEWARD, LEADER, OTHER_APPLICANT)


def test_sequences_of_calls_keep_the_description(module_town: Town):
    town = module_town
    town.accepted()
    tokens = itertools.cycle(
        issue_token(town.database, one.login, "sequences", town.now, days=1, scopes=TokenScope)
        for one in PEOPLE
    )
    import schemathesis

    expected = checks()
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", town.app)
    asked: set[tuple[str, int]] = set()

    class Calls(schema.as_state_machine()):
        def setup(self):
            self.token = next(tokens)

        def get_call_kwargs(self, case):
            return {"headers": {"Authorization": f"Bearer {self.token}"}}

        def validate_response(self, response, case, **_):
            asked.add((case.operation.label, response.status_code))
            case.validate_response(response, checks=expected)

    run_state_machine_as_test(
        Calls,
        settings=settings(
            max_examples=size(4),
            stateful_step_count=6,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len({operation for operation, _ in asked}) >= 5
    assert any(status < 300 for _, status in asked)


def test_every_link_names_an_operation_and_what_it_takes(module_town: Town):
    paths = module_town.app.openapi()["paths"]
    for (path, method), (status, following) in LINKS.items():
        links = paths[path][method]["responses"][status]["links"]
        assert len(links) == len(following)
        for operation, parameters in following.items():
            to, _, address = operation.partition(" ")
            taken = {parameter["name"] for parameter in paths[address][to.lower()]["parameters"]}
            assert set(parameters) <= taken
