"""A fault of ours: people and programs get a number that stands in the log, and nothing from inside."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from web.app import create_app

SECRET = "postgresql://kaigong:hunter2@db/kaigong"
INSIDE = ("Traceback", "RuntimeError", SECRET, "hunter2", ".py", "site-packages", "SELECT", "/app/")


@pytest.fixture
def broken(town):
    """A portal two of whose addresses meet a fault."""
    app = create_app(town.database, town.settings)

    def fail() -> None:
        raise RuntimeError(SECRET)

    for path in ("/broken", "/api/v1/broken"):
        app.add_api_route(path, fail)
    return TestClient(app, base_url="http://portal.test", raise_server_exceptions=False)


@pytest.mark.parametrize("path", ["/broken", "/api/v1/broken"])
def test_a_fault_tells_its_number_and_nothing_from_inside(broken, path):
    with capture_logs() as lines:
        answer = broken.get(path)
    assert answer.status_code == 500
    told = answer.text + str(answer.headers)
    assert [inside for inside in INSIDE if inside in told] == []
    for package in ("kaigong", "fastapi", "starlette", "uvicorn", "sqlalchemy"):
        assert f"{package}/{version(package)}" not in told.lower()
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers
    (fault,) = (line for line in lines if line["event"] == "request_failed")
    assert fault["number"] in re.findall(r"\b[0-9a-f]{8}\b", answer.text)
    assert fault["path"] == path
    assert fault["exc_info"].args == (SECRET,)


def test_a_fault_carries_the_headers_of_every_answer(broken):
    headers = broken.get("/broken").headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
