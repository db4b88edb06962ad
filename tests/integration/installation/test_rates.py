"""How often somebody may ask: all portals together, nothing asked of the database on an ordinary day."""

from __future__ import annotations

from functools import partial

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from config.settings import Settings
from services.documents.housekeeping import Removed, keep_house
from services.installation.rates import Rates, TooManyRequests
from services.people import tokens
from tests.support.people import STEWARD
from tests.support.portal import HOSTS
from tests.support.queries import counted
from web.app import create_app

LIMIT, MINUTE = 50, 60 * 1_000_000


class Clock:
    """Seconds since 1970, as they are set."""

    now = float(MINUTE)

    def __call__(self) -> float:
        return self.now


def asked(rates: Rates, holder: str = "a", most: int = 200) -> int:
    """How many requests are answered one after the other."""
    for number in range(most):
        try:
            rates.take(holder)
        except TooManyRequests as refusal:
            return number if int(str(refusal.params["seconds"])) <= 60 else -1
    return most


def test_a_budget_holds_for_all_portals_together_and_is_there_again_in_the_next_minute(database):
    clock = Clock()
    one, other = (Rates(database, LIMIT, clock) for _ in range(2))
    assert asked(one) == LIMIT
    # Each process gives its first tenth by itself.
    assert asked(other) == LIMIT // 10
    assert asked(other, "b") == LIMIT
    clock.now += 60
    assert asked(other) == LIMIT


def test_an_ordinary_day_asks_nothing_of_the_database(database):
    with counted(database) as statements:
        assert asked(Rates(database, 1000), most=100) == 100
    assert statements == []
    with database.transaction() as connection:
        connection.execute(text("INSERT INTO request_budget VALUES ('old', 1, 5)"))
    assert keep_house(database) == Removed(files=0, budgets=1)


@pytest.mark.parametrize("address", ["/api/v1/me", "/inbox", "/prefect/api/flow_runs/filter"])
def test_who_asks_too_often_is_told_to_wait(town, address, monkeypatch):
    # One minute, whenever this runs and however long it takes.
    monkeypatch.setattr("web.portal.Rates", partial(Rates, clock=Clock()))
    settings = town.settings.model_copy(update={"requests_per_minute": 10})
    app = create_app(town.database, Settings(**settings.model_dump() | {"hosts": HOSTS}))
    token = tokens.issue_token(town.database, STEWARD.login, "t", town.now)
    client = TestClient(app, headers={"authorization": f"Bearer {token}"})
    answers = [client.get(address, follow_redirects=False) for _ in range(12)]
    assert [answer.status_code for answer in answers[-2:]] == [429, 429]
    assert all(answer.status_code < 429 for answer in answers[:10])
    assert client.get("/healthz").status_code == 200
    if address.startswith("/api"):
        assert answers[-1].headers["retry-after"] == "60"
        assert answers[-1].json()["errors"][0]["code"] == "too_many_requests"
