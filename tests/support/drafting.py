"""A town whose administrator writes on the second version of a shipped scenario."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.scenario_files import SCENARIOS
from config.settings import get_settings
from models.actor import SYSTEM
from services.scenario_admin import drafts
from services.scenario_admin.files import publish_file
from tests.support.people import ADMINISTRATOR
from tests.support.portal import Town

KEY = "industrial-simple"
EDIT = f"/scenarios/{KEY}/2/edit"


@contextmanager
def drafting_town(
    database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Town]:
    """Version 1 is published, version 2 a draft that says the same."""
    monkeypatch.setenv("KAIGONG_CLOCK_FILE", str(folder / "clock"))
    get_settings.cache_clear()
    found = Town(database_url, folder)
    with found.database.transaction() as connection:
        publish_file(connection, SCENARIOS / f"{KEY}.yaml", SYSTEM, found.now)
    drafts.start_draft(found.database, KEY, 1, ADMINISTRATOR, found.now)
    yield found
    found.close()
    get_settings.cache_clear()


def text_of(town: Town, key: str = KEY, version: int = 2) -> str:
    """The text of a version as it is kept."""
    return drafts.draft_source(town.database, key, version, ADMINISTRATOR).source
