"""What applying today leads to, and what a day later costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from models.cases.facts import ProjectFacts
from models.scenarios.definition import ItemDefinition
from rules.cases.context import Context
from rules.cases.path import project_path
from rules.cases.timers import limit_of
from rules.clock import deadline


@dataclass(frozen=True, slots=True)
class Filing:
    """The days that follow from applying on one day, at the earliest: no promise but the first."""

    on: date
    decided_on: date
    """The last day of the promised limit, where it is accepted on that day."""
    ends_on: date | None
    """The earliest end of the whole project."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Applying today beside applying on the next working day."""

    today: Filing
    next_day: Filing
    make_up_by: date
    """The last day for what follows later, if it is decided on the day above."""
    provisional: bool
    """Whether a calendar that is not published yet may move these days."""

    @property
    def holds_up(self) -> bool:
        """Whether a day later here is a day later at the end."""
        return self.today.ends_on != self.next_day.ends_on


def effect(facts: ProjectFacts, item: str, context: Context) -> Effect:
    """What follows from applying for an item today, and on the next working day."""
    calendar, definition = context.calendar, facts.definition(item)
    first = calendar.next_working_day(context.today)
    next_day = calendar.next_working_day(first + timedelta(days=1))
    today, later = (_filing(facts, definition, on, context) for on in (first, next_day))
    make_up_by = deadline(calendar, today.decided_on, context.policy.make_up)
    last = max(filter(None, (today.ends_on, make_up_by, later.decided_on)))
    provisional = calendar.is_provisional(context.today, last)
    return Effect(today, later, make_up_by, provisional)


def _filing(facts: ProjectFacts, definition: ItemDefinition, on: date, context: Context) -> Filing:
    path = project_path(facts, context, {definition.code: on})
    point = path.points.get(definition.code)
    limit = limit_of(definition.promised or definition.statutory)
    alone = deadline(context.calendar, on, limit) if limit else on
    return Filing(on, point.on if point else alone, path.ends_on)
