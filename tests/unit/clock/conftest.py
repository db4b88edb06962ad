"""The calendar that is shipped, once for the tests of a module."""

from __future__ import annotations

import pytest

from rules.clock.calendar import WorkingCalendar
from services.clock.working_calendar import working_calendar


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    return working_calendar()
