"""An administrator gives people channels of their own; a wrong address changes nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from models.errors import NotFound
from services.demo_accounts import seed_demo_accounts
from services.messages.channels import ChannelNotUnderstood
from services.messages.own_channels import choose_channels
from services.unit_of_work import Database


@pytest.fixture
def database(database_url):
    found = Database(database_url)
    seed_demo_accounts(found)
    yield found
    found.close()


def channels(database, login):
    with database.reading() as connection:
        query = text("SELECT channels FROM account WHERE login = :login")
        return connection.execute(query, {"login": login}).scalar_one()


def test_steward_and_enterprise_have_their_own(database):
    choose_channels(database, "steward", ["json://127.0.0.1:9/steward"])
    choose_channels(database, "enterprise", ["json://127.0.0.1:9/enterprise"])
    assert channels(database, "steward") == ["json://127.0.0.1:9/steward"]
    assert channels(database, "enterprise") == ["json://127.0.0.1:9/enterprise"]
    choose_channels(database, "steward", [])
    assert channels(database, "steward") == []


def test_a_wrong_address_changes_nothing(database):
    choose_channels(database, "steward", ["json://127.0.0.1:9/steward"])
    with pytest.raises(ChannelNotUnderstood):
        choose_channels(database, "steward", ["json://127.0.0.1:9/new", "carrier pigeon"])
    assert channels(database, "steward") == ["json://127.0.0.1:9/steward"]


def test_nobody_is_named(database):
    with pytest.raises(NotFound, match="nobody"):
        choose_channels(database, "nobody", [])
