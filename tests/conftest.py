"""Real parts for every test: PostgreSQL, migrated databases, the browser.

All workers of one run share one embedded PostgreSQL; a test that commits is lent a copy of the
migrated template database, which is emptied for the next one.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from hypothesis import settings as hypothesis_settings

from config.settings import get_settings
from deployments.local.database import ROLES
from deployments.local.postgres import Postgres
from tests.support.run.budgets import Budgets
from tests.support.run.databases import Databases
from tests.support.run.folders import RunFolder
from tests.support.run.second_runs import SecondRuns, answer_at_once
from tests.support.sizes import EXAMPLES, LONG

if TYPE_CHECKING:
    from tests.support.portal import Town

pytest_plugins = ("tests.support.run.distribution",)

# Every process of the run would compile the tests and the product anew: ten seconds each.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

TEMPLATE = "kaigong_template"
RUN = "KAIGONG_TEST_RUN"
RUN_FOLDER = pytest.StashKey[RunFolder]()
#: What pytest itself sets, in every phase of a test anew.
CURRENT_TEST = "PYTEST_CURRENT_TEST"

# Properties draw the same examples in every run: what fails fails again, for whoever broke it. Others are
# drawn where somebody has time to look into them (make long).
hypothesis_settings.register_profile(
    "default", deadline=None, max_examples=EXAMPLES, derandomize=not LONG
)
hypothesis_settings.register_profile(
    "ci", hypothesis_settings.get_profile("default"), derandomize=True, print_blob=True
)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "default")


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def run_dir() -> Path:
    """The folder of this run, shared by its workers and removed when all have ended."""
    return Path(os.environ[RUN])


def pytest_configure(config: pytest.Config) -> None:
    """Gives the run a folder of its own and keeps the settings of the person out of it."""
    if not _is_worker():
        config.pluginmanager.register(Budgets(), "budgets")
        config.pluginmanager.register(SecondRuns(), "second_runs")
        for name in [name for name in os.environ if name.startswith(("KAIGONG_", "PREFECT_"))]:
            del os.environ[name]
        config.stash[RUN_FOLDER] = RunFolder.new()
        os.environ[RUN] = str(config.stash[RUN_FOLDER].path)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    os.environ["KAIGONG_DATA_DIR"] = str(run_dir() / f"data-{worker}")
    # Receivers of notices are on this machine.
    os.environ["KAIGONG_NOTICE_NETWORKS"] = '["127.0.0.0/8"]'
    get_settings.cache_clear()


def pytest_sessionstart(session: pytest.Session) -> None:
    """All plugins are configured by now."""
    answer_at_once(session.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUN_FOLDER in config.stash:
        config.stash[RUN_FOLDER].remove()


@pytest.fixture(scope="session")
def new_folder() -> Callable[[], Path]:
    """Makes folders of this run for servers that root starts as another user.

    Pytest's own folder is closed to others anew by every other pytest that starts meanwhile.
    """
    return lambda: Path(tempfile.mkdtemp(dir=run_dir()))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The embedded server of this run; the last worker to end stops it."""
    with Postgres(run_dir(), durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def template_database(postgres: Postgres) -> str:
    """The name of a database migrated to the newest state; copy it, never connect to it."""
    from models import migrations

    with FileLock(run_dir() / "template.lock"):
        ready = run_dir() / "template.ready"
        if not ready.exists():
            postgres.ensure_roles()
            migrations.upgrade(postgres.ensure_database(TEMPLATE), roles=ROLES)
            ready.touch()
    return TEMPLATE


@pytest.fixture(scope="session")
def databases(postgres: Postgres, template_database: str) -> Databases:
    """Copies of the template, which one test after the other is lent."""
    return Databases(postgres, template_database)


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """An empty database of this test alone, with the extensions."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield postgres.ensure_database(name)
    postgres.drop_database(name)


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated database of this test alone."""
    with databases.lend() as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(databases: Databases) -> Iterator[str]:
    """A migrated database that the tests of one module share."""
    with databases.lend() as url:
        yield url


@pytest.fixture(scope="module")
def module_town(module_database_url: str, new_folder: Callable[[], Path]) -> Iterator[Town]:
    """A town with its portal that the tests of one module share."""
    from tests.support.portal import open_town

    with open_town(module_database_url, new_folder()) as town:
        yield town


@pytest.fixture(scope="session")
def chromium() -> str | None:
    """Path of Chromium, or ``None`` for the one that Playwright brought along.

    Without either the test is skipped, and said so; on CI it fails instead.
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    caches = (Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright")
    if any(cache.glob("chromium*") for cache in caches if cache.is_dir()):
        return None
    reason = "no Chromium on this machine: install Debian's chromium or run 'playwright install chromium'"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(autouse=True)
def _environment_as_it_was() -> Iterator[None]:
    """What a command sets for its process and those it starts does not reach the next test."""
    before = dict(os.environ)
    yield
    changed = {name for name in before.keys() | os.environ.keys() if name != CURRENT_TEST}
    if any(before.get(name) != os.environ.get(name) for name in changed):
        for name in changed - before.keys():
            del os.environ[name]
        os.environ.update({name: before[name] for name in changed & before.keys()})
        get_settings.cache_clear()
