"""After the decision: documents, deferred papers, voiding and appeal, the phases of a permit."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from models.cases.commands.base import (
    FileName,
    ItemCommand,
    Prompt,
    Remark,
    Sentence,
    Sha256,
    ShortText,
)
from models.scenarios.definition import Key


class MakeUpMaterial(ItemCommand):
    """Hand in a deferred material 补齐."""

    act: Literal["make_up_material"] = "make_up_material"
    material: Key
    file_name: FileName
    sha256: Sha256


class VerifyMakeUp(ItemCommand):
    """The department verifies a made-up material: right closes the deficiency 销号, wrong returns it."""

    act: Literal["verify_make_up"] = "verify_make_up"
    material: Key
    correct: Annotated[bool, Prompt(buttons=("Right, close it out", "Return it"))]
    reason: Annotated[Remark, Field(title="Reason, if it is returned")] = ""


class VoidApproval(ItemCommand):
    """Void a conditional grant whose deficiency was not made good in time 作废."""

    act: Literal["void_approval"] = "void_approval"
    reason: Annotated[Sentence, Prompt(default="Deferred papers were not made good in time.")]


class GiveGrace(ItemCommand):
    """Nobody was reminded of a last day: remind now, and leave time for it 宽限 [D]."""

    act: Literal["give_grace"] = "give_grace"
    clock: str
    """Kind of the clocks that ran out without a reminder."""
    subjects: tuple[str, ...] = ()
    """What they are about: the papers that are owed; nothing for a clock of the item as a whole."""


class ConfirmAfterReExamination(ItemCommand):
    """Confirm what was decided on the strength of an approval that was voided 重新审查后维持."""

    act: Literal["confirm_after_re_examination"] = "confirm_after_re_examination"
    reason: Sentence


class AwaitBasis(ItemCommand):
    """The applicant asks to wait until what the case builds on stands again 等待前置恢复."""

    act: Literal["await_basis"] = "await_basis"
    reason: Annotated[
        Sentence, Prompt(default="We ask to wait until what this builds on is granted again.")
    ]


class AppealVoiding(ItemCommand):
    """The applicant objects to a voiding 申诉."""

    act: Literal["appeal_voiding"] = "appeal_voiding"
    reason: Sentence


class DecideAppeal(ItemCommand):
    """The head of the department upholds the appeal, which corrects the voiding, or dismisses it."""

    act: Literal["decide_appeal"] = "decide_appeal"
    upheld: Annotated[
        bool, Prompt(buttons=("Uphold: the grant is restored", "Dismiss the objection"))
    ]
    reason: Sentence


class ReinstateApproval(ItemCommand):
    """Restore a voided approval whose deficiencies were made good after all 恢复."""

    act: Literal["reinstate_approval"] = "reinstate_approval"
    reason: Sentence


class CorrectVoiding(ItemCommand):
    """Set a voiding right that a later calendar finds too early 纠正作废: the period runs on."""

    act: Literal["correct_voiding"] = "correct_voiding"
    reason: Annotated[
        Sentence,
        Prompt(default="By the calendar now in force, the last day was not over."),
    ]


class IssueDocument(ItemCommand):
    """Issue the numbered document of a granted item 证照批文."""

    act: Literal["issue_document"] = "issue_document"
    number: Annotated[
        Sentence | None,
        Field(description="Left out, it is the next one of its kind, region and year."),
    ] = None


class RecordDelivery(ItemCommand):
    """The document reached the applicant 送达 (art. 44)."""

    act: Literal["record_delivery"] = "record_delivery"
    method: Annotated[
        Literal["pickup", "courier", "electronic"],
        Field(title="How it was received"),
        Prompt(
            choices=(
                ("electronic", "electronically"),
                ("pickup", "picked up at the window"),
                ("courier", "by courier"),
            )
        ),
    ] = "electronic"


class RecordResultTold(ItemCommand):
    """The result was told to the enterprise by another way than the portal."""

    act: Literal["record_result_told"] = "record_result_told"
    method: Annotated[
        Literal["telephone", "letter", "in_person"],
        Field(title="How it was told"),
        Prompt(
            choices=(
                ("telephone", "by telephone"),
                ("letter", "by letter"),
                ("in_person", "in person"),
            )
        ),
    ] = "telephone"
    to: Annotated[ShortText, Field(title="Who was told")]


class LapsePhase(ItemCommand):
    """Time: the next phase was not applied for within the period that was promised."""

    act: Literal["lapse_phase"] = "lapse_phase"


class RecordViolation(ItemCommand):
    """Record work beyond the permitted phase 超阶段施工: what was found, and when."""

    act: Literal["record_violation"] = "record_violation"
    happened_on: Annotated[date, Field(title="It was found on"), Prompt(until_today=True)]
    finding: Annotated[Sentence, Field(title="What was found there")]


class CompleteSupervision(ItemCommand):
    """Close a supervision task with what was done, found or handed over."""

    act: Literal["complete_supervision"] = "complete_supervision"
    number: Annotated[int, Field(ge=1, le=100_000, description="Number of the task.")]
    note: Annotated[Sentence, Field(title="What was found and done")]


class ReplyToSupervision(ItemCommand):
    """The head of the department answers a supervision letter 督办函: why it is late, what is done."""

    act: Literal["reply_to_supervision"] = "reply_to_supervision"
    number: Annotated[int, Field(ge=1, le=100_000, description="Number of the task.")]
    cause: Annotated[
        Sentence,
        Field(title="Why the deadline was missed", description="Why the deadline was missed."),
    ]
    measures: Annotated[
        Sentence, Field(title="What is done about it", description="What is done about it.")
    ]
    until: Annotated[
        date, Field(title="Done by", description="Day by which it is done, or was done.")
    ]


EntryNumber = Annotated[
    int,
    Field(title="Number of the entry", ge=1, le=1_000_000_000, description="Number of the entry."),
]


class RepairCredit(ItemCommand):
    """Lift an entry of the credit record that the enterprise made up for 信用修复."""

    act: Literal["repair_credit"] = "repair_credit"
    entry: EntryNumber
    reason: Annotated[Sentence, Field(title="Reason")]


class CorrectCredit(ItemCommand):
    """Lift an entry of the credit record that was made wrongly 更正."""

    act: Literal["correct_credit"] = "correct_credit"
    entry: EntryNumber
    reason: Annotated[Sentence, Field(title="Reason")]
