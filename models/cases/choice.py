"""The choice of an enterprise, who accompanies its project 办事专员 (``domain/stewards`` 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.cases.commands.base import Login, Remark


class ChoiceState(StrEnum):
    """Where a choice stands."""

    ASKED = "asked"
    """Who was chosen has not answered yet; silence is acceptance."""
    ACCEPTED = "accepted"
    DECLINED = "declined"


class DeclineReason(StrEnum):
    """Why somebody may decline; there is no other reason."""

    INTEREST = "interest"
    """An interest of their own in the enterprise or the project 回避."""
    AT_CAP = "at_cap"
    """They have as much as a steward may have."""
    ABSENT = "absent"
    """They are away for long."""


class ChooseSteward(BaseModel):
    """The enterprise chooses who accompanies its project."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    officer: Annotated[Login, Field(title="Who is chosen")]
    reason: Annotated[Remark, Field(title="Why another one")] = ""
    """Needed to choose again within thirty days."""


class AnswerChoice(BaseModel):
    """Who was chosen accepts, or declines for one of the reasons."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    decline: Annotated[DeclineReason | None, Field(title="Why it is declined")] = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of the enterprise of a project."""

    id: int
    officer: str
    officer_name: str
    asked_at: datetime
    answer_by: date
    """Until the end of this day there is an answer; afterwards it counts as accepted."""
    state: ChoiceState
    decline: DeclineReason | None


@dataclass(frozen=True, slots=True)
class Choosable:
    """Somebody whom an enterprise may choose."""

    login: str
    name: str
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    free: int
    """Projects that they can still take."""
