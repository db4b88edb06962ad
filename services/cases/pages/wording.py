"""What a page about a project calls things: names, sources, conditions and refusals in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from models.cases.facts import ProjectFacts
from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition, Text
from models.values import AttributeValue
from services.cases.views.parts.people import done_for
from services.cases.views.timeline import sentence
from services.cases.views.values.project_records import EventRow
from services.people.viewer import Viewer
from services.scenarios.guides.guide_words import Words
from services.wording.attribute_words import attribute_value
from services.wording.capacity_words import capacity_words
from services.wording.names import left_out, names_of
from services.wording.refusal_words import plain


@dataclass(frozen=True)
class ProjectWords:
    """The words of one project for one viewer."""

    facts: ProjectFacts
    viewer: Viewer

    def refusal(self, error: KaigongError) -> str:
        """A refusal, with the names of what it tells by code."""
        return plain(error, self.viewer.translate, self._names)

    def left_out(self, reason: str) -> tuple[Text, ...]:
        """The papers that the reason of an automatic voiding names."""
        return left_out(self._scenario, reason)

    def source(self, basis: str) -> str:
        """An article or document, with what its mark means."""
        return self._guide.source(basis)

    def condition(self, condition: str) -> str:
        """A condition of the scenario."""
        return self._guide.condition(condition)

    def value(self, value: AttributeValue) -> str:
        """What was said of the project about one particular."""
        return attribute_value(value, self.viewer.translate)

    def event(self, event: EventRow, people: Mapping[str, str]) -> str:
        """What happened; ``people`` are names by login."""
        viewer = self.viewer
        return sentence(event, self.facts, viewer.language, viewer.translate, people)

    def acting(self, event: EventRow, people: Mapping[str, str]) -> str | None:
        """In which capacity somebody did it, where not by their account."""
        login = done_for(event.data)
        return capacity_words(
            event.data.get("acting") or {},
            people.get(login, login) if login else None,
            self.viewer.translate,
        )

    @property
    def _scenario(self) -> ScenarioDefinition:
        return self.facts.scenario

    @cached_property
    def _guide(self) -> Words:
        return Words(self._scenario, self.viewer.translate, self.viewer.language)

    @cached_property
    def _names(self) -> Mapping[str, Text]:
        return names_of(self._scenario)
