"""The examination and its end: visits, opinions of others, rectification, the decision and its clock."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from models.commands.base import ItemCommand, Login, Remark, Sentence
from models.definition import Key, SpecialProcedure
from models.states import Verdict


class RecordVerification(ItemCommand):
    """Record what two officers or more found when they verified it on the spot 实地核查 (art. 34)."""

    act: Literal["record_verification"] = "record_verification"
    officers: Annotated[tuple[Login, ...], Field(min_length=1, max_length=20)]
    finding: Sentence


class ScheduleSiteVisit(ItemCommand):
    """Set the day of the one joint visit to the site 联合踏勘; everyone concerned is told once."""

    act: Literal["schedule_site_visit"] = "schedule_site_visit"
    scheduled_for: date


class RecordSiteVisit(ItemCommand):
    """Record that the joint visit was held: who was there for each department, what was found.

    A utility that was told of the day and did not come is named as absent, where that is allowed.
    """

    act: Literal["record_site_visit"] = "record_site_visit"
    held_on: date
    officers: Annotated[
        dict[Key, Annotated[tuple[Login, ...], Field(min_length=1, max_length=20)]],
        Field(min_length=1, max_length=50, description="Department → its officers who were there."),
    ]
    absent: Annotated[
        dict[Key, Remark],
        Field(
            max_length=50,
            description="Utility that did not come → the reason it gave; empty: it gave none.",
        ),
    ] = Field(default_factory=dict)
    finding: Sentence


class AnswerConsultation(ItemCommand):
    """A consulted department answers: the one of whoever answers 反馈意见."""

    act: Literal["answer_consultation"] = "answer_consultation"
    agrees: bool
    opinion: Sentence


class DeemAgreed(ItemCommand):
    """Silence to the last day is taken as consent, where that is declared (R12)."""

    act: Literal["deem_agreed"] = "deem_agreed"


class RequireRectification(ItemCommand):
    """A part does not pass as it is: to be rectified 整改, or failed; with every point at once."""

    act: Literal["require_rectification"] = "require_rectification"
    verdict: Verdict
    points: Sentence


class ReportRectification(ItemCommand):
    """The applicant reports that every point was put right."""

    act: Literal["report_rectification"] = "report_rectification"
    note: Sentence


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


class SuspendClock(ItemCommand):
    """Begin a special procedure: its time is not counted, its length is told in writing (art. 45)."""

    act: Literal["suspend_clock"] = "suspend_clock"
    procedure: SpecialProcedure
    planned_days: Annotated[int, Field(ge=1, le=365, description="Working days.")]


class ResumeClock(ItemCommand):
    """The result of the special procedure is in."""

    act: Literal["resume_clock"] = "resume_clock"
    result: Sentence


class ExtendLimit(ItemCommand):
    """Extend the limit once, before it expires, with the head's approval (art. 42)."""

    act: Literal["extend_limit"] = "extend_limit"
    reason: Sentence
