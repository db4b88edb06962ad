"""Whether what waits for departments is what waits for them by the facts, which the log tells."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from models.cases.duty import DUTIES
from rules.cases.duties import duties
from rules.cases.replay import Difference
from services.ledger.rows import arrays
from services.ledger.store import StoredProject


def duty_differences(connection: Connection, stored: StoredProject) -> Iterator[Difference]:
    """The duties of a project that are not those of its facts."""
    rows = connection.execute(_DUTIES, {"id": stored.facts.id}).scalar_one() or ()
    shown = {duty.key: duty for duty in map(DUTIES.codec.read_row, rows)}
    follow = duties(stored.facts, stored.facts.items)
    for key in sorted(shown.keys() | follow.keys()):
        row, log = shown.get(key), follow.get(key)
        if row != log:
            yield Difference(DUTIES.label, "/".join(map(str, key)), "until", str(row), str(log))


_DUTIES = text(f"SELECT ({arrays(DUTIES, 't.project_id = :id AND t.band IS NOT NULL')})")
