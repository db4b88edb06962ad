"""The lines of utilities to a project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.cases.part import Part, PartIndex


@dataclass(frozen=True, slots=True)
class LineFacts:
    """The line of one utility 报装线路: from the lead before any application to the connection."""

    item: str
    department: str
    """The utility; kept with the line so that its leads are one index look-up."""
    lead_on: date | None = None
    lead_because: str | None = None
    """The item whose grant sent the lead; ``None`` for a project that was announced at once."""
    acknowledged_on: date | None = None
    contact: str | None = None
    """Whom the enterprise asks at the utility."""
    answered_on: date | None = None
    plan: str | None = None
    """How, where and with what load it is connected."""
    days: int | None = None
    """Working days that the utility needs for the connection."""
    to_red_line: bool | None = None
    """Whether the network reaches the red line of the parcel; where it does not, the public side
    builds up to it and pays (``domain/mechanisms`` A023)."""
    connect_from: date | None = None
    """Since when it can be connected: the acceptance and the reply are there."""
    connected_on: date | None = None

    @property
    def key(self) -> str:
        """What identifies the line within its project."""
        return self.item


#: Lines of utilities, from the lead on.
LINES = Part(
    "lines",
    LineFacts,
    table="utility_line",
    key=("item",),
    label="line",
    log="lines",
    indexes=(
        # Leads that a utility has not acknowledged and, until it answers, those it has.
        PartIndex(
            "ix_utility_line_leads",
            ("department", "lead_on"),
            "lead_on IS NOT NULL AND answered_on IS NULL",
        ),
        PartIndex("ix_utility_line_department", ("department", "project_id")),
        # Lines that a utility has to connect.
        PartIndex(
            "ix_utility_line_connections",
            ("department",),
            "connect_from IS NOT NULL AND connected_on IS NULL",
        ),
    ),
)
