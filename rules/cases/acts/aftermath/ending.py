"""What every end of a grant before its time brings with it, whatever its ground."""

from __future__ import annotations

from models.cases.commitment import COMMITMENTS, CheckState, CommitmentFacts, EndGround
from models.cases.deficiencies import DEFICIENCIES
from models.cases.states import DeficiencyState
from models.cases.supervision import SupervisionCause, SupervisionKind
from rules.cases.acts.basis import fall, review_dependents
from rules.cases.acts.supervision import open_task
from rules.cases.draft import Draft


def end_grant(
    draft: Draft, code: str, ground: EndGround, *, reason: str, **details: object
) -> None:
    """The grant falls with its document; what it owes lapses, works on it stop, and what builds on it is
    looked at again.
    """
    for owed in draft.open_deficiencies(code):
        draft.enter(DEFICIENCIES, owed, state=DeficiencyState.LAPSED, closed_on=draft.today)
    fall(draft, code, reason, None, ground=ground, **details)
    if draft.definition(code).supervised_by is not None:
        kind, cause = SupervisionKind.STOP_WORK, SupervisionCause.REVOCATION
        open_task(draft, kind, cause, code, reason=reason)
    review_dependents(draft, code)


def concerned(draft: Draft, code: str) -> tuple[str, ...]:
    """Who is told that a grant ended."""
    return "enterprise", "steward", f"department:{draft.items[code].department}"


def close_with(draft: Draft, commitment: CommitmentFacts, state: CheckState, reason: str) -> None:
    """Close what the holder was told of, with what was decided."""
    draft.enter(COMMITMENTS, commitment, state=state, reason=reason, closed_on=draft.today)
