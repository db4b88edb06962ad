"""The day loop of a rehearsal: deadlines at midnight, then the acts of people and of the machine.

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
from models.cases.commands import ProjectCommand
from models.cases.facts import ProjectFacts
from models.cases.states import ProjectState
from models.errors import Unavailable
from models.people.actor import Actor
from rules.cases.context import ZONE
from services.cases.acts import execute
from services.cases.registration import RegisterProject, register_project
from services.cases.watch import deadlines
from services.clock.working_calendar import working_calendar
from services.ledger.store import load
from services.timing import write_clock_file
from services.unit_of_work import Database

T = TypeVar("T")

#: How long a database that was killed may take to come back, on a busy machine.
PATIENCE_SECONDS = 240.0
#: People act in the morning, one after the other.
MORNING = clock_time(9, 0)


class Machine(Protocol):
    """The machine's part of the projects: lifecycle flow or direct calls."""

    def settle(self, moment: datetime) -> None:
        """Return when the machine has done everything that is due at ``moment``."""


class Hands(Protocol):
    """How what people do reaches the system; the same ``key`` twice is one act."""

    def register(
        self, request: RegisterProject, actor: Actor, moment: datetime, *, key: str
    ) -> None:
        """Register a project."""

    def act(
        self, project: str, command: ProjectCommand, actor: Actor, moment: datetime, *, key: str
    ) -> None:
        """Do one act in a project."""


class Services:
    """Acts go straight to the services, as a click in the portal does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(
        self, request: RegisterProject, actor: Actor, moment: datetime, *, key: str
    ) -> None:
        """Register a project."""
        register_project(self._database, request, actor, moment, key=key)

    def act(
        self, project: str, command: ProjectCommand, actor: Actor, moment: datetime, *, key: str
    ) -> None:
        """Do one act in a project."""
        execute(self._database, project, command, actor, moment, key=key)


class Watcher(Protocol):
    """Progress observer."""

    def day(self, today: date, projects: Sequence[ProjectFacts]) -> None:
        """Called at the end of a day with the facts of the projects."""

    def act(self, today: date, project: str, step: Step) -> None:
        """Called after an act."""


@dataclass
class Rehearsal:
    """A number of projects, from filing to the handing over of keys."""

    database: Database
    cast: Cast
    machine: Machine
    watcher: Watcher
    clock_file: Path | None = None
    run: str = "demo"
    """Name of this run: part of every key."""
    hands: Hands | None = None
    """How its people act; ``None``: through the services."""
    _projects: dict[str, Story] = field(default_factory=dict)

    def play(self, stories: Sequence[Story], *, until: date | None = None) -> None:
        """Play every story to its end, or up to a day; each begins on its own first day."""
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

    @property
    def _hands(self) -> Hands:
        return self.hands or Services(self.database)

    # --- a day ------------------------------------------------------------------------------

    def _live_a_day(self, today: date) -> list[ProjectFacts]:
        """Run the deadline watch, then the acts of people until none is due today."""
        moment = self._moment(today)
        self._insist(lambda: deadlines.watch(self.database, moment))
        self.machine.settle(moment)
        while True:
            facts = self._facts()
            acted = [self._act(project, today, number) for number, project in enumerate(facts)]
            self.machine.settle(moment)
            if not any(acted):
                return self._facts()

    def _act(self, facts: ProjectFacts, today: date, number: int) -> bool:
        """Do the acts of one project that are due today and need nobody else's first."""
        people = self._people(facts)
        acted = False
        while facts.state is ProjectState.ACTIVE:
            due = [step for step in self._steps(people, facts) if step.on <= today]
            if not due:
                break
            self._do(facts, due[0], today, number)
            self.watcher.act(today, facts.code, due[0])
            acted = True
            facts = self._load(facts.code)
        return acted

    def _steps(self, people: People, facts: ProjectFacts) -> list[Step]:
        """What people do next; the papers that they hand in are kept as they are made."""
        return self._insist(lambda: people.steps(facts))

    def _do(self, facts: ProjectFacts, step: Step, today: date, number: int) -> None:
        for position, command in enumerate(step.commands):
            key = f"{self.run}/{facts.version}/{position}/{command.act}"
            moment = self._moment(today, minutes=number)
            self._insist(
                lambda command=command, key=key, moment=moment: self._hands.act(  # type: ignore[misc]
                    facts.code, command, step.actor, moment, key=key
                )
            )

    def _register(self, story: Story, today: date) -> None:
        request = RegisterProject(
            code=story.code,
            title=story.title,
            enterprise=story.enterprise,
            enterprise_name=story.enterprise_name,
            scenario=story.scenario,
            attributes=story.particulars,
            steward=self.cast.steward(story.seed).login,
        )
        actor = self.cast.applicant(story.enterprise)
        key = f"{self.run}/register"
        moment = self._moment(today)
        self._insist(lambda: self._hands.register(request, actor, moment, key=key))
        self._projects[story.code] = story

    # --- the calendar -----------------------------------------------------------------------

    def _next_day(self, today: date, waiting: Sequence[Story]) -> date | None:
        """The next day on which somebody comes to act, a clock runs out or a story begins."""
        days = [story.begins for story in waiting[:1]]
        for facts in self._facts():
            if facts.state is ProjectState.ACTIVE:
                days += [step.on for step in self._steps(self._people(facts), facts)]
        days += self._insist(lambda: self._days_of_clocks(today))
        return min((max(day, today + timedelta(days=1)) for day in days), default=None)

    def _days_of_clocks(self, today: date) -> list[date]:
        with self.database.reading() as connection:
            rung, held, *last = connection.execute(_NEXT_CLOCK, {"today": today}).one()
        after = [day + timedelta(days=1) for day in last if day is not None]
        return [*after, *(day for day in (rung, held) if day is not None)]

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
        """Call ``act``, again while PostgreSQL is unreachable; acts are idempotent by their keys."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return act()
            except (Unavailable, DBAPIError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)


_NEXT_CLOCK = text(
    "SELECT (SELECT min((next_rung_at AT TIME ZONE 'Asia/Shanghai')::date) FROM clock WHERE next_rung_at IS NOT NULL),"
    # The last day to deliver what is held back: then it is issued.
    " (SELECT min(c.due_on) FROM clock c JOIN item i ON i.project_id = c.project_id"
    " AND i.code = c.item AND i.round = c.round AND NOT i.document_issued"
    " WHERE c.state = 'running' AND c.kind = 'delivery'),"
    # Last days after which something follows.
    " (SELECT min(due_on) FROM clock WHERE state = 'running'"
    " AND kind IN ('correction_window', 'make_up', 'consultation')),"
    # While something may be objected to, a project is not closed.
    " (SELECT min(v.appeal_until) FROM voiding v JOIN project p ON p.id = v.project_id"
    " WHERE p.state = 'active' AND v.state = 'standing' AND v.appeal_until >= :today)"
)
