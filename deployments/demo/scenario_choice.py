"""Which scenario a demonstration plays: a shipped one by its key, or a file of an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from config.scenario_files import scenario_paths
from deployments.demo.stories import Story, own_stories, stories
from models.errors import KaigongError
from models.people.actor import SYSTEM
from models.scenarios.definition import ScenarioDefinition
from rules.cases.context import ZONE
from services.scenarios.published import effective
from services.scenarios.scenario_files import publish_file, publish_shipped, sound_file


class NothingToPlay(KaigongError):
    template = "scenario: {value} is neither a scenario file nor the key of a shipped scenario; give the path of a file or one of these: {known}."
    field = "scenario"


@dataclass(frozen=True, slots=True)
class Choice:
    """A scenario that can be played."""

    definition: ScenarioDefinition
    file: Path | None = None
    """Where it stands; ``None``: it is shipped."""

    def stories(self, count: int, seed: int) -> tuple[Story, ...]:
        """What happens in ``count`` projects of it."""
        if self.file is None:
            return stories(self.definition.key, count, seed)
        return own_stories(self.definition, count, seed)

    def publish(self, connection: Connection, now: datetime) -> ScenarioDefinition:
        """Publish everything there is, and this before the shipped version of its number."""
        if self.file is not None:
            publish_file(connection, self.file, SYSTEM, now)
        publish_shipped(connection, SYSTEM, now)
        return effective(connection, self.definition.key, now.astimezone(ZONE).date())[1]


def chosen(name: str) -> Choice:
    """The scenario that a person named; a file goes before a key.

    Raises :class:`NothingToPlay`, and ``NotPublishable`` with the first error of a file.
    """
    path = Path(name)
    if path.is_file():
        return Choice(sound_file(path)[0], path)
    shipped = {file.stem: file for file in scenario_paths()}
    if name not in shipped:
        raise NothingToPlay(value=name, known=list(shipped))
    return Choice(sound_file(shipped[name])[0])
