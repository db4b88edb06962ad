"""Commitments 告知承诺 that a grant rests on: checked after the decision, and what follows if they fail.

The same row holds how a grant is ended before its time: told, stated, heard, decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.cases.part import NO_TEXTS, Part, PartIndex, fact


class CheckKind(StrEnum):
    """How a commitment is checked."""

    DATA_MATCH = "data_match"
    PAPER = "paper"
    SITE = "site"
    """On the spot, by two officers or more [D; art. 34 asks it for examining an application]."""
    REMOTE_VIDEO = "remote_video"


class CheckState(StrEnum):
    """Where the check of a commitment, and what follows from it, is."""

    DUE = "due"
    UNDER_CHECK = "under_check"
    KEPT = "kept"
    SUSPECTED = "suspected"
    """Found to be false or broken; the holder was not told yet."""
    TOLD = "told"
    """The holder was told of facts and basis, and may state its case."""
    CLEARED = "cleared"
    """What was suspected did not hold."""
    RECTIFY = "rectify"
    """The holder may still meet the condition, within a period."""
    RECTIFIED = "rectified"
    """Kept, though late."""
    REVOKE_PROPOSED = "revoke_proposed"
    """The head of the department decides."""
    REVOKED = "revoked"
    KEPT_FOR_PUBLIC_INTEREST = "kept_for_public_interest"
    """Not revoked, because that would gravely harm the public interest (art. 69(3))."""
    RECALLED = "recalled"
    """The head recalled the grant, for what changed since (art. 8)."""
    CANCELLED = "cancelled"
    """The head cancelled the grant (art. 70)."""
    DROPPED = "dropped"
    """The grant fell or was given back before it was checked to the end."""


#: States in which something has still to be done.
OPEN_CHECK = frozenset(
    {
        CheckState.DUE,
        CheckState.UNDER_CHECK,
        CheckState.SUSPECTED,
        CheckState.TOLD,
        CheckState.RECTIFY,
        CheckState.REVOKE_PROPOSED,
    }
)


class EndGround(StrEnum):
    """Why a grant ends before its time: revoked 撤销 (Licensing Law art. 69), recalled 撤回 (art. 8) or
    cancelled 注销 (art. 70).
    """

    FALSE_COMMITMENT = "false_commitment"
    """What was committed to was untrue: got by deception, art. 69(2)."""
    FRAUD = "fraud"
    """Got by deception or bribery, art. 69(2)."""
    BROKEN_COMMITMENT = "broken_commitment"
    """The conditions committed to were not met, art. 69(1)(5)."""
    ABUSE = "abuse"
    """Abuse or neglect of office, art. 69(1)(1)."""
    NO_COMPETENCE = "no_competence"
    """Beyond the legal competence, art. 69(1)(2)."""
    PROCEDURE = "procedure"
    """Against the legal procedure, art. 69(1)(3)."""
    INELIGIBLE = "ineligible"
    """The applicant was not eligible or did not meet the conditions, art. 69(1)(4)."""
    OTHER = "other"
    """Another lawful case, art. 69(1)(5)."""
    LAW_CHANGED = "law_changed"
    """The law that it rests on was changed or repealed, art. 8."""
    CIRCUMSTANCES_CHANGED = "circumstances_changed"
    """The circumstances that it rests on changed greatly, art. 8."""
    EXPIRED = "expired"
    """Its time is over and was not extended, art. 70(1)."""
    HOLDER_GONE = "holder_gone"
    """The person to whom it was given died or is incapable, art. 70(2)."""
    BODY_ENDED = "body_ended"
    """The legal person or organisation has ended, art. 70(3)."""
    WITHDRAWN_AS_PENALTY = "withdrawn_as_penalty"
    """The certificate was withdrawn 吊销 by a penalty, decided elsewhere, art. 70(4)."""
    FORCE_MAJEURE = "force_majeure"
    """What it permits cannot be done because of force majeure, art. 70(5)."""
    CANCELLED_BY_LAW = "cancelled_by_law"
    """Another case in which law or regulation has it cancelled, art. 70(6)."""


#: Got by deception: revoked without a choice, nothing is compensated, nothing can be put right.
BY_DECEPTION = frozenset({EndGround.FALSE_COMMITMENT, EndGround.FRAUD})
#: What the holder answers for; the rest is the authority's own, and lawful interests are compensated.
BY_HOLDER = BY_DECEPTION | {EndGround.BROKEN_COMMITMENT}
#: Recalled 撤回: nobody did wrong, the public interest asks for it, losses are compensated (art. 8).
BY_CHANGE = frozenset({EndGround.LAW_CHANGED, EndGround.CIRCUMSTANCES_CHANGED})
#: Cancelled 注销: the formal end of what has no object, holder or time any more (art. 70).
BY_FORMALITY = frozenset(
    {
        EndGround.EXPIRED,
        EndGround.HOLDER_GONE,
        EndGround.BODY_ENDED,
        EndGround.WITHDRAWN_AS_PENALTY,
        EndGround.FORCE_MAJEURE,
        EndGround.CANCELLED_BY_LAW,
    }
)
#: Of these the holder can say that they are not so, and is told first [D]; the rest is on record elsewhere.
TOLD_FIRST = frozenset({EndGround.EXPIRED, EndGround.FORCE_MAJEURE, EndGround.CANCELLED_BY_LAW})


@dataclass(frozen=True, slots=True)
class CommitmentFacts:
    """The check of what a grant rests on in one round of an item, up to its revocation."""

    item: str
    round: int
    state: CheckState
    signer: str | None = None
    """Who signed the commitment; ``None`` where a grant without one is to be revoked."""
    statements: tuple[str, ...] = fact(default=(), server_default=NO_TEXTS)
    """Papers in whose place the commitment stands: each is a statement that can be checked."""
    opened_on: date | None = None
    check_due: date | None = None
    kind: CheckKind | None = None
    checked_by: str | None = None
    finding: str | None = None
    ground: EndGround | None = None
    suspicion: str | None = None
    """The facts that the holder was told."""
    evidence: str | None = None
    told_on: date | None = None
    statement_until: date | None = None
    statement: str | None = None
    """What the holder stated and submitted in defence."""
    stated_on: date | None = None
    hearing_asked_on: date | None = None
    hearing_held_on: date | None = None
    hearing_record: str | None = None
    rectify_until: date | None = None
    reason: str | None = None
    """Why it was assessed, or decided, as it was."""
    closed_on: date | None = None
    list_number: str | None = None
    """The published list by which it was granted at once 承诺即批; ``None``: an officer granted it."""
    list_officer: str | None = None
    """Name of the officer in whose name the system granted it."""

    @property
    def key(self) -> tuple[str, int]:
        """What identifies it within its project."""
        return (self.item, self.round)

    @property
    def is_open(self) -> bool:
        """Whether something has still to be done about it."""
        return self.state in OPEN_CHECK


#: Commitments that grants rest on, with their checks.
COMMITMENTS = Part(
    "commitments",
    CommitmentFacts,
    table="commitment",
    key=("item", "round"),
    label="commitment",
    log="commitments",
    indexes=(
        # What an officer has still to check or decide.
        PartIndex(
            "ix_commitment_open",
            ("item",),
            "state IN ('due', 'under_check', 'suspected', 'told', 'rectify', 'revoke_proposed')",
        ),
    ),
)
