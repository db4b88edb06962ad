"""Warnings to administrators that the official holiday notice of a year is missing [D]."""

from __future__ import annotations

from datetime import date

import orjson

from models.tables import calendar_warning, notice
from rules.cases.context import Context
from rules.clock.calendar import NOTICE_LADDER, missing_notices
from services.seals import sealed, sealing
from services.unit_of_work import Database


def warn_of_missing_notices(database: Database, context: Context) -> int:
    """Warn the administrators of each year whose notice is missing. Returns the number of warnings.

    60, 30 and 7 natural days before the year begins, and when it has begun [D]: each rung once,
    however many watchers run. Rungs passed while the system was down are sent at once.
    """
    years = missing_notices(context.calendar, context.today)
    if not years:
        return 0
    warnings = 0
    for year in years:
        left = (date(year, 1, 1) - context.today).days
        values = {
            "year": year,
            "rungs": [rung for rung in NOTICE_LADDER if left <= rung],
            "now": context.now,
            "params": orjson.dumps({"year": year, "days_left": max(left, 0)}).decode(),
        }
        with database.transaction() as connection:
            warnings += connection.execute(_TELL, values).rowcount
    return warnings


_CLAIM = (
    "INSERT INTO calendar_warning (year, rung, given_at)"
    " SELECT :year, rung, :now FROM unnest(CAST(:rungs AS int[])) AS rung ON CONFLICT DO NOTHING"
)
_TELL = sealed(
    notice,
    "INSERT INTO notice (audience, template, params, created_at)"
    " SELECT 'administrator', 'holiday_notice_missing', CAST(:params AS jsonb), :now"
    " WHERE EXISTS (SELECT FROM claimed)",
    prelude=f"{sealing(calendar_warning, _CLAIM, changed='claimed')}, ",
)
