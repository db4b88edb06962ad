"""The project itself; the tables of its parts are those of :mod:`models.tables.parts`."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from models.cases.standing import NEVER, NEVER_AT, Standing
from models.cases.states import (
    ProjectState,
)
from models.tables.audit import Folded, Sealed, audited
from models.tables.base import metadata, one_of

_NO_TEXTS = text("'{}'::text[]")
#: Columns that acts change.
_CHANGES = (
    "title",
    "steward",
    "scenario_id",
    "state",
    "version",
    "completed_on",
    "attributes",
    "architect",
    "event_count",
    "event_hash",
    "calendar",
    "parts",
    "evaluated_version",
    "flow_run_id",
    "created_at",
    *(field.name for field in fields(Standing)),
)


project = Table(
    "project",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("enterprise", ForeignKey("enterprise.credit_code"), nullable=False, index=True),
    Column("steward", ForeignKey("account.login")),
    Column("scenario_id", ForeignKey("scenario_version.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("registered_on", Date, nullable=False),
    Column("completed_on", Date),
    Column("attributes", JSONB, nullable=False),
    # Where it lies: the unit may have ended since, and its successor is asked for in its place.
    Column("place", ForeignKey("unit.key"), index=True),
    # The responsible architect's team, as it is on record (models.cases.architect.ArchitectTeam).
    Column("architect", JSONB),
    # The head of the project's event chain: the next event continues from here.
    Column("event_count", Integer, nullable=False),
    Column("event_hash", LargeBinary, nullable=False),
    # Version of the calendar that the dates of its clocks were made with.
    Column("calendar", Text),
    # Names of the parts of its facts that it has rows of, beside those of every project.
    Column("parts", ARRAY(Text), nullable=False, server_default=_NO_TEXTS),
    # What the lifecycle flow has seen of it, and the run that carries it.
    Column("evaluated_version", Integer, nullable=False, server_default="0"),
    Column("flow_run_id", Uuid),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # Where it stands among others: written with every act, and with a new calendar.
    Column("yellow_at", DateTime(timezone=True), nullable=False, server_default=str(NEVER_AT)),
    Column("red_on", Date, nullable=False, server_default=str(NEVER)),
    Column("next_due_on", Date),
    Column("lead", SmallInteger, nullable=False, server_default="0"),
    Column("waits_for_applicant", Boolean, nullable=False, server_default=false()),
    Column("waits_for_department", Boolean, nullable=False, server_default=false()),
    Index("ix_project_steward_state", "steward", "state"),
    Index("ix_project_state_registered_on", "state", "registered_on"),
    one_of("state", ProjectState),
    # Its log tells all of it but the region; its seal says that it was there at all.
    info=audited(Folded(), Sealed(("id", "code"), beside=_CHANGES)),
)
Index(
    "ix_project_calendar",
    project.c.calendar,
    postgresql_where=project.c.state == "active",
)
#: What a list or a count of open projects asks for is in its index.
_TOLD = ["yellow_at", "next_due_on", "waits_for_applicant", "waits_for_department"]
for _name, _columns in (
    ("ix_project_light", ("lead", "red_on", "id")),
    ("ix_project_steward_light", ("steward", "lead", "red_on", "id")),
):
    Index(
        _name,
        *(project.c[name] for name in _columns),
        postgresql_include=_TOLD,
        postgresql_where=project.c.state == "active",
    )
