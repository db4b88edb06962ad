"""Acts on written authorisations of agents 帮办代办授权."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from models.cases.agency import AgentKind
from models.cases.commands.base import (
    PRINTABLE,
    Entry,
    FileName,
    Login,
    ProjectCommand,
    Prompt,
    Remark,
    Sentence,
    Sha256,
)
from models.plain_text import AS_LINE
from models.scenarios.definition import ItemCode
from models.values import Name

Number = Annotated[int, Field(ge=1, le=100_000, description="Number of the authorisation.")]
ShortName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PRINTABLE),
    AS_LINE,
]


class Authorisation(ProjectCommand):
    """What a written authorisation says."""

    agent: Annotated[Login, Field(title="Agent", description="Sign-in name of the agent.")]
    kind: Annotated[AgentKind, Field(title="Who the agent is", description="Who the agent is.")]
    organisation: Annotated[
        ShortName | None,
        Field(title="Firm or office of the agent", description="Firm or office of the agent."),
    ] = None
    acts: Annotated[
        tuple[Name, ...],
        Field(
            title="What the agent may do",
            min_length=1,
            max_length=50,
            description="What the agent may do, each by its name.",
        ),
        Prompt(Entry.TICKS),
    ]
    items: Annotated[
        tuple[ItemCode, ...],
        Field(
            title="Items",
            max_length=200,
            description="For which items; none: for the whole project.",
        ),
        Prompt(Entry.TICKS, hint="None ticked: the whole project."),
    ] = ()
    valid_from: Annotated[date, Field(title="First day", description="First day.")]
    valid_until: Annotated[date, Field(title="Last day", description="Last day.")]
    text: Annotated[
        Sentence,
        Field(title="What is signed", description="What is signed."),
        Prompt(
            default="We authorise the agent named above to act for us in this project, within the acts, items and days named above. What the agent does within them is as if we had done it."
        ),
    ]
    signer: Annotated[
        ShortName, Field(title="Signed by", description="Who signs for the enterprise.")
    ]
    fee: Annotated[
        int,
        Field(
            title="What the agent is paid, in CNY",
            ge=0,
            le=10**12,
            description="What the agent is paid, in CNY.",
        ),
        Prompt(hint="nothing, for an agent of the government's side"),
    ] = 0
    replaces: Annotated[
        int | None,
        Field(
            title="In place of",
            ge=1,
            description="Number of the authorisation that it replaces.",
        ),
    ] = None


class GiveAuthorisation(Authorisation):
    """The enterprise authorises an agent 授权委托 (Licensing Law art. 29, Civil Code art. 165)."""

    act: Literal["give_authorisation"] = "give_authorisation"


class EnterAuthorisation(Authorisation):
    """The window enters an authorisation that the enterprise signed on paper 登记纸质授权."""

    act: Literal["enter_authorisation"] = "enter_authorisation"
    file_name: Annotated[FileName, Field(title="The signed paper")]
    sha256: Sha256


class AcceptAuthorisation(ProjectCommand):
    """The agent agrees to act under an authorisation 接受委托."""

    act: Literal["accept_authorisation"] = "accept_authorisation"
    number: Number


class RevokeAuthorisation(ProjectCommand):
    """The enterprise takes an authorisation back, at once and without a reason 撤销授权."""

    act: Literal["revoke_authorisation"] = "revoke_authorisation"
    number: Number
    reason: Annotated[Remark, Prompt(Entry.LINE)] = ""


class DisputeAgentAct(ProjectCommand):
    """The enterprise says that an act of an agent was not in its name 对代办行为提出异议."""

    act: Literal["dispute_agent_act"] = "dispute_agent_act"
    number: Annotated[int, Field(ge=1, description="Number of the agent's act.")]
    reason: Annotated[Sentence, Field(title="Why it was not in your name")]


class WarnOfAuthorisation(ProjectCommand):
    """Time: an authorisation will soon be over; enterprise and agent are told once 授权即将到期."""

    act: Literal["warn_of_authorisation"] = "warn_of_authorisation"
    number: Number


class EndAuthorisation(ProjectCommand):
    """Time: an authorisation is over, or its agent has left the post 授权终止."""

    act: Literal["end_authorisation"] = "end_authorisation"
    number: Number
    agent_left: Annotated[
        bool, Field(description="Whether the agent has no account, or another post, any more.")
    ] = False


class SuspendAuthorisation(ProjectCommand):
    """Time: an agent's account is closed for the time being, and nothing is done under it 授权中止."""

    act: Literal["suspend_authorisation"] = "suspend_authorisation"
    number: Number


class ResumeAuthorisation(ProjectCommand):
    """Time: the agent's account is open again, and the authorisation holds again 授权恢复."""

    act: Literal["resume_authorisation"] = "resume_authorisation"
    number: Number
