"""Milestones are facts with a plausible day: not ahead, not before there was anything to build on.

How far back a day is believed, and from when on it is asked back, is the district's choice [D].
"""

from __future__ import annotations

import re
from datetime import date

from models.cases.facts import ProjectFacts
from models.clock.values import Limit, Unit
from models.errors import KaigongError
from models.scenarios.item import ItemDefinition, WorksEvent
from rules.cases.context import Context
from rules.cases.draft import Draft

#: A project code of the provincial platform begins with year and month: ``2611-…``.
_YEAR = re.compile(r"^(\d{2})(0[1-9]|1[0-2])-")
_CENTURY = 2000
_MONTHS = 12


class DateInFuture(KaigongError):
    template = "happened_on: {value} is after today ({today}); record it when it has happened."
    field = "happened_on"


class DateTooEarly(KaigongError):
    template = (
        "happened_on: {value} is before {earliest}, too early for this project; check the year."
    )
    field = "happened_on"


class DateLongAgo(KaigongError):
    template = "happened_on: {value} is long ago (before {asked_before}). If the day is right, say so (long_ago) and send it again."
    field = "happened_on"


class StartedTooEarly(KaigongError):
    template = "happened_on: the works may not begin before {before}, which there is since {decided_on}; {value} is earlier. Give the day on which they lawfully began; work without it is stopped (Construction Law arts. 7, 64)."
    field = "happened_on"


def check_day(facts: ProjectFacts, on: date, context: Context, *, long_ago: bool) -> None:
    """Refuse a day on which a milestone of the project cannot have happened; ask back about one that is
    long ago, unless it was confirmed.
    """
    today = context.today
    if on > today:
        raise DateInFuture(value=on.isoformat(), today=today.isoformat())
    earliest = earliest_day(facts, context)
    if on < earliest:
        raise DateTooEarly(value=on.isoformat(), earliest=earliest.isoformat())
    asked_before = _before(today, context.policy.milestone_asked_after)
    if on < asked_before and not long_ago:
        raise DateLongAgo(value=on.isoformat(), asked_before=asked_before.isoformat())


def earliest_day(facts: ProjectFacts, context: Context) -> date:
    """The first day that is believed: so many years before that of the project's code [D], and in no
    case in the last century.
    """
    coded = _YEAR.match(facts.code)
    registered = facts.registered_on or context.today
    year = _CENTURY + int(coded[1]) if coded is not None else registered.year
    return date(max(year - context.policy.milestone_years_back, _CENTURY), 1, 1)


def _before(day: date, length: Limit) -> date:
    """The day so long before another one; at the end of a shorter month its last day."""
    if length.unit is not Unit.MONTH:
        return date.fromordinal(day.toordinal() - length.length)
    months = day.year * _MONTHS + day.month - 1 - length.length
    year, month = divmod(months, _MONTHS)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)


def check_lawful_start(draft: Draft, definition: ItemDefinition, on: date) -> None:
    """Works begin once everything is there that has to be there before: not on a day before that."""
    if definition.works is not WorksEvent.COMMENCEMENT:
        return
    for code in definition.after:
        decided_on = draft.items[code].decided_on
        if decided_on is not None and on < decided_on:
            raise StartedTooEarly(
                item=definition.code,
                value=on.isoformat(),
                before=code,
                decided_on=decided_on.isoformat(),
            )
