"""From the application to its acceptance, and back: applied for, corrected, referred, taken back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from models.cases.case_round import Channel
from models.cases.commands.base import (
    Commitment,
    Entry,
    Faults,
    FileName,
    FilledForm,
    ItemCommand,
    Prompt,
    Remark,
    Sentence,
    Sha256,
    ShortText,
)
from models.cases.pre_check import CodeSource
from models.scenarios.definition import Key


class SubmitApplication(ItemCommand):
    """The applicant applies for an item, on the materials that the project holds."""

    act: Literal["submit_application"] = "submit_application"
    defer: Annotated[tuple[Key, ...], Prompt(Entry.TICKS)] = ()
    commitment: Annotated[Commitment | None, Prompt(Entry.COMMITMENT)] = None
    form: FilledForm = Field(default_factory=dict)
    channel: Annotated[
        Channel | None,
        Field(
            description="How it came in; left out: by an agent, where one hands it in, else by the"
            " interface of programs."
        ),
    ] = None


class SubmitForPreCheck(ItemCommand):
    """What was wrong at the pre-check is put right; the department looks at it once more."""

    act: Literal["submit_for_pre_check"] = "submit_for_pre_check"


class ReturnPreCheck(ItemCommand):
    """Return a project from the pre-check, once, with everything that is wrong."""

    act: Literal["return_pre_check"] = "return_pre_check"
    reason: Annotated[Sentence, Field(title="Everything that is wrong")]


class RecordProjectCode(ItemCommand):
    """Record the code 项目代码 that the provincial platform gave the project, with its proof."""

    act: Literal["record_project_code"] = "record_project_code"
    code: Annotated[ShortText, Field(title="Project code")]
    source: Annotated[
        CodeSource,
        Field(title="Where it was read"),
        Prompt(
            choices=(
                ("platform", "on the provincial platform"),
                ("certificate", "on a paper of the authority"),
            )
        ),
    ] = CodeSource.PLATFORM
    file_name: FileName
    sha256: Sha256


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
        Field(
            title="Why a second notice is needed",
            description="Why the head of the department asks a second time; kept for ever.",
        ),
    ] = ""


class SupplyCorrection(ItemCommand):
    """The applicant declares the noticed corrections complete."""

    act: Literal["supply_correction"] = "supply_correction"
    form: Annotated[
        FilledForm | None,
        Field(description="The whole form filled in anew; left out, it stays as it is."),
        Prompt(Entry.ITEM_FORM),
    ] = None


class RefuseApplication(ItemCommand):
    """Refuse to accept for want of competence, naming who is competent (art. 32(2))."""

    act: Literal["refuse_application"] = "refuse_application"
    reason: Sentence
    competent_authority: Annotated[Sentence, Field(title="Competent authority"), Prompt(Entry.LINE)]


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
    note: Annotated[
        Remark, Field(title="What was put right", description="What was put right.")
    ] = ""


class DeemAccepted(ItemCommand):
    """Silence for five working days: accepted as of the day of receipt (art. 32(4))."""

    act: Literal["deem_accepted"] = "deem_accepted"


class FileOnReceipt(ItemCommand):
    """A filing of which everything is there is filed 即为备案 (Reg. 673 art. 13)."""

    act: Literal["file_on_receipt"] = "file_on_receipt"


class GrantOnCommitment(ItemCommand):
    """Granted on the signed commitment at once 承诺即批, in the name of who published the list."""

    act: Literal["grant_on_commitment"] = "grant_on_commitment"


class WithdrawApplication(ItemCommand):
    """The applicant takes the application back 撤件."""

    act: Literal["withdraw_application"] = "withdraw_application"
    reason: Remark = ""


class StartNewRound(ItemCommand):
    """Begin an item again after a round that ended without a result to build on."""

    act: Literal["start_new_round"] = "start_new_round"


LongAgo = Annotated[
    bool,
    Field(
        title="The day is right although it is more than a year ago",
        description="The day is right although it is long ago.",
    ),
]


class RecordMilestone(ItemCommand):
    """Record that a milestone or technical step happened, on its own date."""

    act: Literal["record_milestone"] = "record_milestone"
    happened_on: Annotated[date, Field(title="It happened on"), Prompt(until_today=True)]
    form: FilledForm = Field(default_factory=dict)
    note: Remark = ""
    long_ago: LongAgo = False


class CorrectMilestone(ItemCommand):
    """Correct the day or the sheet of a milestone that was recorded wrongly 更正."""

    act: Literal["correct_milestone"] = "correct_milestone"
    happened_on: Annotated[date, Field(title="It happened on")]
    form: FilledForm = Field(default_factory=dict)
    reason: Annotated[Sentence, Field(title="What was wrong")]
    long_ago: LongAgo = False
