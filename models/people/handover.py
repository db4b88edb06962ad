"""Hand-over lists 交接清单 (``domain/stewards`` 2.6): what is open when somebody else acts for a project, and who signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from models.values import Text


class HandoverCause(StrEnum):
    """Why somebody else acts for projects."""

    REASSIGNED = "reassigned"
    """Another steward was named."""
    DEPARTURE = "departure"
    """Their account was closed: they left, or were dismissed."""
    POST_ENDED = "post_ended"
    """Their post ended, or they do something else now."""
    ABSENCE = "absence"
    """They are away, and a deputy acts."""
    RETURN = "return"
    """They are back from it."""
    REBALANCED = "rebalanced"
    """Loads were levelled by a proposal that was approved."""
    CHOSEN = "chosen"
    """The enterprise chose somebody else."""
    PHASE = "phase"
    """The project came into a phase for which somebody else was named."""


class OpenKind(StrEnum):
    """What is open in a project."""

    ITEM = "item"
    """An item 事项 that is not decided."""
    CLOCK = "clock"
    """A limit 时限 that runs or is held."""
    PROMISE = "promise"
    """A promise 承诺 for the project, that runs."""
    DEFICIENCY = "deficiency"
    """A deferred paper 容缺 that is owed."""
    CONSULTATION = "consultation"
    """A question to a department 征求意见 that is not answered."""
    LETTER = "letter"
    """A supervision letter 督办函 that is not answered."""
    SUPERVISION = "supervision"
    """Something that a department supervises 监管 and has not done."""
    SITE_VISIT = "site_visit"
    """A visit to the site 踏勘 that is to come."""
    COMMITMENT = "commitment"
    """A commitment 告知承诺 that is to be checked."""
    LINE = "line"
    """A utility's line 报装 that is not connected."""
    APPEAL = "appeal"
    """An appeal against a voiding 申诉 that is not decided."""
    AUTHORISATION = "authorisation"
    """An authorisation of an agent 授权委托: personal to who it names."""


class OpenWork(BaseModel):
    """One line of a hand-over list."""

    model_config = ConfigDict(frozen=True)

    kind: OpenKind
    item: str = ""
    """Code of the item that it is about; empty for the project as a whole."""
    name: Text
    """What it is: the item, the paper, the promise."""
    detail: str = ""
    """State of the item, kind of the clock."""
    waits_for: str = ""
    """Whose move it is: the key of a department, a login, or empty for the enterprise."""
    due_on: date | None = None
    """Last day, where there is one; handing over moves none."""


@dataclass(frozen=True, slots=True)
class ProjectLines:
    """What is open in one project that is handed over."""

    code: str
    title: str
    lines: tuple[OpenWork, ...]


@dataclass(frozen=True, slots=True)
class Handover:
    """A hand-over from one person to another, of one or many projects."""

    id: int
    giver: str
    giver_name: str
    receiver: str
    receiver_name: str
    cause: HandoverCause
    made_at: datetime
    sign_by: date
    """By when both are to sign."""
    projects: int
    giver_signed_at: datetime | None
    giver_signed_by: str | None
    """Another than the giver where that one had left or was away."""
    receiver_signed_at: datetime | None
    reservations: str
    """What the receiver says is missing."""

    @property
    def signed(self) -> bool:
        """Whether both have signed."""
        return self.giver_signed_at is not None and self.receiver_signed_at is not None

    def late(self, today: date) -> bool:
        """Whether somebody has not signed by the last day."""
        return not self.signed and self.sign_by < today
