"""What waits for an officer 待办, as a ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from rules.clock.lights import instant_of
from services.cases.ledgers.places import OF_PLACE
from services.cases.views.inbox import inbox_in
from services.cases.views.lists.waiting import Among
from services.ledgers.names_search import NAMED, named
from services.ledgers.question import Question
from services.ledgers.source import Lines


class InboxLines:
    """Somebody's own inbox; empty for whoever has none."""

    def page(self, connection: Connection, asked: Question, *, counted: bool = True) -> Lines:
        """A page of what waits for the reader."""
        when = asked.when
        now = when if isinstance(when, datetime) else instant_of(when)
        listed = inbox_in(
            connection,
            asked.viewer,
            now,
            after=asked.after,
            among=_among(asked),
            page_size=asked.limit,
            counted=counted,
        )
        return Lines(listed.rows, listed.next, listed.total)


def _among(asked: Question) -> Among:
    conditions: list[str] = []
    values: dict[str, object] = {}
    if (words := asked.filters.get("text")) is not None:
        conditions.append(NAMED)
        values |= named(words)
    if (place := asked.filters.get("place")) is not None:
        conditions.append(OF_PLACE.format(value=":place"))
        values["place"] = place
    if (scenario := asked.filters.get("scenario")) is not None:
        conditions.append(_OF_SCENARIO)
        values["scenario"] = scenario
    return Among(" AND ".join(conditions), values)


_OF_SCENARIO = "p.scenario_id IN (SELECT v.id FROM scenario_version v WHERE v.key = :scenario)"
