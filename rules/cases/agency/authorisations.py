"""Written authorisations of agents 帮办代办授权: given, accepted, taken back, ended, objected to."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from config.texts import ACT, Word
from models.cases import commands as c
from models.cases.agency import (
    AGENT_ACTS,
    AUTHORISATIONS,
    LIVE,
    SIGN_COMMITMENT,
    AgentActFacts,
    AgentKind,
    AuthorisationFacts,
    AuthorisationState,
)
from models.errors import Conflict, KaigongError, NotPermitted
from models.people.actor import Role
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Need
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.declarations.form import Form
from rules.cases.declarations.registry import registry
from rules.cases.draft import Draft
from rules.cases.instruments.agency import is_near

_S = AuthorisationState


class UnknownPowers(KaigongError):
    template = "acts: {unknown} cannot be named in an authorisation; what can be is {choices}."
    field = "acts"


class PowerNotForKind(KaigongError):
    template = "acts: {powers} binds the enterprise and is never given to {kind}, who serves the approval; name only an agent of the enterprise's own choice for it."
    field = "acts"


class ItemsElsewhere(KaigongError):
    template = "items: {unknown} are not items of this project; its items are: {known}."
    field = "items"


class AuthorisationTooLong(KaigongError):
    template = "valid_until: {valid_until} is too late; an authorisation that begins on {valid_from} may last until {latest} (the district's limit)."
    field = "valid_until"


class AuthorisationOver(KaigongError):
    template = "valid_until: {valid_until} is before {earliest}; choose a last day that is still to come and not before the first."
    field = "valid_until"


class FeeNotAllowed(KaigongError):
    template = "fee: {kind} serves the approval and takes nothing from the enterprise; enter 0."
    field = "fee"


class NotTheSteward(KaigongError):
    template = (
        "agent: {agent} is not the steward of this project; its steward is {steward}. Name them."
    )
    field = "agent"


class UnknownAuthorisation(KaigongError):
    template = "number: {number} is no authorisation of this project; its numbers are {choices}."
    field = "number"


class AuthorisationClosed(Conflict):
    template = "number: authorisation {number} is {state}; nothing can be done with it any more."
    field = "number"


class NotNamedInIt(NotPermitted):
    template = (
        "actor: authorisation {number} names {agent}, not {actor}; only who is named can accept it."
    )


class NotOverYet(KaigongError):
    template = "number: authorisation {number} holds until {valid_until}; it does not end before."
    field = "number"


class UnknownAgentAct(KaigongError):
    template = "number: {number} is no act of an agent in this project; look it up in the list."
    field = "number"


class DisputeTooLate(KaigongError):
    template = "number: the act was done on {acted_on} and could be objected to until {latest}."
    field = "number"


class DisputedAlready(Conflict):
    template = "number: act {number} was objected to on {disputed_on} already."
    field = "number"


def powers_of(*kinds: ForApplicant) -> tuple[str, ...]:
    """What an authorisation may name: the declared acts of these kinds, and with what binds the signing."""
    acts = registry().acts.values()
    named = tuple(act.name for act in acts if act.for_applicant in kinds)
    return (*named, SIGN_COMMITMENT) if ForApplicant.BINDS in kinds else named


def give(draft: Draft, command: c.GiveAuthorisation) -> None:
    """Sign an authorisation; it holds as soon as the agent accepts it."""
    given = _drawn_up(draft, command)
    given = replace(given, sha256=_fingerprint(draft, given))
    _enter(draft, command, given)
    draft.record("AuthorisationGiven", **_days(given))
    draft.tell(f"person:{given.agent}", "authorisation_given", **_told(given))


def enter_paper(draft: Draft, command: c.EnterAuthorisation) -> None:
    """Take in an authorisation that was signed on paper; the enterprise is told of it."""
    given = replace(
        _drawn_up(draft, command),
        sha256=command.sha256,
        file_name=command.file_name,
        entered_by=draft.context.actor.login,
    )
    _enter(draft, command, given)
    draft.record("AuthorisationEntered", **_days(given))
    draft.tell(f"person:{given.agent}", "authorisation_given", **_told(given))
    draft.tell("enterprise", "authorisation_entered", **_told(given))


def accept(draft: Draft, command: c.AcceptAuthorisation) -> None:
    """The agent agrees; from its first day on, or from now, it holds."""
    given, actor = _known(draft, command.number), draft.context.actor
    if given.agent != actor.login:
        raise NotNamedInIt(number=given.number, agent=given.agent, actor=actor.login)
    if given.state is not _S.SIGNED:
        raise AuthorisationClosed(number=given.number, state=given.state)
    if draft.today > given.valid_until:
        until = given.valid_until.isoformat()
        raise AuthorisationOver(valid_until=until, earliest=draft.today.isoformat())
    given = draft.enter(AUTHORISATIONS, given, state=_S.ACTIVE, accepted_on=draft.today)
    draft.record("AuthorisationAccepted", **_days(given))
    draft.tell("enterprise", "authorisation_accepted", **_told(given))


def revoke(draft: Draft, command: c.RevokeAuthorisation) -> None:
    """Take an authorisation back; what was done under it stands."""
    given = close(draft, _live(draft, command.number), _S.REVOKED, command.reason or None)
    draft.record("AuthorisationRevoked", **_days(given))
    draft.tell(f"person:{given.agent}", "authorisation_revoked", **_told(given))


def warn(draft: Draft, command: c.WarnOfAuthorisation) -> None:
    """Say once that an authorisation will soon be over."""
    given = _live(draft, command.number)
    if given.warned_on is not None or not is_near(given, draft.context):
        raise NotOverYet(number=given.number, valid_until=given.valid_until.isoformat())
    given = draft.enter(AUTHORISATIONS, given, warned_on=draft.today)
    draft.record("AuthorisationEnding", **_days(given))
    draft.tell("enterprise", "authorisation_ending", **_told(given))
    draft.tell(f"person:{given.agent}", "authorisation_ending", **_told(given))


def end(draft: Draft, command: c.EndAuthorisation) -> None:
    """End an authorisation whose last day is over, or whose agent is no agent any more."""
    given = _live(draft, command.number)
    expired = draft.today > given.valid_until
    if not expired and not command.agent_left:
        raise NotOverYet(number=given.number, valid_until=given.valid_until.isoformat())
    given = close(draft, given, _S.EXPIRED if expired else _S.ENDED)
    draft.record("AuthorisationEnded", **_days(given))
    draft.tell("enterprise", "authorisation_ended", **_told(given))
    draft.tell(f"person:{given.agent}", "authorisation_ended", **_told(given))


def suspend(draft: Draft, command: c.SuspendAuthorisation) -> None:
    """Nothing is done under an authorisation while the agent's account is closed."""
    given = _in_state(draft, command.number, _S.ACTIVE)
    given = draft.enter(AUTHORISATIONS, given, state=_S.SUSPENDED)
    draft.record("AuthorisationSuspended", **_days(given))
    draft.tell("enterprise", "authorisation_suspended", **_told(given))


