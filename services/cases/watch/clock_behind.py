"""Whether the machine's clock stands behind the log: somebody set it back, or it was set back by itself.

Acts of people are taken and stamped (``clock_behind`` of their first event). What time does by itself
pauses until the clock has passed the newest event: a last day would be counted twice, or too early.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from services.ledger.store import SKEW


def ahead_of(connection: Connection, now: datetime) -> datetime | None:
    """The moment of the newest event, where ``now`` is behind it; ``None`` normally."""
    newest: datetime | None = connection.execute(_NEWEST).scalar_one()
    return newest if newest is not None and now < newest - SKEW else None


#: By the key of the log, a few events for each open project: moments have no index.
_NEWEST = text(
    "SELECT max(e.at) FROM project p JOIN case_event e ON e.project_id = p.id"
    " AND e.seq > p.event_count - 20 AND e.seq <= p.event_count WHERE p.state = 'active'"
)
