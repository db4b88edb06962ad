"""From the application to its acceptance, and back: applied for, corrected, referred, taken back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from models.commands.base import (
    Commitment,
    Faults,
    FileName,
    FilledForm,
    ItemCommand,
    Remark,
    Sentence,
    Sha256,
)
from models.definition import Key


class SubmitApplication(ItemCommand):
    """The applicant applies for an item, on the materials that the project holds."""

    act: Literal["submit_application"] = "submit_application"
    defer: tuple[Key, ...] = ()
    commitment: Commitment | None = None
    form: FilledForm = Field(default_factory=dict)


class AcceptApplication(ItemCommand):
    """Accept an application that is complete (or complete but for deferred materials)."""

    act: Literal["accept_application"] = "accept_application"


class RequestCorrection(ItemCommand):
    """Tell the applicant, once and completely, what has to be corrected (art. 32(4)).

    Papers and fields of the item's form, each with what is wrong with it; one of them at least.
    """

    act: Literal["request_correction"] = "request_correction"
    materials: Faults = Field(default_factory=dict)
    fields: Faults = Field(default_factory=dict)
    override: Annotated[
        Remark,
        Field(description="Why the head of the department asks a second time; kept for ever."),
    ] = ""


class SupplyCorrection(ItemCommand):
    """The applicant declares the noticed corrections complete."""

    act: Literal["supply_correction"] = "supply_correction"
    form: Annotated[
        FilledForm | None,
        Field(description="The whole form filled in anew; left out, it stays as it is."),
    ] = None


class RefuseApplication(ItemCommand):
    """Refuse to accept for want of competence, naming who is competent (art. 32(2))."""

    act: Literal["refuse_application"] = "refuse_application"
    reason: Sentence
    competent_authority: Sentence


class ReferApplication(ItemCommand):
    """Hand the application on to the department that it belongs to 移送; the five days run on."""

    act: Literal["refer_application"] = "refer_application"
    department: Key
    reason: Sentence


class DeclareNotRequired(ItemCommand):
    """Tell the applicant at once that no licence is needed 不受理 (art. 32(1))."""

    act: Literal["declare_not_required"] = "declare_not_required"
    reason: Sentence


class FixOnTheSpot(ItemCommand):
    """A paper is put right on the spot 当场更正, without a notice of corrections (art. 32(3))."""

    act: Literal["fix_on_the_spot"] = "fix_on_the_spot"
    material: Key
    file_name: FileName
    sha256: Sha256
    note: Annotated[Remark, Field(description="What was put right.")] = ""


class DeemAccepted(ItemCommand):
    """Silence for five working days: accepted as of the day of receipt (art. 32(4))."""

    act: Literal["deem_accepted"] = "deem_accepted"


class WithdrawApplication(ItemCommand):
    """The applicant takes the application back 撤件."""

    act: Literal["withdraw_application"] = "withdraw_application"
    reason: Remark = ""


class StartNewRound(ItemCommand):
    """Begin an item again after a round that ended without a result to build on."""

    act: Literal["start_new_round"] = "start_new_round"


class RecordMilestone(ItemCommand):
    """Record that a milestone or technical step happened, on its own date."""

    act: Literal["record_milestone"] = "record_milestone"
    happened_on: date
    note: Remark = ""
    form: FilledForm = Field(default_factory=dict)
