"""When scheduled work was done last: one row for each kind of it."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Table, Text, func

from models.tables.audit import SaysNothing, audited
from models.tables.base import metadata

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("work", Text, primary_key=True),
    # The clock of the database, whatever a rehearsal's clock says.
    Column("done_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # The moment that the work went by: in a rehearsal the rehearsal's.
    Column("as_of", DateTime(timezone=True), nullable=False),
    # Name of the machine that did it.
    Column("machine", Text, nullable=False),
    info=audited(SaysNothing("when the watch went round last, written over every time")),
)
