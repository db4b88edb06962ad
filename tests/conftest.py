"""Real parts for every test: PostgreSQL, migrated databases, the browser.

All workers of one run share one embedded PostgreSQL; a test that commits works on a copy of the
migrated template database, which takes some hundredths of a second.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings as hypothesis_settings

from config.settings import get_settings
from deployments.local.postgres import Postgres

TEMPLATE = "kaigong_template"
RUN = "KAIGONG_TEST_RUN"

hypothesis_settings.register_profile("default", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "default")


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def run_dir() -> Path:
    """The folder of this run, shared by its workers and removed when all have ended."""
    return Path(os.environ[RUN])


def pytest_configure() -> None:
    """Gives the run a folder of its own and keeps the settings of the person out of it."""
    if not _is_worker():
        for name in [name for name in os.environ if name.startswith(("KAIGONG_", "PREFECT_"))]:
            del os.environ[name]
        os.environ[RUN] = tempfile.mkdtemp(prefix="kaigong-test-")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    os.environ["KAIGONG_DATA_DIR"] = str(run_dir() / f"data-{worker}")
    get_settings.cache_clear()


def pytest_unconfigure() -> None:
    if not _is_worker():
        shutil.rmtree(run_dir(), ignore_errors=True)


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
            migrations.upgrade(postgres.ensure_database(TEMPLATE))
            ready.touch()
    return TEMPLATE


def _name() -> str:
    return f"test_{uuid.uuid4().hex[:12]}"


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """An empty database of this test alone, with the extensions."""
    name = _name()
    yield postgres.ensure_database(name)
    postgres.drop_database(name)


@pytest.fixture
def database_url(postgres: Postgres, template_database: str) -> Iterator[str]:
    """A migrated database of this test alone."""
    name = _name()
    yield postgres.copy_database(template_database, name)
    postgres.drop_database(name)


@pytest.fixture(scope="module")
def module_database_url(postgres: Postgres, template_database: str) -> Iterator[str]:
    """A migrated database that the tests of one module share."""
    name = _name()
    yield postgres.copy_database(template_database, name)
    postgres.drop_database(name)


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
