"""Statutory limits, each with its source; scenarios add others.

``[S:004]`` and ``[D]`` mark what does not come from a statute: documents of the customer, defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from models.clock.values import ClockTerms, CountingMode, Limit, Unit
from rules.clock.calendar import WorkingCalendar
from rules.clock.projection import deadline


@dataclass(frozen=True, slots=True)
class StatutoryClock:
    """A limit known by name."""

    terms: ClockTerms
    source: str
    starts: str
    """What starts it."""


def _working(days: int, extension: int | None = None) -> ClockTerms:
    return ClockTerms(
        statutory=Limit(days), extension=None if extension is None else Limit(extension)
    )


STATUTORY_CLOCKS: Mapping[str, StatutoryClock] = MappingProxyType(
    {
        "correction_notice": StatutoryClock(
            _working(5), "行政许可法 art. 32(1)(4)", "receipt of the application"
        ),
        "decision": StatutoryClock(_working(20, 10), "行政许可法 art. 42(1)", "acceptance"),
        "joint_decision": StatutoryClock(_working(45, 15), "行政许可法 art. 42(2)", "acceptance"),
        "pre_review": StatutoryClock(_working(20), "行政许可法 art. 43", "acceptance"),
        "delivery": StatutoryClock(_working(10), "行政许可法 art. 44", "decision to grant"),
        "hearing_request": StatutoryClock(
            _working(5), "行政许可法 art. 47", "being told of the right to a hearing"
        ),
        "hearing": StatutoryClock(_working(20), "行政许可法 art. 47", "request for a hearing"),
        "material_make_up": StatutoryClock(_working(30), "[S:004]", "approval"),
    }
)
"""Name → statutory limit, in working days (art. 82)."""

PUBLIC_NOTICE = ClockTerms(statutory=Limit(5), mode=CountingMode.NOTICE)
"""Five working days of public notice, the first day included [D, as published locally]."""


def deemed_accepted_on(received_on: date, today: date, calendar: WorkingCalendar) -> date | None:
    """Silence accepts (art. 32(1)(4)): the day of receipt, once five working days have passed.

    ``None`` while a notice can still be given, that is to the end of the fifth working day. The
    decision's clock then starts on the day of receipt: five of its days are used up already.
    """
    terms = STATUTORY_CLOCKS["correction_notice"].terms
    assert terms.statutory is not None  # noqa: S101 - written above
    return received_on if today > deadline(calendar, received_on, terms.statutory) else None


def promise_is_lawful(
    promised: Limit, statutory: Limit, calendar: WorkingCalendar, around: date
) -> bool:
    """Whether a promised limit never ends after the statutory one, whatever day it starts.

    Limits in the same unit are compared as they are. Different units are compared for every start
    in the year before and the year after ``around``, holidays and all.
    """
    if promised.unit is statutory.unit:
        return promised.length <= statutory.length
    starts = (around + timedelta(days=offset) for offset in range(-366, 367))
    return all(
        deadline(calendar, start, promised) <= deadline(calendar, start, statutory)
        for start in starts
    )


def as_working_days(limit: Limit, calendar: WorkingCalendar, around: date) -> int:
    """The most working days the limit can hold, for comparing limits in different units."""
    if limit.unit is Unit.WORKING_DAY:
        return limit.length
    starts = (around + timedelta(days=offset) for offset in range(-366, 367))
    return max(
        calendar.working_days_between(start, deadline(calendar, start, limit)) for start in starts
    )
