"""The API keeps its own description, whatever is sent to it."""

from __future__ import annotations

import itertools
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.settings import get_settings
from services.accounts import issue_token
from tests.conftest import run_dir
from tests.support.people import ADMINISTRATOR, APPLICANT, approver
from tests.support.portal import Town
from tests.support.yard import PLANNING

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def town(module_database_url):
    folder = run_dir() / f"schema-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAIGONG_CLOCK_FILE", str(folder / "clock"))
        get_settings.cache_clear()
        found = Town(module_database_url, folder)
        found.accepted()
        yield found
        found.close()
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def tokens(town):
    people = (APPLICANT, approver(PLANNING), ADMINISTRATOR)
    found = [issue_token(town.database, one.login, "test", town.now) for one in people]
    return itertools.cycle(found)


def test_the_api_keeps_its_description(town, tokens):
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", town.app)
    tried = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def keeps_it(case):
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {next(tokens)}"}
            case.call_and_validate(checks=CHECKS)

        keeps_it()
        tried.append(operation.label)
    assert len(tried) > 10
