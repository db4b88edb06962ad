"""Days and moments as a command takes them."""

from __future__ import annotations

from datetime import date, datetime

from models.errors import InvalidInput
from rules.cases.context import ZONE


def day(field: str, value: str) -> date:
    """A day as YYYY-MM-DD. Raises ``InvalidInput``."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise InvalidInput(field=field, value=value, remedy="Give a day as 2026-11-02.") from error


def instant(field: str, value: str) -> datetime:
    """A day (from its first moment) or a moment, in Beijing time unless it has a zone."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        remedy = "Give a day as 2026-11-02 or a moment as 2026-11-02T09:00."
        raise InvalidInput(field=field, value=value, remedy=remedy) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
