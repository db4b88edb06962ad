"""Accounts whose password everybody knows exist in a demonstration and nowhere else."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from deployments.demo.accounts import demo_sign_ins, seed_demo_accounts, shown_sign_ins
from deployments.local.findings import State
from deployments.local.health import _demonstration
from services.installation.demonstration import (
    NotADemonstration,
    demonstration_since,
    public_accounts,
)
from services.people.accounts import NewAccount, create_account
from services.people.passwords import PasswordTooCommon

STRONG = "quiet river under stone"
PUBLIC = demo_sign_ins()[0].password


def real(database, password: str = STRONG) -> None:
    asked = {"login": "admin0", "name": "管理员", "role": "administrator", "password": password}
    create_account(database, NewAccount.model_validate(asked))


def finding(database) -> State:
    with database.reading() as connection:
        return _demonstration(demonstration_since(connection), public_accounts(connection)).state


def test_an_empty_installation_becomes_one_and_stays_one(database):
    assert finding(database) is State.UP
    assert seed_demo_accounts(database)
    assert finding(database) is State.NOTE
    real(database)
    assert seed_demo_accounts(database) == 0
    assert shown_sign_ins(database)


def test_where_real_people_are_no_demonstration_is_loaded(database):
    real(database)
    with pytest.raises(NotADemonstration):
        seed_demo_accounts(database)
    assert finding(database) is State.UP
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(text("UPDATE account SET demonstration = true"))
    assert shown_sign_ins(database) == ()


def test_nobody_chooses_the_public_password(database):
    with pytest.raises(PasswordTooCommon):
        real(database, PUBLIC)
