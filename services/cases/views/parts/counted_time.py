"""The authorities' time in a project so far."""

from __future__ import annotations

from collections.abc import Iterable

from models.cases.clock import CLOCKS, ClockFacts
from models.cases.facts import ProjectFacts
from rules.cases.context import Context
from rules.cases.promise import counted_path, stage_days
from services.cases.views.values.project_records import CountedTime


def counted_time(
    facts: ProjectFacts, clocks: Iterable[ClockFacts], context: Context
) -> CountedTime:
    """The authorities' time, of ``clocks`` that run and of those that stopped."""
    whole = facts.having({CLOCKS: {clock.key: clock for clock in clocks}})
    calendar, today, policy = context.calendar, context.today, context.policy
    path = counted_path(whole, calendar, today, policy)
    promise = facts.scenario.promise
    return CountedTime(
        days=path.days,
        promised=promise.days if promise else None,
        path=path.items,
        stages=stage_days(whole, calendar, today, policy),
    )
