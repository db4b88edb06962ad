"""What is kept of a project beside its items: papers, deficiencies, voidings, documents, events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.cases.commitment import CheckKind, CheckState, EndGround
from models.cases.states import DeficiencyState, DocumentState, Light, MaterialState, VoidingState
from models.documents.official_document import DocumentCategory
from models.scenarios.definition import Text


@dataclass(frozen=True, slots=True)
class DeficiencyRow:
    """An entry of the deficiency ledger 容缺台账."""

    item: str
    item_name: Text
    round: int
    material: str
    material_name: Text
    state: DeficiencyState
    light: Light
    opened_on: date | None
    due_on: date | None
    submitted_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """What a grant on commitment rests on, its check, and what follows from it."""

    item: str
    item_name: Text
    round: int
    state: CheckState
    is_open: bool
    signer: str | None
    statements: tuple[Text, ...]
    """Papers in whose place it stands."""
    check_due: date | None
    kind: CheckKind | None
    finding: str | None
    ground: EndGround | None
    suspicion: str | None
    evidence: str | None
    told_on: date | None
    statement_until: date | None
    statement: str | None
    hearing_asked_on: date | None
    hearing_held_on: date | None
    hearing_record: str | None
    rectify_until: date | None
    reason: str | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class VoidingRow:
    """A voided approval 作废, and what became of it."""

    item: str
    item_name: Text
    round: int
    state: VoidingState
    voided_on: date
    appeal_until: date
    reason: str
    because: str | None
    """The item whose voiding took this one along."""
    grounds: str | None
    """Why the enterprise objected."""
    closed_on: date | None
    decide_by: date | None = None
    """Last day to decide on the objection, as long as that is open."""
    early: date | None = None
    """The right last day by a later calendar, where it was voided too early and still stands."""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """An official document 文书: a certificate 证照批文, or a paper of the procedure."""

    item: str
    kind: str
    category: DocumentCategory
    name: Text
    number: str
    state: DocumentState
    conditional: bool
    issued_on: date
    revoked_on: date | None
    revoked_reason: str | None
    revoked_by: str | None
    """Number of the decision that revoked it, or took its place."""
    token: str
    """Where it is verified and downloaded: nobody can guess it."""


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One paper of a project: handed in once for every item that asks for it."""

    key: str
    name: Text
    state: MaterialState | None
    """``None``: not there yet."""
    system_held: bool
    source: str | None
    file_name: str | None
    sha256: str | None
    version: int
    provided_on: date | None
    items: tuple[str, ...]
    """Codes of the items that ask for it."""
    needed: bool
    """Whether the applicant has to hand it in now: an item that is open asks for it."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of the project's log; ``data`` is what the log says."""

    seq: int
    at: datetime
    kind: str
    item: str | None
    actor: str
    actor_name: str | None
    role: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CountedTime:
    """The authorities' time so far, in working days: side by side counts once, the applicant's not."""

    days: int
    """Along the chain of items that took longest."""
    promised: int | None
    """What the scenario promises for the whole project."""
    path: tuple[str, ...]
    """Codes of the items of that chain."""
    stages: Mapping[str, int]
    """Key of each stage: days on which any of its items was counted."""
