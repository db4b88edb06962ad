"""Days and moments typed as options."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.errors import InvalidInput
from rules.formats import day_from_text


def day_given(option: str, text: str) -> date:
    """The day of an option; ``InvalidInput`` names the option if it is not a day."""
    try:
        return day_from_text(text)
    except ValueError as fault:
        raise InvalidInput(
            field=option, value=text or "—", remedy="Give a date of the calendar as YYYY-MM-DD."
        ) from fault


def moment_given(option: str, text: str, zone: str) -> datetime:
    """The moment of an option, of this zone where it names none; ``InvalidInput`` if it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        remedy = (
            "Give a moment as 2026-11-30T14:05:00, with a zone as +08:00 where it is another one."
        )
        raise InvalidInput(field=option, value=text or "—", remedy=remedy) from fault
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))
