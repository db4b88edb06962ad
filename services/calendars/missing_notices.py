"""Who is told, and when, that the official holiday notice of a year is missing: administrators [D]."""

from __future__ import annotations

from datetime import date

import orjson
from sqlalchemy import text

from rules.calendar import NOTICE_LADDER, missing_notices
from rules.context import Context
from services.unit_of_work import Database


def warn_of_missing_notices(database: Database, context: Context) -> int:
    """Tell the administrators of every year whose notice is missing; how many years were told of.

    60, 30 and 7 natural days before the year begins, and when it has begun [D]: each rung once,
    however many watchers run. Rungs that were passed while the system was down are told at once.
    """
    years = missing_notices(context.calendar, context.today)
    if not years:
        return 0
    told = 0
    for year in years:
        left = (date(year, 1, 1) - context.today).days
        values = {
            "year": year,
            "rungs": [rung for rung in NOTICE_LADDER if left <= rung],
            "now": context.now,
            "params": orjson.dumps({"year": year, "days_left": max(left, 0)}).decode(),
        }
        with database.transaction() as connection:
            told += connection.execute(_TELL, values).rowcount
    return told


_TELL = text(
    "WITH claimed AS (INSERT INTO calendar_warning (year, rung, given_at)"
    " SELECT :year, rung, :now FROM unnest(CAST(:rungs AS int[])) AS rung"
    " ON CONFLICT DO NOTHING RETURNING 1)"
    " INSERT INTO notice (audience, template, params, created_at)"
    " SELECT 'administrator', 'holiday_notice_missing', CAST(:params AS jsonb), :now"
    " WHERE EXISTS (SELECT FROM claimed)"
)
