"""What can be asked of a project: one frozen value per act, named in the imperative.

The same values come from the portal, the REST API, the command line, the flows and the clock;
``Command`` is their discriminated union, so a JSON document can be read into the right one.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.commands.aftermath import (
    AppealVoiding,
    CompleteSupervision,
    ConfirmAfterReExamination,
    DecideAppeal,
    IssueDocument,
    LapsePhase,
    MakeUpMaterial,
    RecordDelivery,
    RecordViolation,
    ReinstateApproval,
    ReplyToSupervision,
    VerifyMakeUp,
    VoidApproval,
)
from models.commands.application import (
    AcceptApplication,
    DeclareNotRequired,
    DeemAccepted,
    FixOnTheSpot,
    RecordMilestone,
    ReferApplication,
    RefuseApplication,
    RequestCorrection,
    StartNewRound,
    SubmitApplication,
    SupplyCorrection,
    WithdrawApplication,
)
from models.commands.architect import RecordArchitectTeam, RecordDesignOpinion
from models.commands.base import (
    PRINTABLE,
    Commitment,
    FileName,
    Filled,
    FilledForm,
    ItemCommand,
    Login,
    ProjectCommand,
    Remark,
    Sentence,
    Sha256,
)
from models.commands.examination import (
    AnswerConsultation,
    ApproveItem,
    DeemAgreed,
    DenyItem,
    ExtendLimit,
    IssuePreliminaryOpinion,
    RecordSiteVisit,
    RecordVerification,
    ReportRectification,
    RequireRectification,
    ResumeClock,
    ScheduleSiteVisit,
    SuspendClock,
)
from models.commands.project import (
    AssignSteward,
    CloseProject,
    CorrectAttributes,
    OpenStage,
    ReleaseBundle,
    SendLeads,
    SubmitMaterial,
)
from models.commands.utilities import AcknowledgeLead, AnswerLine, ConnectLine

AnyItemCommand = (
    SubmitApplication
    | AcceptApplication
    | RequestCorrection
    | SupplyCorrection
    | RefuseApplication
    | ReferApplication
    | DeclareNotRequired
    | FixOnTheSpot
    | DeemAccepted
    | RecordVerification
    | AcknowledgeLead
    | AnswerLine
    | ConnectLine
    | ScheduleSiteVisit
    | RecordSiteVisit
    | AnswerConsultation
    | DeemAgreed
    | RequireRectification
    | ReportRectification
    | ApproveItem
    | IssuePreliminaryOpinion
    | DenyItem
    | SuspendClock
    | ResumeClock
    | ExtendLimit
    | WithdrawApplication
    | StartNewRound
    | RecordMilestone
    | MakeUpMaterial
    | VerifyMakeUp
    | VoidApproval
    | ConfirmAfterReExamination
    | AppealVoiding
    | DecideAppeal
    | ReinstateApproval
    | IssueDocument
    | RecordDelivery
    | LapsePhase
    | RecordViolation
    | CompleteSupervision
    | ReplyToSupervision
)
AnyProjectCommand = (
    AssignSteward
    | CorrectAttributes
    | RecordArchitectTeam
    | RecordDesignOpinion
    | OpenStage
    | SendLeads
    | ReleaseBundle
    | CloseProject
    | SubmitMaterial
)
Command = Annotated[AnyProjectCommand | AnyItemCommand, Field(discriminator="act")]

__all__ = [
    "PRINTABLE",
    "AcceptApplication",
    "AcknowledgeLead",
    "AnswerConsultation",
    "AnswerLine",
    "AnyItemCommand",
    "AnyProjectCommand",
    "AppealVoiding",
    "ApproveItem",
    "AssignSteward",
    "CloseProject",
    "Command",
    "Commitment",
    "CompleteSupervision",
    "ConfirmAfterReExamination",
    "ConnectLine",
    "CorrectAttributes",
    "DecideAppeal",
    "DeclareNotRequired",
    "DeemAccepted",
    "DeemAgreed",
    "DenyItem",
    "ExtendLimit",
    "FileName",
    "Filled",
    "FilledForm",
    "FixOnTheSpot",
    "IssueDocument",
    "IssuePreliminaryOpinion",
    "ItemCommand",
    "LapsePhase",
    "Login",
    "MakeUpMaterial",
    "OpenStage",
    "ProjectCommand",
    "RecordArchitectTeam",
    "RecordDelivery",
    "RecordDesignOpinion",
    "RecordMilestone",
    "RecordSiteVisit",
    "RecordVerification",
    "RecordViolation",
    "ReferApplication",
    "RefuseApplication",
    "ReinstateApproval",
    "ReleaseBundle",
    "Remark",
    "ReplyToSupervision",
    "ReportRectification",
    "RequestCorrection",
    "RequireRectification",
    "ResumeClock",
    "ScheduleSiteVisit",
    "SendLeads",
    "Sentence",
    "Sha256",
    "StartNewRound",
    "SubmitApplication",
    "SubmitMaterial",
    "SupplyCorrection",
    "SuspendClock",
    "VerifyMakeUp",
    "VoidApproval",
    "WithdrawApplication",
]
