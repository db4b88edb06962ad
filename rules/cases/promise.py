"""How a project stands against its scenario's promise: counted working days along its critical path.

Counted are the days on which a limit to decide ran on a counted item; what ran side by side counts
once, the applicant's time, special procedures and construction not at all (R11).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from models.cases.clock import ClockFacts
from models.cases.facts import ProjectFacts
from models.cases.states import ClockKind
from models.clock.values import Span
from rules.clock import (
    Path,
    counted_working_days,
    longest_path,
    spans_run,
    union,
)
from rules.clock.calendar import WorkingCalendar
from rules.installation.policy import Policy


def counted_path(
    facts: ProjectFacts, calendar: WorkingCalendar, today: date, policy: Policy
) -> Path[str]:
    """The chain of items whose examination took longest, all rounds of each, and its working days.

    ``facts`` must hold the stopped clocks too (``load(..., history=True)``).
    """
    spans = item_spans(facts, today, policy)
    days = {
        code: counted_working_days(union(counted, today), calendar, today)
        for code, counted in spans.items()
    }
    before = {item.code: item.after for item in facts.scenario.items}
    path = longest_path(days, before)
    # A later round may fall on the days of what was built on the earlier one: each day once.
    together = (span for code in path.items for span in spans[code])
    return Path(counted_working_days(together, calendar, today), path.items)


def stage_days(
    facts: ProjectFacts, calendar: WorkingCalendar, today: date, policy: Policy
) -> Mapping[str, int]:
    """Working days counted in each stage: the union of its items' days, side by side once (R11)."""
    by_stage: dict[str, list[Span]] = {stage: [] for stage in facts.stages}
    for code, spans in item_spans(facts, today, policy).items():
        by_stage[facts.items[code].stage] += spans
    return {
        stage: counted_working_days(spans, calendar, today) for stage, spans in by_stage.items()
    }


def item_spans(facts: ProjectFacts, today: date, policy: Policy) -> Mapping[str, list[Span]]:
    """When the limit to decide each counted item ran, in every round, without what is not counted."""
    spans: dict[str, list[Span]] = {code: [] for code in facts.items}
    for clock in facts.clocks.values():
        definition = facts.scenario.item.get(clock.item)
        if definition is None or clock.kind != ClockKind.DECISION:
            continue
        # A part runs inside the days of the whole.
        if definition.counted and not definition.part_of:
            spans[clock.item] += ran(clock, today, policy)
    return spans


def ran(clock: ClockFacts, until: date, policy: Policy) -> tuple[Span, ...]:
    """When a clock ran, without what is not counted."""
    return spans_run(clock.history, policy.clock, until)
