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
from rules.cases.instruments.completeness import outstanding, provided, replaced_by_commitment


class StandingForbids(KaigongError):
    template = "commitment: {entries} of broken commitments stand in the credit record of {enterprise}, the latest of {entered_on}; hand in every paper now, or have the record repaired."
    field = "commitment"


class MayNoLongerDefer(KaigongError):
    template = "materials: {missing} of {item} may no longer follow later: broken commitments stand in the credit record of {enterprise}, the latest of {entered_on}. Ask for them with the notice of corrections; it says why."
    field = "materials"


def check_standing(enterprise: str, context: Context) -> None:
    """Refuse a deferral or a commitment while dishonesty stands, unrepaired, in the credit record."""
    counting = standing_against(context)
    if counting:
        raise StandingForbids(
            enterprise=enterprise, entries=len(counting), entered_on=_latest(counting)
        )


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
    if item.correction_notices or not standing_against(context):
        return ()
    deferred = outstanding(item, materials)
    return tuple(
        key
        for key in definition.required
        if key in deferred
        or (replaced_by_commitment(definition, item, key) and not provided(materials, key))
    )


def check_deferral_stands(
    enterprise: str, item: ItemFacts, keys: tuple[str, ...], context: Context
) -> None:
    """Refuse to accept what lacks papers that are barred."""
    if keys:
        latest = _latest(standing_against(context))
        raise MayNoLongerDefer(
            missing=list(keys), item=item.code, enterprise=enterprise, entered_on=latest
        )


def _latest(entries: tuple[CreditEntry, ...]) -> str:
    return max(entry.entered_on for entry in entries).isoformat()
