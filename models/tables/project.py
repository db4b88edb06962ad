"""A project and its parts. The columns of each part are the fields of its facts (``models.facts``)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from models.states import (
    ClockKind,
    ClockState,
    DeficiencyState,
    ItemState,
    MaterialState,
    ProjectState,
    Verdict,
    VoidingState,
)
from models.tables.base import metadata, one_of

_NO_TEXTS = text("'{}'::text[]")


def _project_id() -> Column[int]:
    return Column("project_id", ForeignKey("project.id"), nullable=False)


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
    # The responsible architect's team, as it is on record (models.architect.ArchitectTeam).
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
    Index("ix_project_steward_state", "steward", "state"),
    Index("ix_project_state_registered_on", "state", "registered_on"),
    one_of("state", ProjectState),
)
Index(
    "ix_project_calendar",
    project.c.calendar,
    postgresql_where=project.c.state == "active",
)

stage = Table(
    "stage",
    metadata,
    _project_id(),
    Column("key", Text, nullable=False),
    Column("opened_on", Date),
    # What the stage's task run in Prefect shows, so that only what changed is run again.
    Column("shown", Text),
    PrimaryKeyConstraint("project_id", "key"),
)

item = Table(
    "item",
    metadata,
    _project_id(),
    Column("code", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_on", Date),
    Column("received_on", Date),
    Column("accepted_on", Date),
    Column("decided_on", Date),
    Column("correction_notices", Integer, nullable=False),
    Column("deferred", ARRAY(Text), nullable=False, server_default=_NO_TEXTS),
    Column("commitment", Text),
    Column("handler", Text),
    Column("document_issued", Boolean, nullable=False),
    Column("re_examination", ARRAY(Text), nullable=False, server_default=_NO_TEXTS),
    Column("verified_by", ARRAY(Text), nullable=False, server_default=_NO_TEXTS),
    Column("form", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("corrections", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    PrimaryKeyConstraint("project_id", "code"),
    one_of("state", ItemState),
    # A second one only with the override of the department's head.
    CheckConstraint("correction_notices <= 2", name="correction_notices"),
)
#: An officer's inbox: what a department holds and has not decided.
Index(
    "ix_item_inbox",
    item.c.department,
    item.c.state,
    postgresql_where=item.c.state.in_(
        ["received", "accepted", "suspended", "preliminary", "conditionally_granted"]
    ),
)

material = Table(
    "material",
    metadata,
    _project_id(),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("file_name", Text),
    Column("sha256", Text),
    Column("source", Text, nullable=False),
    Column("provided_on", Date),
    PrimaryKeyConstraint("project_id", "key"),
    one_of("state", MaterialState),
)

clock = Table(
    "clock",
    metadata,
    _project_id(),
    Column("item", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("subject", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("promised_length", Integer),
    Column("promised_unit", Text, nullable=False),
    Column("statutory_length", Integer),
    Column("statutory_unit", Text, nullable=False),
    Column("history", JSONB, nullable=False),
    Column("started_on", Date),
    Column("stopped_on", Date),
    Column("due_on", Date),
    Column("statutory_due_on", Date),
    Column("yellow_on", Date),
    Column("provisional", Boolean, nullable=False),
    Column("warned", ARRAY(Text), nullable=False, server_default=_NO_TEXTS),
    Column("next_rung", Text),
    Column("next_rung_on", Date),
    PrimaryKeyConstraint("project_id", "item", "kind", "round", "subject"),
    one_of("kind", ClockKind),
    one_of("state", ClockState),
)
#: What the deadline watch looks for: a warning that falls due.
Index(
    "ix_clock_next_rung_on",
    clock.c.next_rung_on,
    postgresql_where=clock.c.next_rung_on.is_not(None),
)
#: What falls due by rule: deemed acceptance, voiding, the delivery of what is held back.
Index(
    "ix_clock_kind_due_on",
    clock.c.kind,
    clock.c.due_on,
    postgresql_where=(clock.c.state == "running")
    & clock.c.kind.in_(["correction_window", "make_up", "delivery", "next_phase", "consultation"]),
)

deficiency = Table(
    "deficiency",
    metadata,
    _project_id(),
    Column("item", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("material", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("owner", Text),
    Column("opened_on", Date),
    Column("due_on", Date),
    Column("submitted_on", Date),
    Column("closed_on", Date),
    PrimaryKeyConstraint("project_id", "item", "round", "material"),
    one_of("state", DeficiencyState),
)
Index(
    "ix_deficiency_open_due_on",
    deficiency.c.due_on,
    postgresql_where=deficiency.c.state.in_(["open", "submitted"]),
)

#: Lines of utilities, from the lead on.
utility_line = Table(
    "utility_line",
    metadata,
    _project_id(),
    Column("item", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("lead_on", Date),
    Column("lead_because", Text),
    Column("acknowledged_on", Date),
    Column("contact", Text),
    Column("answered_on", Date),
    Column("plan", Text),
    Column("days", Integer),
    Column("to_red_line", Boolean),
    Column("connect_from", Date),
    Column("connected_on", Date),
    PrimaryKeyConstraint("project_id", "item"),
)
#: Leads that a utility has not acknowledged and, until it answers, those it has.
Index(
    "ix_utility_line_leads",
    utility_line.c.department,
    utility_line.c.lead_on,
    postgresql_where=utility_line.c.lead_on.is_not(None) & utility_line.c.answered_on.is_(None),
)

#: Lines that a utility has to connect.
Index(
    "ix_utility_line_connections",
    utility_line.c.department,
    postgresql_where=utility_line.c.connect_from.is_not(None)
    & utility_line.c.connected_on.is_(None),
)

#: Visits to the site: the key allows one joint visit a round.
site_visit = Table(
    "site_visit",
    metadata,
    _project_id(),
    Column("item", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("scheduled_for", Date),
    Column("held_on", Date),
    Column("officers", JSONB, nullable=False),
    Column("finding", Text),
    Column("absent", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    PrimaryKeyConstraint("project_id", "item", "round", "number"),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("held_on IS NULL OR finding IS NOT NULL", name="held"),
)
#: Visits that are set and not held yet.
Index(
    "ix_site_visit_to_come",
    site_visit.c.scheduled_for,
    postgresql_where=site_visit.c.held_on.is_(None),
)

#: What parts of joint items were told to put right.
rectification = Table(
    "rectification",
    metadata,
    _project_id(),
    Column("item", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("points", Text, nullable=False),
    Column("required_on", Date, nullable=False),
    Column("reported_on", Date),
    Column("note", Text),
    Column("confirmed_on", Date),
    PrimaryKeyConstraint("project_id", "item", "round", "number"),
    one_of("verdict", Verdict),
)

#: Voided approvals, with what it takes to restore them.
voiding = Table(
    "voiding",
    metadata,
    _project_id(),
    Column("item", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("voided_on", Date, nullable=False),
    Column("appeal_until", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("because", Text),
    Column("before", JSONB, nullable=False),
    Column("grounds", Text),
    Column("appealed_on", Date),
    Column("closed_on", Date),
    PrimaryKeyConstraint("project_id", "item", "round"),
    one_of("state", VoidingState),
)
