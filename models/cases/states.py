"""The states that an item, a material, a deficiency, a clock and a project can be in.

Names follow the status codes of the national exchange standard where it has one
(``domain/glossary``): received 已接件, accepted 受理, granted 办结(通过),
conditionally granted 办结(容缺通过), denied 办结(不通过), and so on.
"""

from __future__ import annotations

from enum import StrEnum


class ProjectState(StrEnum):
    """Where a project is as a whole."""

    ACTIVE = "active"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class ItemState(StrEnum):
    """Where one approval item 事项 of one project is, in its current round."""

    WAITING = "waiting"
    """等待前置: an item that it builds on is not satisfied yet."""
    OPEN = "open"
    """可申报: the applicant (or, for a milestone, whoever records it) can act."""
    RECEIVED = "received"
    """已接件: the application is in; the five-day window to ask for corrections runs."""
    CORRECTING = "correcting"
    """补正: the one notice of corrections was given; the applicant acts."""
    ACCEPTED = "accepted"
    """受理: under examination; the statutory and the promised limit run."""
    RECTIFYING = "rectifying"
    """整改中: the applicant puts right what did not pass; the limit is held meanwhile."""
    SUSPENDED = "suspended"
    """特别程序: a special procedure (Licensing Law art. 45) holds the clock."""
    PRELIMINARY = "preliminary"
    """初审意见: a preliminary opinion, on which other departments may build."""
    GRANTED = "granted"
    """办结(通过)."""
    CONDITIONALLY_GRANTED = "conditionally_granted"
    """办结(容缺通过): decided with a deficiency open."""
    CONCLUDED = "concluded"
    """A milestone or technical step that is recorded as done."""
    DENIED = "denied"
    """办结(不通过)."""
    NOT_ACCEPTED = "not_accepted"
    """不予受理."""
    VOIDED = "voided"
    """作废: a conditional grant that was not made good in time."""
    REVOKED = "revoked"
    """撤销: a grant that was got by deception, or against the law (Licensing Law art. 69)."""
    RECALLED = "recalled"
    """撤回: law or circumstances changed, and the public interest asked for it (art. 8)."""
    CANCELLED = "cancelled"
    """注销: the formal end of what has no object, holder or time any more (art. 70)."""
    WITHDRAWN = "withdrawn"
    """撤件, by the applicant."""
    NOT_REQUIRED = "not_required"
    """不受理(无需许可): an officer found that none is needed (art. 32(1)); or 不涉及: the item's
    condition does not hold for this project."""


#: States in which what follows may build on the item.
SATISFIED = frozenset(
    {
        ItemState.GRANTED,
        ItemState.CONDITIONALLY_GRANTED,
        ItemState.PRELIMINARY,
        ItemState.CONCLUDED,
        ItemState.NOT_REQUIRED,
    }
)
#: States in which nothing more has to happen for the project to be complete.
FINISHED = frozenset({ItemState.GRANTED, ItemState.CONCLUDED, ItemState.NOT_REQUIRED})
#: States that hold an application which the authority has in its hands.
IN_EXAMINATION = frozenset({ItemState.RECEIVED, ItemState.ACCEPTED, ItemState.SUSPENDED})
#: States in which the parts of an item can be examined: it was accepted and is not decided.
UNDER_EXAMINATION = frozenset(
    {ItemState.ACCEPTED, ItemState.SUSPENDED, ItemState.RECTIFYING, ItemState.PRELIMINARY}
)
#: States in which a grant was ended by a decision of its own, each with its article.
ENDED_BY_DECISION = frozenset({ItemState.REVOKED, ItemState.RECALLED, ItemState.CANCELLED})
#: States that end a round without a result to build on; a new round can be started from them.
FAILED = ENDED_BY_DECISION | {
    ItemState.DENIED,
    ItemState.NOT_ACCEPTED,
    ItemState.VOIDED,
    ItemState.WITHDRAWN,
}


#: States in which nothing was built on another item yet, or nothing stands any more.
NOTHING_BUILT = FAILED | {ItemState.WAITING, ItemState.OPEN, ItemState.NOT_REQUIRED}
#: States in which an item stands by a decision.
STANDS_BY_DECISION = frozenset(
    {ItemState.GRANTED, ItemState.CONDITIONALLY_GRANTED, ItemState.PRELIMINARY}
)

