"""The rehearsal itself: days go by, people act, time acts, the machine does its part.

The calendar is simulated; everything else is real. Days on which nothing can happen are skipped.
Each act carries a key of its own, so that one whose answer was lost is done once when it is sent
again: whatever is killed meanwhile, the story ends the same way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from deployments.demo.cast import Cast
from deployments.demo.people import People
from deployments.demo.steps import Step
from deployments.demo.stories import Story
from models.errors import Unavailable
from models.facts import ProjectFacts
from models.states import ProjectState
from rules.context import ZONE
from services.acts import perform
from services.registration import RegisterProject, register_project
from services.store import load
from services.timing import write_clock_file
from services.unit_of_work import Database
from services.watch import deadlines
from services.working_calendar import working_calendar

T = TypeVar("T")

#: How long a database that was killed may take to come back.
PATIENCE_SECONDS = 90.0
#: People act in the morning, one after the other.
MORNING = clock_time(9, 0)


class Machine(Protocol):
    """Whoever does the machine's part of the projects."""

    def settle(self, moment: datetime) -> None:
        """Return when the machine has seen and done everything there is to do at ``moment``."""


class Watcher(Protocol):
    """Whoever looks on."""

    def day(self, today: date, projects: Sequence[ProjectFacts]) -> None:
        """A day is over, and this is how the projects stand."""

    def act(self, today: date, project: str, step: Step) -> None:
        """Somebody did something."""


@dataclass
class Rehearsal:
    """A number of projects from filing to keys."""

    database: Database
    cast: Cast
    machine: Machine
    watcher: Watcher
    clock_file: Path | None = None
    run: str = "demo"
    """Name of this run: part of every key."""
    _projects: dict[str, Story] = field(default_factory=dict)

    def play(self, stories: Sequence[Story], *, until: date | None = None) -> None:
        """Play every story to its end, or to a day; each begins on its own first day."""
        waiting = sorted(stories, key=lambda story: story.begins)
        today = waiting[0].begins if waiting else date.max
        while until is None or today <= until:
            self._set_clock(today)
            while waiting and waiting[0].begins <= today:
                self._register(waiting.pop(0), today)
            facts = self._live_a_day(today)
            self.watcher.day(today, facts)
            following = self._next_day(today, waiting)
            if following is None:
                return
            today = following

    # --- a day ------------------------------------------------------------------------------

    def _live_a_day(self, today: date) -> list[ProjectFacts]:
        """Time acts at midnight, then people until nobody has anything to do today."""
        moment = self._moment(today)
        self._insist(lambda: deadlines.watch(self.database, moment))
        self.machine.settle(moment)
        while True:
            facts = self._facts()
            acted = [self._act(one, today, number) for number, one in enumerate(facts)]
            self.machine.settle(moment)
            if not any(acted):
                return self._facts()

    def _act(self, facts: ProjectFacts, today: date, number: int) -> bool:
        """Everything that people do in one project today without anybody else's help."""
        people = self._people(facts)
        acted = False
        while facts.state is ProjectState.ACTIVE:
            due = [step for step in people.steps(facts) if step.on <= today]
            if not due:
                break
            self._do(facts, due[0], today, number)
            self.watcher.act(today, facts.code, due[0])
            acted = True
            facts = self._load(facts.code)
        return acted

    def _do(self, facts: ProjectFacts, step: Step, today: date, number: int) -> None:
        for position, command in enumerate(step.commands):
            key = f"{self.run}/{facts.version}/{position}/{command.act}"
            moment = self._moment(today, minutes=number)
            self._insist(
                lambda command=command, key=key, moment=moment: perform(  # type: ignore[misc]
                    self.database, facts.code, command, step.actor, moment, key=key
                )
            )

    def _register(self, story: Story, today: date) -> None:
        request = RegisterProject(
            code=story.code,
            title=story.title,
            enterprise=story.enterprise,
            enterprise_name=story.enterprise_name,
            scenario=story.scenario,
            attributes=dict(story.attributes),
            steward=self.cast.steward(story.seed).login,
        )
        actor = self.cast.applicant(story.enterprise)
        key = f"{self.run}/register"
        moment = self._moment(today)
        self._insist(lambda: register_project(self.database, request, actor, moment, key=key))
        self._projects[story.code] = story

    # --- the calendar -----------------------------------------------------------------------

    def _next_day(self, today: date, waiting: Sequence[Story]) -> date | None:
        """The next day on which somebody comes to act, a clock runs out or a story begins."""
        days = [story.begins for story in waiting[:1]]
        for facts in self._facts():
            if facts.state is ProjectState.ACTIVE:
                days += [step.on for step in self._people(facts).steps(facts)]
        days += self._insist(self._days_of_clocks)
        return min((max(day, today + timedelta(days=1)) for day in days), default=None)

    def _days_of_clocks(self) -> list[date]:
        with self.database.reading() as connection:
            row = connection.execute(_NEXT_CLOCK).one()
        rung, end, held = row
        after = end + timedelta(days=1) if end else None
        return [day for day in (rung, after, held) if day is not None]

    def _set_clock(self, today: date) -> None:
        if self.clock_file is not None:
            write_clock_file(self.clock_file, self._moment(today))

    @staticmethod
    def _moment(today: date, minutes: int = 0) -> datetime:
        morning = datetime.combine(today, MORNING, ZONE) + timedelta(minutes=minutes)
        return morning.astimezone(UTC)

    # --- the database -----------------------------------------------------------------------

    def _people(self, facts: ProjectFacts) -> People:
        return People(self._projects[facts.code], self.cast, working_calendar())

    def _facts(self) -> list[ProjectFacts]:
        return [self._load(code) for code in self._projects]

    def _load(self, code: str) -> ProjectFacts:
        def read() -> ProjectFacts:
            with self.database.reading() as connection:
                return load(connection, code).facts

        return self._insist(read)

    @staticmethod
    def _insist(act: Callable[[], T]) -> T:
        """Do it, again while PostgreSQL is away; an act that was done is not done twice."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return act()
            except (Unavailable, DBAPIError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)


_NEXT_CLOCK = text(
    "SELECT (SELECT min(next_rung_on) FROM clock WHERE next_rung_on IS NOT NULL),"
    " (SELECT min(due_on) FROM clock WHERE state = 'running'"
    " AND kind IN ('correction_window', 'make_up', 'consultation')),"
    # The last day to deliver what is held back: then it is issued.
    " (SELECT min(c.due_on) FROM clock c JOIN item i ON i.project_id = c.project_id"
    " AND i.code = c.item AND i.round = c.round AND NOT i.document_issued"
    " WHERE c.state = 'running' AND c.kind = 'delivery')"
)
