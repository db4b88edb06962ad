"""Traffic lights 红黄绿 of clocks on a day by query: the same as :mod:`rules.cases.clocks.lights`."""

from __future__ import annotations

from datetime import date, datetime

from models.cases.states import Light
from rules.clock.lights import day_of, instant_of

RED, YELLOW = 2, 1
_BY_RANK = {RED: Light.RED, YELLOW: Light.YELLOW}

#: Rank of a clock ``c`` at ``:now`` on ``:today``: overdue on either limit, or in its warning time.
RANK = (
    f"CASE WHEN c.due_on < :today OR c.statutory_due_on < :today THEN {RED}"
    f" WHEN c.yellow_at <= :now THEN {YELLOW} ELSE 0 END"
)
#: Rank of a project ``p``: of the worst of its clocks that are not stopped, from its own row.
OF_PROJECT = (
    f"CASE WHEN p.red_on <= :today THEN {RED} WHEN p.yellow_at <= :now THEN {YELLOW} ELSE 0 END"
)
#: Worst rank and next due day of the clocks of an item ``i`` in its current round.
OF_ITEM = (
    f"SELECT coalesce(max({RANK}), 0) AS rank, min(c.due_on) AS due_on,"  # noqa: S608
    " min(c.statutory_due_on) AS statutory_due_on"
    " FROM clock c WHERE c.project_id = i.project_id AND c.item = i.code AND c.round = i.round"
    " AND c.state <> 'stopped'"
)


def at(when: date | datetime) -> dict[str, date | datetime]:
    """What the queries ask with: the day, and the instant; of a day alone its end."""
    return {"today": day_of(when), "now": instant_of(when)}


def by_rank(rank: int) -> Light:
    """The light of a rank from one of the queries."""
    return _BY_RANK.get(rank, Light.GREEN)
