"""The examination and its end: visits, opinions of others, rectification, the decision and its clock."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from models.cases.commands.base import (
    Entry,
    ItemCommand,
    Login,
    Prompt,
    Remark,
    Sentence,
    ShortText,
)
from models.cases.states import Verdict
from models.scenarios.definition import ExtensionGround, Key, SpecialProcedure


class RecordVerification(ItemCommand):
    """Record what two officers or more found when they verified it on the spot 实地核查 (art. 34)."""

    act: Literal["record_verification"] = "record_verification"
    officers: Annotated[
        tuple[Login, ...],
        Field(
            title="Officers who were there (sign-in names, two at least)",
            min_length=1,
            max_length=20,
        ),
        Prompt(Entry.LOGINS),
    ]
    finding: Annotated[Sentence, Field(title="What they found")]


class TakeItem(ItemCommand):
    """Take on an item that nobody of the department has: its first handler 首办负责人."""

    act: Literal["take_item"] = "take_item"


class AssignHandler(ItemCommand):
    """Name who answers for an item in its department, or hand it over to them."""

    act: Literal["assign_handler"] = "assign_handler"
    officer: Annotated[Login, Field(title="Officer (sign-in name)"), Prompt(Entry.LINE)]
    reason: Remark = ""


class TransferCompetence(ItemCommand):
    """Competence for an item changed: what is in hand goes to whoever is competent now 职权移交."""

    act: Literal["transfer_competence"] = "transfer_competence"
    to: Key
    reason: ShortText


class ScheduleSiteVisit(ItemCommand):
    """Set the day of the one joint visit to the site 联合踏勘; everyone concerned is told once."""

    act: Literal["schedule_site_visit"] = "schedule_site_visit"
    scheduled_for: Annotated[date, Field(title="Day of the joint visit")]


class RecordSiteVisit(ItemCommand):
    """Record that the joint visit was held: who was there for each department, what was found.

    A utility that was told of the day and did not come is named as absent, where that is allowed.
    """

    act: Literal["record_site_visit"] = "record_site_visit"
    held_on: Annotated[date, Field(title="Held on"), Prompt(until_today=True)]
    officers: Annotated[
        dict[Key, Annotated[tuple[Login, ...], Field(min_length=1, max_length=20)]],
        Field(min_length=1, max_length=50, description="Department → its officers who were there."),
        Prompt(Entry.ATTENDANCE),
    ]
    absent: Annotated[
        dict[Key, Remark],
        Field(
            max_length=50,
            description="Utility that did not come → the reason it gave; empty: it gave none.",
        ),
        Prompt(Entry.ABSENCES),
    ] = Field(default_factory=dict)
    finding: Annotated[Sentence, Field(title="What was found")]


class AnswerConsultation(ItemCommand):
    """A consulted department answers: the one of whoever answers 反馈意见."""

    act: Literal["answer_consultation"] = "answer_consultation"
    agrees: Annotated[bool, Prompt(buttons=("We agree", "We object"))]
    opinion: Annotated[
        Sentence,
        Field(title="Opinion of your department"),
        Prompt(hint="An objection does not decide the item; who decides has to answer it."),
    ]


class DeemAgreed(ItemCommand):
    """Silence to the last day is taken as consent, where that is declared (R12)."""

    act: Literal["deem_agreed"] = "deem_agreed"


class RequireRectification(ItemCommand):
    """A part does not pass as it is: to be rectified 整改, or failed; with every point at once."""

    act: Literal["require_rectification"] = "require_rectification"
    verdict: Annotated[
        Verdict,
        Field(title="Verdict"),
        Prompt(
            choices=(
                (
                    Verdict.PASS_WITH_RECTIFICATION.value,
                    "Passes once rectified: confirmed on the papers",
                ),
                (Verdict.FAIL.value, "Failed: looked at again once rectified"),
            )
        ),
    ]
    points: Annotated[
        Sentence,
        Field(title="What has to be put right, and why"),
        Prompt(hint="Every point at once; the enterprise is told these words."),
    ]


class ReportRectification(ItemCommand):
    """The applicant reports that every point was put right."""

    act: Literal["report_rectification"] = "report_rectification"
    note: Annotated[Sentence, Field(title="What was done about each point")]


class ApproveItem(ItemCommand):
    """Grant the application 准予."""

    act: Literal["approve_item"] = "approve_item"
    comment: Remark = ""


class IssuePreliminaryOpinion(ItemCommand):
    """A preliminary opinion 初审意见, where a missing material may change the result."""

    act: Literal["issue_preliminary_opinion"] = "issue_preliminary_opinion"
    comment: Remark = ""


class DenyItem(ItemCommand):
    """Deny the application, with reasons; the remedies are stated by the document (art. 38)."""

    act: Literal["deny_item"] = "deny_item"
    reason: Sentence
    falsehood: Annotated[
        bool,
        Field(title="Facts were hidden or papers were false (Licensing Law art. 78)"),
        Prompt(
            hint="Entered in the credit record; where safety is at issue, nobody applies again for a year. The warning itself is decided in a penalty procedure."
        ),
    ] = False


class SuspendClock(ItemCommand):
    """Begin a special procedure: its time is not counted, its length is told in writing (art. 45)."""

    act: Literal["suspend_clock"] = "suspend_clock"
    procedure: SpecialProcedure
    planned_days: Annotated[
        int, Field(title="Planned working days", ge=1, le=365, description="Working days.")
    ]


class ResumeClock(ItemCommand):
    """The result of the special procedure is in."""

    act: Literal["resume_clock"] = "resume_clock"
    result: Annotated[Sentence, Field(title="Result of the procedure")]


class AskForExtension(ItemCommand):
    """Ask the head of the people's government for an extension, with the reason (art. 42(2))."""

    act: Literal["ask_for_extension"] = "ask_for_extension"
    reason: Sentence


class ExtendLimit(ItemCommand):
    """Extend the limit once, before it expires, with the approval that the law wants (art. 42)."""

    act: Literal["extend_limit"] = "extend_limit"
    reason: Sentence
    days: Annotated[
        int | None,
        Field(
            title="By how much",
            ge=1,
            le=3660,
            description="In the unit of the extension; left out: the whole of it, where the law "
            "leaves no choice.",
        ),
    ] = None
    ground: Annotated[
        ExtensionGround | None,
        Field(title="Ground", description="Where the law names the grounds: one of them."),
    ] = None
