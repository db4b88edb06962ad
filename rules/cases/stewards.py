"""Who accompanies a project 项目管家 (``domain/stewards`` 2): the choice, and the spans that a log tells.

The rule is fair by construction: at each assignment nobody of the pool would have stood lower with
the project than whoever gets it. So, where projects come by the rule alone and everybody has a full
post, no two loads ever differ by more than the heaviest project.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

from models.cases.stewardship import WEIGHT, Assignment, Basis, Candidate, Span, Standing
from models.errors import KaigongError
from rules.cases.draft import Draft

#: As what somebody has a project → why it is they.
_BASIS = {
    Standing.COMMISSIONER: Basis.COMMISSIONER,
    Standing.STEWARD: Basis.RULE,
    Standing.DUTY: Basis.LAST_RESORT,
    Standing.OFFICE_HEAD: Basis.LAST_RESORT,
    Standing.ADMINISTRATOR: Basis.LAST_RESORT,
}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class NobodyAccompanies(KaigongError):
    template = "steward: nobody is there to accompany a project in {place}; give somebody an account as project steward or administrator first."
    field = "steward"


def choose(pool: Iterable[Candidate], weight: int, place: object) -> Assignment:
    """The steward of a project of some weight, by rule. Raises ``NobodyAccompanies`` for an empty pool.

    First the commissioner of its park, then whoever of those present stands lowest with it. Where
    all are away, presence is asked of nobody: their deputies act. Where the place has no steward, who
    is on duty for it has it, then who answers for stewards, until one is assigned.
    """
    everyone = list(pool)
    for asked in Standing:
        those = [candidate for candidate in everyone if candidate.standing is asked]
        present = [candidate for candidate in those if not candidate.away] or those
        if present:
            return Assignment(lowest(present, weight).login, _BASIS[asked], weight)
    raise NobodyAccompanies(place=place)


def lowest(pool: Sequence[Candidate], weight: int) -> Candidate:
    """Who stands lowest with the project: load for their capacity, then projects, then who waited longest."""
    return min(pool, key=lambda candidate: _rank(candidate, weight))


def _rank(candidate: Candidate, weight: int) -> tuple[Fraction, int, datetime, str]:
    return (
        standing(candidate, weight),
        candidate.projects,
        candidate.last_at or _LONG_AGO,
        candidate.login,
    )


def standing(candidate: Candidate, more: int = 0) -> Fraction:
    """The load of a candidate, with ``more`` on it, for a full post."""
    return Fraction(candidate.load + more) / candidate.capacity


def record_steward(draft: Draft, steward: str, basis: Basis) -> None:
    """Put into the log who accompanies the project from now on, why, and what it weighs with them."""
    weight = draft.context.policy.steward_weight(draft.scenario.key)
    before = draft.before.steward if draft.before.version else None
    draft.record("StewardAssigned", steward=steward, before=before, basis=basis, weight=weight)


def spans(log: Iterable[tuple[int, datetime, str, Any]]) -> tuple[Span, ...]:
    """The spans of one project as its events tell them: number, moment, kind and data of each, in order.

    A clock that was set back ends no span before it began; naming the same person again begins none.
    """
    began: list[Span] = []
    latest: datetime | None = None
    ended: datetime | None = None
    for seq, at, kind, data in log:
        if kind == "StewardAssigned" and (not began or began[-1].steward != data["steward"]):
            latest = max(at, latest or at)
            basis, weight = Basis(data.get("basis", Basis.APPOINTED)), data.get("weight", WEIGHT)
            began.append(Span(seq, data["steward"], latest, None, basis, weight))
        elif kind == "ProjectClosed":
            ended = max(at, latest or at)
    return tuple(_ended(began, ended))


def _ended(began: Sequence[Span], ended: datetime | None) -> Iterable[Span]:
    for span, following in pairwise([*began, None]):
        if span is not None:
            to_at = following.from_at if following is not None else ended
            yield Span(span.seq, span.steward, span.from_at, to_at, span.basis, span.weight)
