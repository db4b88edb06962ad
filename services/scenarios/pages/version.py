"""The page of one version of a scenario: everything that an administrator decides on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from models.clock.calendar import CalendarDay
from models.people.actor import Role
from models.scenarios.life import VersionState
from rules.scenarios.drawing import TooLargeToDraw
from services.clock.working_calendar import working_calendar
from services.people.accounts import with_role
from services.people.viewer import Viewer
from services.scenarios.drawing import svg
from services.scenarios.guides.guide_words import Words
from services.scenarios.overview import VersionPage, version_page
from services.scenarios.pages.text_view import finding_names
from services.scenarios.publication import second_approval_needed
from services.unit_of_work import Database

#: Weeks of the working calendar beside the choice of the first day.
WEEKS = 4


@dataclass(frozen=True)
class VersionDesk:
    """One version, for one viewer."""

    view: VersionPage
    viewer: Viewer
    second_approval: bool
    """Whether another administrator has to approve a publication."""
    drawing: str | None
    """``None`` where the text makes no scenario, or one too large to draw."""
    finding_names: Mapping[str, str]
    """What findings call by code or key, with its name."""
    approvers: int
    """How many administrators could approve a publication that the viewer asks for, or asked for."""
    weeks: tuple[tuple[CalendarDay, ...], ...]
    """The working calendar from the Monday of this week, where a first day is to be chosen."""

    @property
    def administers(self) -> bool:
        """Whether the viewer may take the version on."""
        return self.viewer.account.role is Role.ADMINISTRATOR

    @property
    def own_request(self) -> bool:
        """Whether the viewer asked for the publication."""
        return self.view.version.requested_by == self.viewer.account.login

    def words(self, condition: str) -> str:
        """A condition in words; as it is written where the text makes no scenario."""
        return self._guide.condition(condition) if self._guide else condition

    def source(self, source: str) -> str:
        """A source with what its mark means; as it is written where the text makes no scenario."""
        return self._guide.source(source) if self._guide else source

    @property
    def _guide(self) -> Words | None:
        scenario, viewer = self.view.definition, self.viewer
        return Words(scenario, viewer.translate, viewer.language) if scenario else None


def version_desk(database: Database, viewer: Viewer, key: str, version: int) -> VersionDesk:
    """The page of a version; refused to whoever may not look at scenarios."""
    view = version_page(database, key, version, viewer.actor, viewer.today)
    validated = view.version.state is VersionState.VALIDATED
    return VersionDesk(
        view=view,
        viewer=viewer,
        second_approval=second_approval_needed(),
        drawing=_drawing(view, viewer.language),
        finding_names=finding_names(view.definition, viewer),
        approvers=_approvers(database, viewer, view),
        weeks=_weeks(viewer.today) if validated else (),
    )


def _approvers(database: Database, viewer: Viewer, view: VersionPage) -> int:
    if view.version.state not in (VersionState.VALIDATED, VersionState.REQUESTED):
        return 0
    administrators = with_role(database, Role.ADMINISTRATOR)
    return sum(account.login != viewer.account.login for account in administrators)


def _drawing(view: VersionPage, language: str) -> str | None:
    if view.definition is None:
        return None
    try:
        return svg(view.definition, language, lambda code: f"#item-{code}", inline=True)
    except TooLargeToDraw:
        return None


def _weeks(today: date) -> tuple[tuple[CalendarDay, ...], ...]:
    calendar = working_calendar()
    monday = today - timedelta(days=today.weekday())
    days = [calendar.day(monday + timedelta(days=n)) for n in range(7 * WEEKS)]
    return tuple(tuple(days[start : start + 7]) for start in range(0, len(days), 7))
