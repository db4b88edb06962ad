"""Names of the people in a project, and of its enterprise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, text

from models.cases.facts import ProjectFacts
from models.clock.values import ClockExtended


def names(connection: Connection, facts: ProjectFacts, rows: Iterable[Row[Any]]) -> dict[str, str]:
    """People by login, the enterprise by ``enterprise:`` and its credit code. One query."""
    rows = tuple(rows)
    logins = {row.actor for row in rows} | {item.handler for item in facts.items.values()}
    logins |= {done_for(row.data) for row in rows}
    logins |= {facts.steward, *_approvers(facts)}
    values = {"logins": [login for login in logins if login], "enterprise": facts.enterprise}
    return {row.key: row.name for row in connection.execute(_NAMES, values)}


def done_for(data: Mapping[str, Any]) -> str | None:
    """For whom an act was done, who was away or had delegated it; ``None`` for what somebody did themselves."""
    acting: Mapping[str, Any] = data.get("acting") or {}
    login = acting.get("for") or data.get("on_behalf_of")
    return str(login) if login else None


def _approvers(facts: ProjectFacts) -> Iterator[str | None]:
    """Who approved extensions of limits."""
    for clock in facts.clocks.values():
        for event in clock.history:
            if isinstance(event, ClockExtended):
                yield event.approved_by


_NAMES = text(
    "SELECT login AS key, name FROM account WHERE login = ANY(:logins)"
    " UNION ALL SELECT 'enterprise:' || credit_code, name FROM enterprise"
    " WHERE credit_code = :enterprise"
)
