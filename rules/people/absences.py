"""Who acts for whom while somebody is away 离岗代理 (``domain/stewards`` 2.5). No clock moves for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from models.errors import KaigongError
from models.people.organisation import Away

#: How far from one substitute to the next work goes [D].
DEEPEST = 3
#: How far ahead an absence may end [D].
LONGEST = timedelta(days=183)


class AbsenceInThePast(KaigongError):
    template = "from_at: {value} is over already; an absence begins now ({now}) or later."
    field = "from_at"


class AbsenceNotInOrder(KaigongError):
    template = "to_at: {value} does not lie after the beginning ({from_at}); correct one of them."
    field = "to_at"


class AbsenceTooLong(KaigongError):
    template = "to_at: {value} is more than {days} days from now; end it earlier, or hand the projects over for good."
    field = "to_at"


class OwnSubstitute(KaigongError):
    template = "substitute: {value} cannot stand in for themselves; name somebody else."
    field = "substitute"


class AwayAlready(KaigongError):
    template = "from_at: {login} is away already from {from_at} to {to_at}; end that absence first, or choose other days."
    field = "from_at"


class SubstitutesInACircle(KaigongError):
    template = "substitute: {value} would lead back to {login} between {from_at} and {to_at}: {circle}; name somebody who is there."
    field = "substitute"


def check_absence(absence: Away, known: Sequence[Away], now: datetime) -> None:
    """Refuse an absence that lies in the past, overlaps another of the person, or whose substitutes
    lead back to the person at any instant of it.
    """
    if absence.to_at <= absence.from_at:
        raise AbsenceNotInOrder(value=absence.to_at, from_at=absence.from_at)
    if absence.from_at < now:
        raise AbsenceInThePast(value=absence.from_at, now=now)
    if absence.to_at > now + LONGEST:
        raise AbsenceTooLong(value=absence.to_at, days=LONGEST.days)
    if absence.substitute == absence.login:
        raise OwnSubstitute(value=absence.substitute)
    for other in known:
        if other.login == absence.login and _meet(other, absence.from_at, absence.to_at):
            raise AwayAlready(login=other.login, from_at=other.from_at, to_at=other.to_at)
    _check_no_circle(absence, known, (absence.from_at, absence.to_at), [absence.login])


def _check_no_circle(
    step: Away, known: Sequence[Away], window: tuple[datetime, datetime], passed: list[str]
) -> None:
    """Follow the substitutes who are themselves away within the window, which grows narrower."""
    if step.substitute in passed:
        raise SubstitutesInACircle(
            value=[*passed, step.substitute][1],
            login=passed[0],
            from_at=window[0],
            to_at=window[1],
            circle=[*passed, step.substitute],
        )
    for after in known:
        if after.login == step.substitute and _meet(after, *window):
            narrower = max(window[0], after.from_at), min(window[1], after.to_at)
            _check_no_circle(after, known, narrower, [*passed, step.substitute])


def _meet(other: Away, from_at: datetime, to_at: datetime) -> bool:
    return other.from_at < to_at and from_at < other.to_at


def acting_for(login: str, away: Mapping[str, Away]) -> str | None:
    """Who acts for somebody, by the absences of one instant: themselves where they are there.

    ``None`` where the chain of substitutes leads to nobody who is there.
    """
    for _ in range(DEEPEST + 1):
        absence = away.get(login)
        if absence is None:
            return login
        if not absence.substitute_there:
            return None
        login = absence.substitute
    return None


def stood_in_for(login: str, absences: Iterable[Away]) -> frozenset[str]:
    """For whom somebody acts, by the absences of one instant."""
    away = {absence.login: absence for absence in absences}
    return frozenset(other for other in away if other != login and acting_for(other, away) == login)
