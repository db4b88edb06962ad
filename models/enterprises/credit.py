"""The credit record 信用记录 of an enterprise: what a broken commitment leaves behind, and what lifts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CreditKind(StrEnum):
    """What an entry says."""

    DISHONESTY = "dishonesty"
    """失信: a commitment was not kept, or work went beyond what was permitted."""
    REPAIR = "repair"
    """信用修复: the enterprise made up for a dishonesty."""
    CORRECTION = "correction"
    """更正: a dishonesty was entered wrongly."""


class CreditCause(StrEnum):
    """What a dishonesty follows from."""

    VOIDING = "voiding"
    """A deferred paper did not come, and the approval was voided."""
    LAPSE = "lapse"
    """The next phase was not applied for in the time that was promised."""
    VIOLATION = "violation"
    """Work beyond the permitted phase."""
    COMMITMENT_FALSE = "commitment_false"
    """What was committed to was untrue, and the grant was revoked."""
    FRAUD = "fraud"
    """A grant was got by deception or bribery, and was revoked (arts. 69(2), 79)."""
    COMMITMENT_BROKEN = "commitment_broken"
    """What was committed to was not met, and the grant was revoked."""
    FALSE_PAPERS = "false_papers"
    """Facts were hidden or papers were false, and it was denied for that (art. 78)."""


#: Dishonesties that count longer than others [D].
SERIOUS = frozenset({CreditCause.COMMITMENT_FALSE, CreditCause.FRAUD})


#: Dishonesties that put an enterprise into the lowest class for a year [D].
SEVERE = SERIOUS | {CreditCause.VIOLATION, CreditCause.FALSE_PAPERS}


class CreditClass(StrEnum):
    """Class of an enterprise in the platform's own classification [D]; never the state's."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class CreditState(StrEnum):
    """Whether an entry still counts against the enterprise."""

    OPEN = "open"
    REPAIRED = "repaired"
    CORRECTED = "corrected"
    CLOSED = "closed"
    """A repair or a correction: it closes another entry and counts for nothing itself."""


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """One entry of an enterprise's credit record."""

    id: int
    enterprise: str
    kind: CreditKind
    project_id: int
    item: str
    round: int
    entered_on: date
    until: date | None
    """Last day on which it counts [D]; ``None``: until it is repaired."""
    reason: str
    state: CreditState
    closes: int | None = None
    """The entry that a repair or a correction closes."""
    cause: CreditCause = CreditCause.VOIDING
    appealed: bool = False
    """Whether an appeal against the voiding that it follows from is open."""

    def counts(self, today: date) -> bool:
        """Whether the entry stands against the enterprise on a day."""
        dishonest = self.kind is CreditKind.DISHONESTY and self.state is CreditState.OPEN
        return dishonest and (self.until is None or self.until >= today)


@dataclass(frozen=True, slots=True)
class CreditStanding:
    """What stands in the credit record of an enterprise, and which commitments it kept."""

    entries: tuple[CreditEntry, ...]
    kept_on: tuple[date, ...]
    """Days on which a check found a commitment of the enterprise kept."""
