"""How a project stands against its scenario's promise: counted working days along its critical path.

Counted are the days on which a limit to decide ran on a counted item; what ran side by side counts
once, the applicant's time, special procedures and construction not at all (R11).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from models.clock import Span
from models.facts import ProjectFacts
from models.states import ClockKind
from rules.calendar import WorkingCalendar
from rules.clock import (
    Path,
    counted_spans,
    counted_working_days,
    longest_path,
    project_clock,
    union,
)
from rules.context import Policy
from rules.timers import terms


def counted_path(
    facts: ProjectFacts, calendar: WorkingCalendar, today: date, policy: Policy | None = None
) -> Path[str]:
    """The chain of items whose examination took longest, all rounds of each, and its working days.

    ``facts`` must hold the stopped clocks too (``load(..., history=True)``).
    """
    spans = item_spans(facts, calendar, today, policy)
    days = {
        code: counted_working_days(union(found, today), calendar, today)
        for code, found in spans.items()
    }
    before = {item.code: item.after for item in facts.scenario.items}
    path = longest_path(days, before)
    # A later round may fall on the days of what was built on the earlier one: each day once.
    together = (span for code in path.items for span in spans[code])
    return Path(counted_working_days(together, calendar, today), path.items)


def stage_days(
    facts: ProjectFacts, calendar: WorkingCalendar, today: date, policy: Policy | None = None
) -> Mapping[str, int]:
    """Working days counted in each stage: the union of its items' days, side by side once (R11)."""
    found: dict[str, list[Span]] = {stage: [] for stage in facts.stages}
    for code, spans in item_spans(facts, calendar, today, policy).items():
        found[facts.items[code].stage] += spans
    return {stage: counted_working_days(spans, calendar, today) for stage, spans in found.items()}


def item_spans(
    facts: ProjectFacts, calendar: WorkingCalendar, today: date, policy: Policy | None = None
) -> Mapping[str, list[Span]]:
    """When the limit to decide each counted item ran, in every round, without what is not counted."""
    chosen = (policy or Policy()).clock
    spans: dict[str, list[Span]] = {code: [] for code in facts.items}
    for clock in facts.clocks.values():
        definition = facts.definition(clock.item)
        # A part runs inside the days of the whole.
        if clock.kind is ClockKind.DECISION and definition.counted and not definition.part_of:
            view = project_clock(terms(clock), clock.history, calendar, chosen)
            spans[clock.item] += counted_spans(view, today)
    return spans
