"""The portal answers to its own names, and tells its figures to whoever they are for."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from config.settings import Settings
from services.unit_of_work import open_database
from web.app import create_app
from web.hosts import known_hosts

NOWHERE = "postgresql+psycopg2://nobody@127.0.0.1:1/none"


def client(**chosen: object) -> TestClient:
    settings = Settings(**chosen)
    return TestClient(create_app(open_database(NOWHERE), settings), raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8210", 200),
        ("127.0.0.1", 200),
        ("[::1]:8210", 200),
        ("KAIGONG.example.org", 200),
        ("evil.example", 400),
        ("kaigong.example.org.evil.example", 400),
        ("kaigong.example.org@evil.example", 400),
        ("[::1", 400),
        ("", 400),
    ],
)
def test_a_request_to_another_name_is_refused(host, status):
    portal = client(portal_url="https://kaigong.example.org")
    assert portal.get("/api/openapi.json", headers={"host": host}).status_code == status
    # What looks after the process calls it by any address.
    assert portal.get("/healthz", headers={"host": host}).status_code == 200


def test_which_names_are_known():
    assert known_hosts(Settings(host="0.0.0.0")) is None  # noqa: S104
    named = known_hosts(Settings(host="0.0.0.0", hosts=("Portal.local",)))  # noqa: S104
    assert named == {"portal.local", "localhost", "127.0.0.1", "::1"}


def test_metrics_are_for_this_machine_or_whoever_has_the_token(town):
    def status(headers: dict[str, str] | None = None, **chosen: object) -> int:
        app = create_app(town.database, Settings(hosts=("testserver",), **chosen))
        return TestClient(app).get("/metrics", headers=headers or {}).status_code

    assert status() == 200
    assert status(host="192.0.2.1") == 404
    token = "a token for the figures"
    assert status(host="192.0.2.1", metrics_token=token) == 404
    assert status({"authorization": "Bearer wrong"}, metrics_token=token) == 404
    assert (
        status({"authorization": f"Bearer {token}"}, host="192.0.2.1", metrics_token=token) == 200
    )
