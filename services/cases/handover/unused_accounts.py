"""Accounts that nobody uses are closed: their person is told before, and what they answer for keeps them open.

Time is PostgreSQL's: a rehearsal's clock closes nobody's account. A closed one is never given to anybody
else; its name stays with what was done under it, and an administrator can invite its person again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from config.logs import get_logger
from models.errors import KaigongError
from models.people.security import WATCH
from models.tables import notice
from rules.installation.policy import SecurityPolicy
from services.cases.handover.departure import disable_account
from services.seals import sealed
from services.unit_of_work import Database

log = get_logger()


def close_unused(database: Database, chosen: SecurityPolicy, now: datetime) -> tuple[str, ...]:
    """Tell whose account is about to be closed, and close those that were told and stayed away; which ones.

    Who answers for an item or a project, an enterprise with a running project and the last administrator
    keep theirs.
    """
    values = {"months": chosen.unused_months, "days": chosen.unused_notice_days, "now": now}
    with database.transaction() as connection:
        connection.execute(_TELL, values)
        due = connection.execute(_DUE, values).scalars().all()
    return tuple(login for login in due if _is_closed(database, login, now))


def _is_closed(database: Database, login: str, now: datetime) -> bool:
    """Close one account; whether nothing stood against it."""
    try:
        disable_account(database, login, now, origin=WATCH)
    except KaigongError as refusal:
        log.info("unused_account_kept", login=login, why=refusal.code)
        return False
    return True


_CONDITION = (
    "a.active AND NOT a.demonstration AND NOT EXISTS (SELECT FROM project p"
    " WHERE p.enterprise = a.enterprise AND p.state = 'active')"
)
_END = "a.used_at + make_interval(months => :months)"
_TELL = sealed(
    notice,
    "INSERT INTO notice (audience, template, params, created_at)"
    " SELECT 'person:' || login, 'account_unused', jsonb_build_object('page', '/sign-in',"
    " 'effective_on', CAST(ends_at AT TIME ZONE 'Asia/Shanghai' AS date)), :now FROM warned",
    prelude="warned AS (UPDATE account a SET warned_at = statement_timestamp()"  # noqa: S608
    f" WHERE {_CONDITION} AND (a.warned_at IS NULL OR a.warned_at < a.used_at)"
    f" AND {_END} <= statement_timestamp() + make_interval(days => :days)"
    f" RETURNING a.login, greatest({_END}, statement_timestamp()"
    " + make_interval(days => :days)) AS ends_at), ",
)
_DUE = text(
    f"SELECT a.login FROM account a WHERE {_CONDITION} AND a.warned_at > a.used_at"  # noqa: S608
    f" AND {_END} <= statement_timestamp()"
    " AND a.warned_at <= statement_timestamp() - make_interval(days => :days) ORDER BY a.login"
)
