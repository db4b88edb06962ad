"""Days typed as options."""

from __future__ import annotations

from datetime import date

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
