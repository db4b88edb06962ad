"""Who acts for the enterprise 帮办代办: its written authorisations, and what was done under them.

Licensing Law art. 29: an applicant may apply through an agent, unless the law wants the applicant in
person. Civil Code art. 165: the authorisation is written, names the agent, the matters, the powers
and the time, and is signed by whoever gives it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from models.cases.part import NO_TEXTS, Part, PartIndex, fact

#: The power to sign a commitment 承诺 for the enterprise: no act of its own, it comes along with others.
SIGN_COMMITMENT: Final = "sign_commitment"


class AgentKind(StrEnum):
    """Who an agent is; all but the last serve the approval and never bind the enterprise."""

    STEWARD = "steward"
    """项目管家: the steward of the project."""
    SERVICE_SPECIALIST = "service_specialist"
    """服务专员."""
    ADMINISTRATIVE_COMMISSIONER = "administrative_commissioner"
    """行政专员."""
    CHOSEN_CASE_OFFICER = "chosen_case_officer"
    """办事专员, chosen by the enterprise."""
    RED_AGENT = "red_agent"
    """红色代办员."""
    PARK_AGENT = "park_agent"
    """园区代办员."""
    PRIVATE_AGENT = "private_agent"
    """A person or firm of the enterprise's own choice, at its own expense."""

    @property
    def government_side(self) -> bool:
        """Whether such an agent serves the approval."""
        return self is not AgentKind.PRIVATE_AGENT


class AuthorisationState(StrEnum):
    """What became of an authorisation."""

    SIGNED = "signed"
    """The enterprise signed it; the agent has not accepted it yet."""
    ACTIVE = "active"
    """Both agreed; it holds from its first day to its last."""
    SUSPENDED = "suspended"
    """The agent's account is closed for the time being; it holds again when that is open again."""
    REVOKED = "revoked"
    """The enterprise took it back."""
    EXPIRED = "expired"
    """Its last day is over."""
    ENDED = "ended"
    """The agent left the post, or the project is completed."""
    SUPERSEDED = "superseded"
    """Another one took its place."""


#: States in which it holds, or will as soon as the agent agrees or is back.
LIVE: Final = frozenset(
    {AuthorisationState.SIGNED, AuthorisationState.ACTIVE, AuthorisationState.SUSPENDED}
)


@dataclass(frozen=True, slots=True)
class AuthorisationFacts:
    """One written authorisation 授权委托书 in one project; a new text is a new one."""

    number: int
    """Counts the authorisations of a project, from 1."""
    principal: str
    """Unified social credit code of the enterprise that gives it."""
    agent: str
    """Login of the person who acts."""
    kind: AgentKind
    state: AuthorisationState
    valid_from: date
    valid_until: date
    text: str
    """What was signed, beside what the other fields say."""
    sha256: str
    """Fingerprint of the paper that was handed in, or of the text with all that it covers."""
    signed_by: str
    signed_on: date
    organisation: str | None = None
    """Firm or office of the agent."""
    acts: tuple[str, ...] = fact(default=(), server_default=NO_TEXTS)
    """Names of the acts, and :data:`SIGN_COMMITMENT`."""
    items: tuple[str, ...] = fact(default=(), server_default=NO_TEXTS)
    """Codes of the items; empty: everything in the project."""
    fee: int = fact(default=0, sql="bigint", server_default="0")
    """What the enterprise pays for it, in CNY."""
    entered_by: str | None = None
    """Login of the window clerk who took it in on paper; ``None``: given in the portal."""
    file_name: str | None = None
    """Of the paper."""
    accepted_on: date | None = None
    """When the agent agreed."""
    warned_on: date | None = None
    """When it was told that it will soon be over."""
    closed_on: date | None = None
    reason: str | None = None
    """Why it was taken back, or ended."""

    @property
    def key(self) -> int:
        """What identifies the authorisation within its project."""
        return self.number

    def holds(self, today: date) -> bool:
        """Whether the agent may act under it on a day."""
        in_time = self.valid_from <= today <= self.valid_until
        return self.state is AuthorisationState.ACTIVE and in_time


AUTHORISATIONS = Part(
    "authorisations",
    AuthorisationFacts,
    table="agency_authorisation",
    key=("number",),
    label="authorisation",
    log="authorisations",
    checks={"fee": "fee >= 0", "time": "valid_from <= valid_until"},
    indexes=(
        # For whom somebody may act.
        PartIndex(
            "ix_agency_authorisation_agent",
            ("agent",),
            "state IN ('signed', 'active', 'suspended')",
        ),
        # What is soon over.
        PartIndex(
            "ix_agency_authorisation_until",
            ("valid_until",),
            "state IN ('signed', 'active', 'suspended')",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class AgentActFacts:
    """One act that somebody did for the enterprise, and what the enterprise said to it."""

    number: int
    """Counts the acts of agents in a project, from 1."""
    act: str
    agent: str
    on_behalf_of: str
    """Unified social credit code of the enterprise."""
    acted_on: date
    item: str | None = None
    round: int | None = None
    authorisation: int | None = None
    """Number of the authorisation; ``None``: a steward's act, before the day from which one is needed."""
    disputed_on: date | None = None
    objection: str | None = None
    """Why the enterprise says that it was not in its name 异议."""

    @property
    def key(self) -> int:
        """What identifies the act within its project."""
        return self.number


AGENT_ACTS = Part(
    "agent_acts",
    AgentActFacts,
    table="agent_act",
    key=("number",),
    label="act of an agent",
    log="agent_acts",
)
