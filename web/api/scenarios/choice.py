"""Which scenario a request is about: the text of one, or a version of one that is kept here."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from models.errors import InvalidInput
from models.scenarios.definition import Key, ScenarioDefinition
from rules.scenarios.reading.yaml_source import MAX_BYTES
from services.scenarios import published as scenarios
from services.scenarios.findings import sound_version
from services.scenarios.installation_check import installation
from services.scenarios.scenario_files import publishable, read_text


class ScenarioChoice(BaseModel):
    """The text of a scenario, or a version of one."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[
        str | None, Field(max_length=MAX_BYTES, description="A scenario as YAML text.")
    ] = None
    scenario: Annotated[Key | None, Field(description="Key of a scenario, without source.")] = None
    version: Annotated[
        int | None, Field(ge=1, le=100_000, description="Default: the newest published one.")
    ] = None


def chosen_definition(connection: Connection, choice: ScenarioChoice) -> ScenarioDefinition:
    """The sound scenario that a request names.

    Raises :class:`services.scenarios.scenario_files.NotPublishable` for a text or draft with errors.
    """
    if choice.source is not None:
        return publishable(read_text(choice.source, installation()), "source")
    key, version = _named(choice)
    if version is None:
        return scenarios.newest(connection, key)[1]
    return sound_version(connection, key, version)


def chosen_text(connection: Connection, choice: ScenarioChoice) -> str:
    """The text that a request is about, whatever is in it."""
    if choice.source is not None:
        return choice.source
    key, version = _named(choice)
    if version is None:
        return scenarios.source_of(connection, scenarios.newest(connection, key)[0])
    return scenarios.source_of(connection, scenarios.version_of(connection, key, version).id)


def _named(choice: ScenarioChoice) -> tuple[str, int | None]:
    if choice.scenario is None:
        remedy = "Give the text of a scenario as source, or the key of one as scenario."
        raise InvalidInput(field="source", value="—", remedy=remedy)
    return choice.scenario, choice.version
