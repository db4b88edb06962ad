"""Whether an enterprise may defer materials or sign a commitment (``domain/mechanisms`` A049).

It is looked at when the application comes in, and again on acceptance, the last moment at which a paper
may be asked for: what was lost in between counts.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.cases.facts import ItemFacts, MaterialFacts
from models.enterprises.credit import CreditEntry
from models.errors import KaigongError
from models.scenarios.definition import ItemDefinition
from rules.cases.context import Context
from rules.cases.declarations.roles import DECIDERS
from rules.cases.instruments.completeness import outstanding, provided, replaced_by_commitment
from rules.cases.instruments.credit.credit_class import CreditScore, changes, credit_score


class StandingForbids(KaigongError):
    template = "commitment: {entries} of broken commitments stand in the credit record of {enterprise}, the latest of {entered_on}; hand in every paper now, or have the record repaired."
    field = "commitment"


class ClassForbids(KaigongError):
    template = "commitment: {enterprise} is in class {credit_class} of this platform's own classification ({score} points), in which {item} has to be applied for with every paper; that changes on {changes_on} at the earliest, or when the credit record is repaired."
    field = "commitment"


class ApproverConfirms(KaigongError):
    template = "materials: {enterprise} is in class {credit_class} of this platform's own classification; that papers of {item} follow later is accepted by an approver or the head. Hand it to them."
    field = "materials"


class MayNoLongerDefer(KaigongError):
    template = "materials: {missing} of {item} may no longer follow later: {enterprise} is in class {credit_class} ({score} points), the latest entry of its credit record is of {entered_on}. Ask for them with the notice of corrections; it says why."
    field = "materials"


def check_standing(
    enterprise: str,
    definition: ItemDefinition,
    context: Context,
    *,
    defers: bool,
    commits: bool,
) -> None:
    """Refuse a deferral or a commitment while dishonesty stands, unrepaired, in the credit record, or in
    a class that does not allow it; the stricter of the two wins.
    """
    if not (defers or commits):
        return
    counting = standing_against(context)
    if counting:
        raise StandingForbids(
            enterprise=enterprise, entries=len(counting), entered_on=_latest(counting)
        )
    score = score_in(context)
    if (commits and not score.may_commit) or (defers and not score.may_defer(definition)):
        raise ClassForbids(
            enterprise=enterprise,
            item=definition.code,
            credit_class=score.credit_class.value,
            score=_points(score),
            changes_on=next((day.isoformat() for day in changes(score)), "–"),
        )


def score_in(context: Context) -> CreditScore:
    """The score of the enterprise, from what the act was given of its credit record."""
    scoring = context.policy.credit_scoring
    return credit_score(context.standing, context.kept_on, scoring, context.today)


def credit_details(context: Context) -> dict[str, str]:
    """Score and class as the log keeps them of an act that looked at them (A133)."""
    score = score_in(context)
    return {"class": score.credit_class.value, "score": _points(score)}


def _points(score: CreditScore) -> str:
    return f"{score.score:.2f}"


def standing_against(context: Context) -> tuple[CreditEntry, ...]:
    """Entries that keep the enterprise from deferring and committing itself; empty: it may."""
    counting = tuple(entry for entry in context.standing if entry.counts(context.today))
    return counting if len(counting) >= context.policy.credit_threshold else ()


def barred(
    definition: ItemDefinition,
    item: ItemFacts,
    materials: Mapping[str, MaterialFacts],
    context: Context,
) -> tuple[str, ...]:
    """Papers that were deferred, or replaced by a commitment, and no longer may be.

    None once a notice of corrections was given: after that nothing more is asked for (art. 32(4), (5)).
    """
    if item.correction_notices or not (item.deferred or item.commitment):
        return ()
    barring, score = bool(standing_against(context)), score_in(context)
    deferral = barring or not score.may_defer(definition)
    commitment = barring or not score.may_commit
    deferred = outstanding(item, materials)
    return tuple(
        key
        for key in definition.required
        if (deferral and key in deferred)
        or (
            commitment
            and replaced_by_commitment(definition, item, key)
            and not provided(materials, key)
        )
    )


def check_deferral_stands(
    enterprise: str,
    item: ItemFacts,
    materials: Mapping[str, MaterialFacts],
    keys: tuple[str, ...],
    context: Context,
) -> None:
    """Refuse to accept what lacks papers that are barred, or what an approver has to confirm."""
    score = score_in(context)
    if keys:
        entered = [line.entry for line in score.lines] or list(context.standing)
        raise MayNoLongerDefer(
            missing=list(keys),
            item=item.code,
            enterprise=enterprise,
            credit_class=score.credit_class.value,
            score=_points(score),
            entered_on=_latest(tuple(entered)),
        )
    owing = outstanding(item, materials)
    if owing and score.approver_confirms and context.actor.role not in DECIDERS:
        raise ApproverConfirms(
            enterprise=enterprise, item=item.code, credit_class=score.credit_class.value
        )


def _latest(entries: tuple[CreditEntry, ...]) -> str:
    return max((entry.entered_on.isoformat() for entry in entries), default="–")
