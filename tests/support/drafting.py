"""A town whose administrator writes on the second version of a shipped scenario."""

from __future__ import annotations

from config.scenario_files import SCENARIOS
from models.people.actor import SYSTEM
from services.scenarios import drafts
from services.scenarios.scenario_files import publish_file
from tests.support.people import ADMINISTRATOR
from tests.support.portal import Town

KEY = "industrial-simple"
EDIT = f"/scenarios/{KEY}/2/edit"


def publish_industrial(town: Town) -> None:
    """Version 1 of the shipped scenario is in force."""
    with town.database.transaction() as connection:
        publish_file(connection, SCENARIOS / f"{KEY}.yaml", SYSTEM, town.now)


def start_drafting(town: Town) -> None:
    """Version 1 is published, version 2 a draft that says the same."""
    publish_industrial(town)
    drafts.start_draft(town.database, KEY, 1, ADMINISTRATOR, town.now)


def text_of(town: Town, key: str = KEY, version: int = 2) -> str:
    """The text of a version as it is kept."""
    return drafts.draft_source(town.database, key, version, ADMINISTRATOR).source
