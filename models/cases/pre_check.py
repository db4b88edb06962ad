"""The pre-check 预审 of a project that has no code yet 待赋码, up to the day on which its code is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from models.cases.part import Part

#: What a project without a code is called until it has one: nobody here makes up a project code.
PLACEHOLDER: Final = "待赋码-"


def placeholder(number: int) -> str:
    """What a project is called until its code is recorded; its number never changes."""
    return f"{PLACEHOLDER}{number}"


def number_of(code: str) -> int | None:
    """The number of a project from its placeholder, before its code was recorded and after."""
    digits = code.removeprefix(PLACEHOLDER)
    named = code.startswith(PLACEHOLDER) and digits.isascii() and digits.isdecimal()
    return int(digits) if named else None


class PreCheckState(StrEnum):
    """Where the pre-check of a project is."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    """Told once what is wrong; the enterprise has the move."""
    CODED = "coded"
    """已赋码: the project code is recorded."""


class CodeSource(StrEnum):
    """Where whoever recorded a project code read it."""

    PLATFORM = "platform"
    """The provincial on-line platform 投资项目在线审批监管平台."""
    CERTIFICATE = "certificate"
    """A paper of the authority that gave it."""


@dataclass(frozen=True, slots=True)
class PreCheckFacts:
    """One submission for the pre-check, and what became of it."""

    number: int
    """1, or 2 after it was returned: that happens once."""
    item: str
    """The item that the project begins with; its department does the pre-check."""
    state: PreCheckState
    submitted_on: date
    due_on: date | None = None
    closed_on: date | None = None
    reason: str | None = None
    """Why it was returned."""
    code: str | None = None
    source: CodeSource | None = None
    sha256: str | None = None
    """Fingerprint of the proof of the code."""

    @property
    def key(self) -> int:
        """What identifies it within its project."""
        return self.number


PRE_CHECKS = Part(
    "pre_checks",
    PreCheckFacts,
    table="pre_check",
    key=("number",),
    label="pre-check",
    log="pre_checks",
    checks={"number": "number BETWEEN 1 AND 2"},
)
