"""Whether an enterprise may hand in later, or commit itself instead (``domain/mechanisms`` A049)."""

from __future__ import annotations

from models.errors import KaigongError
from rules.context import Context


class StandingForbids(KaigongError):
    """commitment: {entries} of broken commitments stand in the credit record of {enterprise}, the latest of {entered_on}; hand in every paper now, or have the record repaired."""

    field = "commitment"


def check_standing(enterprise: str, context: Context) -> None:
    """Refuse a deferral or a commitment while dishonesty stands, unrepaired, in the credit record."""
    counting = [entry for entry in context.standing if entry.counts(context.today)]
    if counting and len(counting) >= context.policy.credit_threshold:
        latest = max(entry.entered_on for entry in counting)
        raise StandingForbids(
            enterprise=enterprise, entries=len(counting), entered_on=latest.isoformat()
        )