def resume(draft: Draft, command: c.ResumeAuthorisation) -> None:
    """The agent is back: the authorisation holds again, to its last day."""
    given = _in_state(draft, command.number, _S.SUSPENDED)
    given = draft.enter(AUTHORISATIONS, given, state=_S.ACTIVE)
    draft.record("AuthorisationResumed", **_days(given))
    draft.tell("enterprise", "authorisation_resumed", **_told(given))
    draft.tell(f"person:{given.agent}", "authorisation_resumed", **_told(given))


def dispute(draft: Draft, command: c.DisputeAgentAct) -> None:
    """Object to an agent's act; nothing is undone by itself."""
    done = _act_of_agent(draft, command.number)
    done = draft.enter(AGENT_ACTS, done, disputed_on=draft.today, objection=command.reason)
    details = {"agent": done.agent, "acted": done.act, "reason": command.reason}
    draft.record("AgentActDisputed", done.item, number=done.number, **details)
    draft.tell("leader", "agent_act_disputed", done.item, **details)
    draft.tell(f"person:{done.agent}", "agent_act_disputed", done.item, **details)


def close(
    draft: Draft, given: AuthorisationFacts, state: AuthorisationState, reason: str | None = None
) -> AuthorisationFacts:
    """End an authorisation today; the event that says so is the caller's."""
    return draft.enter(AUTHORISATIONS, given, state=state, closed_on=draft.today, reason=reason)


def end_authorisations(draft: Draft, agent: str | None = None) -> None:
    """End what still holds: of the steward who leaves, or with the project everyone's."""
    for given in list(draft.authorisations.values()):
        if given.state in LIVE and (agent is None or given.agent == agent):
            close(draft, given, _S.ENDED)


# --- what is checked ----------------------------------------------------------------------------


