"""The scheduled flow that delivers notices, on a real Prefect server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from config.settings import get_settings
from flows.notice_delivery import deliver_notices
from services.unit_of_work import configured_database
from tests.support.ledger import Ledger
from tests.support.people import STEWARD
from tests.support.receivers import hook

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]


@pytest.fixture
def ledger(database_url, monkeypatch) -> Iterator[Ledger]:
    monkeypatch.setenv("KAIGONG_DATABASE_URL", database_url.replace("+psycopg2", ""))
    get_settings.cache_clear()
    ledger = Ledger(database_url)
    yield ledger
    ledger.close()
    configured_database().close()
    monkeypatch.undo()
    get_settings.cache_clear()


def test_the_flow_delivers_and_says_what_it_did(prefect_settings: None, ledger: Ledger):
    with hook() as web:
        with ledger.database.transaction() as connection:
            connection.execute(
                text("UPDATE account SET channels = :urls WHERE login = :login"),
                {"urls": [web.url], "login": STEWARD.login},
            )
        ledger.register()
        state = deliver_notices(return_state=True)

    assert state.is_completed()
    assert state.message == "4 notices, 1 sent, 0 postponed, 0 given up"
    assert len(web.calls) == 1
