"""What follows from the facts after any act, whichever it was."""

from __future__ import annotations

from rules.cases.acts import basis_awaited, consultation, rectification
from rules.cases.acts.aftermath import commitment
from rules.cases.draft import Draft


def settle(draft: Draft) -> None:
    """Hold and release limits, and close what is not asked any longer."""
    rectification.settle(draft)
    consultation.lapse(draft)
    basis_awaited.settle(draft)
    commitment.settle(draft)