def _drawn_up(draft: Draft, command: c.Authorisation) -> AuthorisationFacts:
    """The authorisation as it is asked for, refused where the law or the district does not allow it."""
    _check_powers(command)
    _check_scope(draft, command)
    _check_time(draft, command)
    return AuthorisationFacts(
        number=max(draft.authorisations, default=0) + 1,
        principal=draft.before.enterprise,
        agent=command.agent,
        kind=command.kind,
        state=_S.SIGNED,
        valid_from=command.valid_from,
        valid_until=command.valid_until,
        text=command.text,
        sha256="",
        signed_by=command.signer,
        signed_on=draft.today,
        organisation=command.organisation,
        acts=tuple(dict.fromkeys(command.acts)),
        items=tuple(dict.fromkeys(command.items)),
        fee=command.fee,
    )


def _check_powers(command: c.Authorisation) -> None:
    """Only what can be named, and what binds never for who serves the approval [D]."""
    everything, kind = powers_of(*ForApplicant), command.kind
    unknown = [power for power in command.acts if power not in everything]
    if unknown:
        raise UnknownPowers(unknown=unknown, choices=_words(everything))
    binding = [power for power in command.acts if power in powers_of(ForApplicant.BINDS)]
    if binding and kind.government_side:
        raise PowerNotForKind(powers=_words(binding), kind=kind)
    if command.fee and kind.government_side:
        raise FeeNotAllowed(kind=kind)


def _check_scope(draft: Draft, command: c.Authorisation) -> None:
    unknown = [code for code in command.items if code not in draft.items]
    if unknown:
        raise ItemsElsewhere(unknown=unknown, known=list(draft.items))
    steward = draft.before.steward
    if command.kind is AgentKind.STEWARD and command.agent != steward:
        raise NotTheSteward(agent=command.agent, steward=steward or Word("none"))


def _check_time(draft: Draft, command: c.Authorisation) -> None:
    begins, until = command.valid_from, command.valid_until
    earliest = max(draft.today, begins)
    if until < earliest:
        raise AuthorisationOver(valid_until=until.isoformat(), earliest=earliest.isoformat())
    latest = draft.context.policy.agency.latest(begins)
    if until > latest:
        days = {"valid_until": until, "valid_from": begins, "latest": latest}
        raise AuthorisationTooLong(**{name: day.isoformat() for name, day in days.items()})


def _known(draft: Draft, number: int) -> AuthorisationFacts:
    given = draft.authorisations.get(number)
    if given is None:
        raise UnknownAuthorisation(number=number, choices=list(draft.authorisations) or "–")
    return given


def _live(draft: Draft, number: int) -> AuthorisationFacts:
    given = _known(draft, number)
    if given.state not in LIVE:
        raise AuthorisationClosed(number=number, state=given.state)
    return given


def _in_state(draft: Draft, number: int, state: AuthorisationState) -> AuthorisationFacts:
    given = _known(draft, number)
    if given.state is not state:
        raise AuthorisationClosed(number=number, state=given.state)
    return given


def _act_of_agent(draft: Draft, number: int) -> AgentActFacts:
    """An agent's act that can still be objected to."""
    done = draft.agent_acts.get(number)
    if done is None:
        raise UnknownAgentAct(number=number)
    if done.disputed_on is not None:
        raise DisputedAlready(number=number, disputed_on=done.disputed_on.isoformat())
    days = draft.context.policy.agency.dispute_days
    latest = draft.context.calendar.add_working_days(done.acted_on, days)
    if draft.today > latest:
        raise DisputeTooLate(acted_on=done.acted_on.isoformat(), latest=latest.isoformat())
    return done


# --- what is written and told -------------------------------------------------------------------


def _enter(draft: Draft, command: c.Authorisation, given: AuthorisationFacts) -> None:
    """Enter a new authorisation; the one that it replaces ends with it."""
    if command.replaces is not None:
        close(draft, _live(draft, command.replaces), _S.SUPERSEDED)
    draft.enter(AUTHORISATIONS, given)


def _fingerprint(draft: Draft, given: AuthorisationFacts) -> str:
    """Fingerprint of everything that is signed."""
    line = AUTHORISATIONS.codec.document(replace(given, state=_S.SIGNED))
    content = "\n".join((draft.before.code, *(f"{name}: {line[name]}" for name in sorted(line))))
    return hashlib.sha256(content.encode()).hexdigest()


def _days(given: AuthorisationFacts) -> dict[str, Any]:
    """What an event says of an authorisation, beside its line."""
    days = {"valid_from": given.valid_from, "valid_until": given.valid_until}
    named = {"number": given.number, "agent": given.agent}
    return named | {name: day.isoformat() for name, day in days.items()}


