"""Traffic lights 红黄绿 of clocks on a day: derived by query or from a row, never stored."""

from __future__ import annotations

from datetime import date

from models.facts import ClockFacts
from models.states import ClockState, Light

RED, YELLOW = 2, 1
_BY_RANK = {RED: Light.RED, YELLOW: Light.YELLOW}

#: Rank of a clock ``c`` on ``:today``: overdue on either limit, or in its warning time.
RANK = (
    f"CASE WHEN c.due_on < :today OR c.statutory_due_on < :today THEN {RED}"
    f" WHEN c.yellow_on <= :today THEN {YELLOW} ELSE 0 END"
)
#: Worst rank and next due day of the clocks of a project ``p`` that are not stopped.
OF_PROJECT = (
    f"SELECT coalesce(max({RANK}), 0) AS rank, min(c.due_on) AS due_on"  # noqa: S608
    " FROM clock c WHERE c.project_id = p.id AND c.state <> 'stopped'"
)
#: The same of an item ``i`` in its current round.
OF_ITEM = (
    f"SELECT coalesce(max({RANK}), 0) AS rank, min(c.due_on) AS due_on,"  # noqa: S608
    " min(c.statutory_due_on) AS statutory_due_on"
    " FROM clock c WHERE c.project_id = i.project_id AND c.item = i.code AND c.round = i.round"
    " AND c.state <> 'stopped'"
)


def by_rank(rank: int) -> Light:
    """The light of a rank from one of the queries."""
    return _BY_RANK.get(rank, Light.GREEN)


def light_of(clock: ClockFacts, today: date) -> Light:
    """The light of one clock; one that is stopped is red when it stopped too late."""
    if clock.state is ClockState.STOPPED:
        due = (clock.due_on, clock.statutory_due_on)
        late = clock.stopped_on and any(d is not None and d < clock.stopped_on for d in due)
        return Light.RED if late else Light.GREEN
    if any(d is not None and d < today for d in (clock.due_on, clock.statutory_due_on)):
        return Light.RED
    if clock.yellow_on is not None and clock.yellow_on <= today:
        return Light.YELLOW
    return Light.GREEN


def worst(lights: tuple[Light, ...] | list[Light]) -> Light:
    """The worst of several lights; green when there is none."""
    for light in (Light.RED, Light.YELLOW):
        if light in lights:
            return light
    return Light.GREEN
