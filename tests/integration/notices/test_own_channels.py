"""An administrator gives people channels of their own; a wrong address changes nothing."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import text

from cli.main import run
from config.settings import get_settings
from deployments.demo.accounts import seed_demo_accounts
from models.errors import NotFound
from services.installation.sealing import SealedWithAnotherKey
from services.notices.channels import ChannelNotUnderstood
from services.notices.own_channels import choose_channels
from services.notices.sealed_channels import opened, seal_open_ones
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
        kept = connection.execute(query, {"login": login}).scalar_one()
    assert not any("127.0.0.1" in one for one in kept)
    return [opened(one) for one in kept]


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


def test_addresses_are_sealed_behind_their_kind_and_open_with_the_key_alone(database, monkeypatch):
    url = "json://127.0.0.1:9/t0ken"
    with database.transaction() as connection:
        keep = text("UPDATE account SET channels = :urls WHERE login = 'steward'")
        connection.execute(keep, {"urls": [url]})
    assert seal_open_ones(database) == 1
    assert seal_open_ones(database) == 0
    with database.reading() as connection:
        query = text("SELECT channels[1] FROM account WHERE login = 'steward'")
        kept = connection.execute(query).scalar_one()
    assert kept.startswith("json:")
    assert "t0ken" not in kept
    assert opened(kept) == url
    monkeypatch.setenv("KAIGONG_SECRET_KEY", "another key of thirty-two letters at least")
    get_settings.cache_clear()
    with pytest.raises(SealedWithAnotherKey):
        opened(kept)
    monkeypatch.undo()
    get_settings.cache_clear()


def test_an_address_on_the_command_line_is_refused(database, configured, capsys, monkeypatch):
    assert run(["account", "channels", "steward", "json://127.0.0.1:9/t0ken"]) == 2
    assert "t0ken" not in "".join(capsys.readouterr())
    monkeypatch.setattr("sys.stdin", io.StringIO("json://127.0.0.1:9/steward\n\n"))
    assert run(["account", "channels", "steward"]) == 0
    assert channels(database, "steward") == ["json://127.0.0.1:9/steward"]