def _told(given: AuthorisationFacts) -> dict[str, Any]:
    until = given.valid_until.isoformat()
    return {"agent": given.agent, "authorisation": given.number, "until": until}


def _words(powers: tuple[str, ...] | list[str]) -> list[Word]:
    return [Word(power, ACT) for power in powers]


# --- the acts -----------------------------------------------------------------------------------

_READS = {"agent": Reading.PERSON, "valid_from": Reading.DAY, "valid_until": Reading.DAY}

GIVE = Act(
    command=c.GiveAuthorisation,
    label="Authorise an agent",
    perform=give,
    roles=roles.ENTERPRISE,
    place=100,
    quiet=True,
    needs=(Need.AGENT,),
    events=(
        EventKind(
            "AuthorisationGiven",
            "The enterprise authorised {agent} from {valid_from} to {valid_until} (authorisation {number})",
            reads=_READS,
        ),
    ),
    notices=("authorisation_given",),
)
ENTER = Act(
    command=c.EnterAuthorisation,
    label="Enter an authorisation on paper",
    perform=enter_paper,
    roles=frozenset({Role.WINDOW_CLERK}),
    place=110,
    quiet=True,
    needs=(Need.AGENT, Need.FILE),
    form=Form(without=frozenset({"sha256"})),
    events=(
        EventKind(
            "AuthorisationEntered",
            "Signed on paper: the enterprise authorised {agent} from {valid_from} to {valid_until} (authorisation {number})",
            reads=_READS,
        ),
    ),
    notices=("authorisation_given", "authorisation_entered"),
)
ACCEPT = Act(
    command=c.AcceptAuthorisation,
    label="Accept the authorisation",
    perform=accept,
    roles=roles.AGENTS,
    place=120,
    quiet=True,
    events=(
        EventKind(
            "AuthorisationAccepted",
            "{agent} accepted authorisation {number}, which holds until {valid_until}",
            reads=_READS,
        ),
    ),
    notices=("authorisation_accepted",),
)
REVOKE = Act(
    command=c.RevokeAuthorisation,
    label="Take the authorisation back",
    perform=revoke,
    roles=roles.ENTERPRISE,
    place=130,
    quiet=True,
    events=(
        EventKind(
            "AuthorisationRevoked",
            "The enterprise took authorisation {number} of {agent} back",
            reads=_READS,
        ),
    ),
    notices=("authorisation_revoked",),
)
DISPUTE = Act(
    command=c.DisputeAgentAct,
    label="Object to an act of the agent",
    perform=dispute,
    roles=roles.ENTERPRISE,
    place=140,
    quiet=True,
    after_closing=True,  # the days to object run on
    events=(
        EventKind(
            "AgentActDisputed",
            "The enterprise objects to what {agent} did in its name: {reason}",
            reads={"agent": Reading.PERSON},
        ),
    ),
    notices=("agent_act_disputed",),
)
WARN = Act(
    command=c.WarnOfAuthorisation,
    label="Warn of the end of an authorisation",
    perform=warn,
    roles=roles.SYSTEM,
    place=150,
    quiet=True,
    events=(
        EventKind(
            "AuthorisationEnding",
            "Authorisation {number} of {agent} will be over after {valid_until}",
            reads=_READS,
        ),
    ),
    notices=("authorisation_ending",),
)
SUSPEND = Act(
    command=c.SuspendAuthorisation,
    label="Suspend an authorisation",
    perform=suspend,
    roles=roles.SYSTEM,
    place=156,
    quiet=True,
    events=(
        EventKind(
            "AuthorisationSuspended",
            "Authorisation {number} of {agent} does not hold while the account is closed",
            reads=_READS,
        ),
    ),
    notices=("authorisation_suspended",),
)
RESUME = Act(
    command=c.ResumeAuthorisation,
    label="Let an authorisation hold again",
    perform=resume,
    roles=roles.SYSTEM,
    place=158,
    quiet=True,
    events=(
        EventKind(
            "AuthorisationResumed", "Authorisation {number} of {agent} holds again", reads=_READS
        ),
    ),
    notices=("authorisation_resumed",),
)
END = Act(
    command=c.EndAuthorisation,
    label="End an authorisation",
    perform=end,
    roles=roles.SYSTEM,
    place=160,
    quiet=True,
    events=(
        EventKind("AuthorisationEnded", "Authorisation {number} of {agent} is over", reads=_READS),
    ),
    notices=("authorisation_ended",),
)
