"""The named states a stage's task run may show in Prefect, and the Prefect type behind each.

The name is for people, the type for Prefect and its graph. Three types are enough:

* ``PAUSED``: the stage waits for somebody. It has no end, so the graph draws its bar up to now.
* ``COMPLETED``: the stage reached what the project needs of it.
* ``CANCELLED``: this round ended without that; what follows, if anything, is a new round.

``FAILED`` and ``CRASHED`` are never used for an outcome: a red run means that a machine failed and
somebody has to look. ``SCHEDULED`` and ``RUNNING`` would make the engine run the task again at once.
"""

from __future__ import annotations

from enum import Enum

from prefect.client.schemas.objects import State, StateType


class StageState(Enum):
    """What a stage's task run shows: the name people read and the type Prefect acts on."""

    AWAITING_APPLICANT = ("AwaitingApplicant", StateType.PAUSED)
    AWAITING_CORRECTION = ("AwaitingCorrection", StateType.PAUSED)
    AWAITING_DECISION = ("AwaitingDecision", StateType.PAUSED)
    AWAITING_OTHERS = ("AwaitingOthers", StateType.PAUSED)
    RECTIFYING = ("Rectifying", StateType.PAUSED)
    CLOCK_SUSPENDED = ("ClockSuspended", StateType.PAUSED)
    CONDITIONALLY_ACCEPTED = ("ConditionallyAccepted", StateType.PAUSED)
    PRELIMINARY_OPINION = ("PreliminaryOpinion", StateType.PAUSED)
    RE_EXAMINATION = ("ReExamination", StateType.PAUSED)
    WORK_STOPPED = ("WorkStopped", StateType.PAUSED)
    AWAITING_NEXT_PHASE = ("AwaitingNextPhase", StateType.PAUSED)
    AWAITING_HANDOVER = ("AwaitingHandover", StateType.PAUSED)
    DEFICIENT = ("Deficient", StateType.PAUSED)
    OVERDUE = ("Overdue", StateType.PAUSED)
    APPROVED = ("Approved", StateType.COMPLETED)
    NOT_REQUIRED = ("NotRequired", StateType.COMPLETED)
    DENIED = ("Denied", StateType.CANCELLED)
    VOIDED = ("Voided", StateType.CANCELLED)
    REVOKED = ("Revoked", StateType.CANCELLED)
    RECALLED = ("Recalled", StateType.CANCELLED)
    CANCELLED = ("Cancelled", StateType.CANCELLED)
    WITHDRAWN = ("Withdrawn", StateType.CANCELLED)

    @property
    def label(self) -> str:
        """The name of the state in Prefect."""
        return self.value[0]

    @property
    def waits(self) -> bool:
        """Whether the round goes on, so that a later wake-up updates the same task run."""
        return self.value[1] is StateType.PAUSED

    def state(self, message: str = "") -> State[None]:
        """The Prefect state to return from a stage's task; ``message`` holds no personal data."""
        name, kind = self.value
        return State(type=kind, name=name, message=message or None)
