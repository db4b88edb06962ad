"""Whether a steward still needs the enterprise's authorisation."""

from __future__ import annotations

from datetime import date

from models.cases.agency import LIVE
from models.cases.states import ProjectState
from models.people.actor import Role
from rules.cases.instruments.agency import given_to
from services.cases.views.project_reading import Reading


def asked_from(reading: Reading) -> date | None:
    """For the steward of a running project whom nobody authorised: the day from which that is needed."""
    facts, viewer = reading.facts, reading.context.actor
    if viewer.role is not Role.PROJECT_STEWARD or facts.state is not ProjectState.ACTIVE:
        return None
    held = any(given.state in LIVE for given in given_to(viewer, facts))
    return None if held else reading.context.policy.agency.asked_from