#: States in which a voided approval can be restored: whatever was begun since is not decided.
RESTORABLE = ENDED_BY_DECISION | {
    ItemState.VOIDED,
    # What was refused since is another application: it takes away nothing that stood before it.
    ItemState.DENIED,
    ItemState.NOT_ACCEPTED,
    ItemState.WAITING,
    ItemState.OPEN,
    ItemState.RECEIVED,
    ItemState.CORRECTING,
    ItemState.ACCEPTED,
    ItemState.SUSPENDED,
    ItemState.RECTIFYING,
    ItemState.WITHDRAWN,
}
#: States of a part that end when its whole is not examined any longer; what is decided stays.
ENDS_WITH_WHOLE = frozenset(
    {
        ItemState.OPEN,
        ItemState.RECEIVED,
        ItemState.CORRECTING,
        ItemState.ACCEPTED,
        ItemState.SUSPENDED,
        ItemState.RECTIFYING,
        ItemState.DENIED,
        ItemState.NOT_ACCEPTED,
        ItemState.WITHDRAWN,
    }
)


class MaterialState(StrEnum):
    """Where one paper of one project is."""

    PROVIDED = "provided"
    """Handed in by the applicant, or filled in by the system from what it already holds."""
    RETURNED = "returned"
    """Named in a correction notice: it has to be handed in again."""


class DeficiencyState(StrEnum):
    """Where one open promise to hand in a deferrable material is."""

    OPEN = "open"
    SUBMITTED = "submitted"
    """Handed in, waiting for the department to verify it."""
    CURED = "cured"
    """销号: verified and closed out."""
    EXPIRED = "expired"
    """Never came by its last day; the approval was voided."""
    HANDED_IN_LATE = "handed_in_late"
    """Came after its last day, which does not make it good; the approval was voided."""
    UNVERIFIED = "unverified"
    """Handed in by its last day and not verified when the approval fell for another reason."""
    LAPSED = "lapsed"
    """No longer owed: the item was denied, or its approval fell, before the last day."""
    NOT_REQUIRED = "not_required"
    """Closed as not required: the project does not need the item, or the item the paper, any more."""


#: States in which a deferred material is still owed or waits to be verified.
OPEN_DEFICIENCY = frozenset({DeficiencyState.OPEN, DeficiencyState.SUBMITTED})
#: States of a promise that was not kept.
BROKEN_PROMISE = frozenset({DeficiencyState.EXPIRED, DeficiencyState.HANDED_IN_LATE})
#: States in which a deferred material is when the approval that it was owed for fell.
FALLEN_DEFICIENCY = BROKEN_PROMISE | {DeficiencyState.UNVERIFIED, DeficiencyState.LAPSED}


class Verdict(StrEnum):
    """How a part of a joint acceptance is judged where it does not simply pass."""

    PASS_WITH_RECTIFICATION = "pass_with_rectification"  # noqa: S105 - a verdict
    """整改后通过: what was put right is confirmed on the papers."""
    FAIL = "fail"
    """不合格: what was put right is looked at again."""


class VoidingState(StrEnum):
    """Where the voiding of an approval is."""

    STANDING = "standing"
    APPEALED = "appealed"
    """The applicant appealed; the head of the department decides."""
    DISMISSED = "dismissed"
    """The appeal was dismissed: it stands."""
    CORRECTED = "corrected"
    """It was wrong: the approval was restored with its original date."""
    REINSTATED = "reinstated"
    """Cured after all: the approval was restored."""


class ClockState(StrEnum):
    """Whether a clock counts."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    STOPPED = "stopped"


class _Names(type):
    """Names that are declared elsewhere, as constants."""

    def __getattr__(cls, name: str) -> str:
        if not name.isupper():
            raise AttributeError(name)
        setattr(cls, name, name.lower())
        return name.lower()


class ClockKind(metaclass=_Names):
    """Kinds of clocks as acts name them: ``ClockKind.MAKE_UP`` is ``"make_up"``.

    The table of clocks alone says which there are (:mod:`rules.cases.clocks.kinds`); a test holds every
    name in the code against it.
    """


class DocumentState(StrEnum):
    """Whether an issued document 证照批文 still stands."""

    VALID = "valid"
    REVOKED = "revoked"
    RECALLED = "recalled"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    """A preliminary opinion after the decision that took its place."""


class Light(StrEnum):
    """Traffic light 红黄绿预警."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
