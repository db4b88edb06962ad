"""What rules are given beside the facts: the calendar in force and the district's policy."""

from __future__ import annotations

from datetime import datetime

from models.actor import Actor
from rules.context import Context, Policy
from services.working_calendar import working_calendar

#: The district's policy.
POLICY = Policy()


def context_for(actor: Actor, now: datetime) -> Context:
    """The context of one act."""
    return Context(actor=actor, now=now, calendar=working_calendar(), policy=POLICY)
