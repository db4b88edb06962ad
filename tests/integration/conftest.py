"""What tests over the services share: a ledger, a town with its portal, the settings that lead to them.

A module that needs more in them defines a fixture of the same name that takes this one and adds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from config.settings import get_settings
from models.scenarios.definition import ScenarioDefinition
from services.unit_of_work import Database
from tests.support.ledger import Ledger
from tests.support.people import ADMINISTRATOR
from tests.support.portal import Browser, Town, open_town
from tests.support.run.patience import be_patient
from tests.support.yard import YARD

OpenLedger = Callable[..., Ledger]


@pytest.fixture(scope="session", autouse=True)
def _patience() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        be_patient(patch)
        yield


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database without anything in it, of this test alone."""
    with closing(Database(database_url)) as database:
        yield database


@pytest.fixture
def open_ledger(database_url: str) -> Iterator[OpenLedger]:
    """Opens ledgers on the database of this test: of another scenario, with fewer connections."""
    with ExitStack() as opened:

        def open_one(scenario: ScenarioDefinition = YARD, pool_size: int = 10) -> Ledger:
            return opened.enter_context(closing(Ledger(database_url, scenario, pool_size)))

        yield open_one


@pytest.fixture
def ledger(open_ledger: OpenLedger) -> Ledger:
    """The yard on a database of this test alone."""
    return open_ledger()


@pytest.fixture(scope="module")
def module_ledger(module_database_url: str) -> Iterator[Ledger]:
    """The yard on a database that the tests of one module share."""
    with closing(Ledger(module_database_url)) as ledger:
        yield ledger


@pytest.fixture
def configured(database_url: str) -> Iterator[pytest.MonkeyPatch]:
    """The settings lead to the database of this test; more of them may be set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAIGONG_DATABASE_URL", database_url)
        get_settings.cache_clear()
        yield patch
    get_settings.cache_clear()


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    """The yard with people who can sign in and a portal, on a database of this test alone."""
    with open_town(database_url, tmp_path) as town:
        yield town


@pytest.fixture
def admin(town: Town) -> Browser:
    """The administrator's browser, in Chinese."""
    return town.browser(ADMINISTRATOR, "zh-CN")
