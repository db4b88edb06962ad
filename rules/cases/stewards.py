"""Who accompanies a project 项目管家 (``domain/stewards`` 2): the choice, and the spans that a log tells.

The rule is fair by construction: at each assignment nobody of the pool would have stood lower with
the project than whoever gets it. So, where projects come by the rule alone and everybody has a full
post, no two loads ever differ by more than the heaviest project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Any, Final

from models.cases.stewardship import (
    WEIGHT,
    Assignment,
    AssignmentRule,
    Basis,
    Candidate,
    Reason,
    Span,
    Standing,
    Wanted,
)
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


#: What a steward of a full post has at the most, while others have less [D].
MOST_PROJECTS: Final = 25
MOST_LOAD: Final = 400
#: Projects that the rule gives somebody on one day, while others got fewer [D].
MOST_A_DAY: Final = 2


#: A project that asks for nothing of its own.
ANYBODY: Final = Wanted()


def choose(
    pool: Iterable[Candidate], weight: int, place: object, wanted: Wanted = ANYBODY
) -> Assignment:
    """The steward of a project of some weight, by rule. Raises ``NobodyAccompanies`` for an empty pool.

    First the commissioner of its park, then whoever of those present stands lowest with it. Where
    all are away, presence is asked of nobody: their deputies act. Where the place has no steward, who
    is on duty for it has it, then who answers for stewards, until one is assigned. A step that would
    leave nobody is skipped; each says in :attr:`Assignment.reasons` what it came to.
    """
    everyone = list(pool)
    if not everyone:
        raise NobodyAccompanies(place=place)
    first = min(candidate.standing for candidate in everyone)
    left = [candidate for candidate in everyone if candidate.standing is first]
    reasons = [Reason(AssignmentRule.STANDING, len(everyone), len(left))]
    for rule, fits in _steps(wanted, left):
        kept = [candidate for candidate in left if fits(candidate)]
        if len(kept) < len(left):
            reasons.append(Reason(rule, len(left), len(kept)))
        left = kept or left
    named, rule = _named(left, weight)
    reasons.append(Reason(rule, len(left), 1))
    return Assignment(named.login, _BASIS[first], weight, reasons=tuple(reasons))


def _steps(
    wanted: Wanted, pool: Sequence[Candidate]
) -> Iterator[tuple[AssignmentRule, Callable[[Candidate], bool]]]:
    """Each step with whom it keeps, the one that is given up last first.

    Kinds and languages are asked only where somebody of the pool has said what they are prepared for.
    """
    yield AssignmentRule.PRESENT, lambda candidate: not candidate.away
    yield AssignmentRule.CAP, below_cap
    if wanted.kind and any(candidate.skills for candidate in pool):
        yield AssignmentRule.KIND, lambda candidate: wanted.kind in candidate.skills
    yield AssignmentRule.PRESENT_SOON, lambda candidate: not candidate.away_soon
    yield AssignmentRule.DAILY, lambda candidate: candidate.named_today < MOST_A_DAY
    if wanted.languages and any(candidate.languages for candidate in pool):
        yield (
            AssignmentRule.LANGUAGE,
            lambda candidate: bool(wanted.languages & candidate.languages),
        )


def below_cap(candidate: Candidate) -> bool:
    """Whether somebody has less than a steward of their capacity may have."""
    return (
        candidate.projects < MOST_PROJECTS * candidate.capacity
        and candidate.load < MOST_LOAD * candidate.capacity
    )


def places_left(candidate: Candidate) -> int:
    """Projects that somebody can still take before they have as many as a steward may have."""
    return max(ceil(MOST_PROJECTS * candidate.capacity) - candidate.projects, 0)


def _named(left: Sequence[Candidate], weight: int) -> tuple[Candidate, AssignmentRule]:
    """Who has a project of the enterprise already, where they stay within what the balance allows; else the lowest."""
    smallest = min(candidate.capacity for candidate in left)
    most = min(standing(candidate) for candidate in left) + Fraction(weight) / smallest
    known = [
        candidate for candidate in left if candidate.knows and standing(candidate, weight) <= most
    ]
    if known and len(left) > 1:
        return lowest(known, weight), AssignmentRule.CONTINUITY
    return lowest(left, weight), AssignmentRule.BALANCE


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


def record_steward(
    draft: Draft, steward: str, basis: Basis, reasons: Sequence[Reason] = ()
) -> None:
    """Put into the log who accompanies the project from now on, why, and what it weighs with them."""
    weight = draft.context.policy.steward_weight(draft.scenario.key)
    before = draft.before.steward if draft.before.version else None
    steps = [[step.rule.value, step.before, step.left] for step in reasons]
    more: dict[str, Any] = {"reasons": steps} if steps else {}
    draft.record(
        "StewardAssigned", steward=steward, before=before, basis=basis, weight=weight, **more
    )


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
