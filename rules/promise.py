"""How a project stands against its scenario's promise: counted working days along its critical path.

Counted are the days on which a limit to decide ran on a counted item; what ran side by side counts
once, the applicant's time, special procedures and construction not at all (R11).
"""

from __future__ import annotations

from datetime import date

from models.clock import Span
from models.facts import ProjectFacts
from models.states import ClockKind
from rules.calendar import WorkingCalendar
from rules.clock import counted_critical_path, counted_spans, project_clock
from rules.clock.spans import Path
from rules.context import Policy
from rules.timers import terms


def counted_path(
    facts: ProjectFacts, calendar: WorkingCalendar, today: date, policy: Policy | None = None
) -> Path[str]:
    """The items whose examination made the project last, and the working days they took.

    ``facts`` must hold the stopped clocks too (``load(..., history=True)``).
    """
    chosen = (policy or Policy()).clock
    spans: dict[str, list[Span]] = {code: [] for code in facts.items}
    for clock in facts.clocks.values():
        if clock.kind is ClockKind.DECISION and facts.definition(clock.item).counted:
            view = project_clock(terms(clock), clock.history, calendar, chosen)
            spans[clock.item] += counted_spans(view, today)
    before = {item.code: item.after for item in facts.scenario.items}
    return counted_critical_path(spans, before, calendar, today)
