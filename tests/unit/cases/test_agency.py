"""Who acts for the enterprise: every role, act and authorisation, and the life of an authorisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.cases import commands as c
from models.cases.agency import SIGN_COMMITMENT, AgentKind, AuthorisationState
from models.cases.states import ItemState, ProjectState
from models.people.actor import SYSTEM, Actor, Role
from rules.cases.agency import authorisations as acts
from rules.cases.declarations.act import ForApplicant
from rules.cases.declarations.registry import registry
from rules.cases.instruments import agency as refusals
from rules.cases.offers import possibilities
from rules.cases.permissions import RoleMayNotAct, check_agency, check_permission
from rules.installation.policy import AgencyPolicy, Policy
from tests.support.agents import authorisation, authorise, authorised, everything_for
from tests.support.people import (
    ADMINISTRATOR,
    AGENT,
    APPLICANT,
    CLERK,
    PARK_AGENT,
    STEWARD,
    everyone,
)
from tests.support.play import SHA, SIGNED, START, TEAM, Play
from tests.support.states import COMMANDS, Place, received, yard
from tests.support.yard import CODE, ENTERPRISE, YARD, changed_item

S = AuthorisationState
#: The district asks for authorisations from the start; and not before the next year.
ASKED, LATER = Policy(agency=AgencyPolicy(asked_from=START)), Policy()
AGENTS = (STEWARD, PARK_AGENT, AGENT)
#: What is done for the enterprise and what it takes, from the law and not from the code.
HELPS = {
    "submit_material", "submit_application", "submit_for_pre_check", "supply_correction", "make_up_material", "start_new_round",
    "record_milestone", "record_delivery", "fix_on_the_spot", "report_rectification",
    "record_architect_team", "record_design_opinion", "await_basis", "correct_milestone", "state_defence",
}  # fmt: skip
BINDS = {"withdraw_application", "appeal_voiding", "surrender_approval", SIGN_COMMITMENT}
OPINION = c.RecordDesignOpinion(by="Zhao", subject="roof", opinion="steel", adopted=True)
PAPER = c.SubmitMaterial(material="plan", file_name="plan.pdf", sha256=SHA)
WHOLE: dict[str, c.ProjectCommand] = {
    "submit_material": PAPER,
    "record_architect_team": TEAM,
    "record_design_opinion": OPINION,
}


def command_for(power: str, play: Play) -> c.ProjectCommand:
    """The command by which a power is used on A1."""
    if power == SIGN_COMMITMENT:
        return c.SubmitApplication(item="A1", commitment=SIGNED)
    if power == "submit_application":
        return c.SubmitApplication(item="A1")
    return WHOLE[power] if power in WHOLE else COMMANDS[power](Place(play, "A1"))


def needed(power: str) -> tuple[str, ...]:
    return ("submit_application", SIGN_COMMITMENT) if power == SIGN_COMMITMENT else (power,)


def nameable(agent: Actor, power: str) -> bool:
    return agent is AGENT or power in HELPS


def named(agent: Actor, power: str) -> tuple[str, ...]:
    """Names a power where that can be done at all, else all that can be."""
    return needed(power) if nameable(agent, power) else everything_for(agent)


Arrange = Callable[[Play, Actor, str], None]
Refusal = type[Exception]


def nothing(play: Play, agent: Actor, power: str) -> None:
    """Nobody signed anything."""


def signed(play: Play, agent: Actor, power: str) -> None:
    authorise(play, agent, acts=named(agent, power), accepted=False)


def holding(play: Play, agent: Actor, power: str) -> None:
    authorise(play, agent, acts=named(agent, power))


def of_a1(play: Play, agent: Actor, power: str) -> None:
    authorise(play, agent, acts=named(agent, power), items=("A1",))


def of_other_acts(play: Play, agent: Actor, power: str) -> None:
    others = tuple(name for name in everything_for(agent) if name not in needed(power)[-1:])
    authorise(play, agent, acts=others)


def of_another_item(play: Play, agent: Actor, power: str) -> None:
    authorise(play, agent, acts=named(agent, power), items=("D1",))


def to_come(play: Play, agent: Actor, power: str) -> None:
    authorise(play, agent, acts=named(agent, power), valid_from=play.today + timedelta(days=1))


def over(play: Play, agent: Actor, power: str) -> None:
    authorise(play, agent, acts=named(agent, power), valid_until=play.today)
    play.go_to(play.today + timedelta(days=1))


def over_and_ended(play: Play, agent: Actor, power: str) -> None:
    over(play, agent, power)
    play.do(c.EndAuthorisation(number=1), SYSTEM)


def taken_back(play: Play, agent: Actor, power: str) -> None:
    holding(play, agent, power)
    play.do(c.RevokeAuthorisation(number=1), APPLICANT)


def left(play: Play, agent: Actor, power: str) -> None:
    holding(play, agent, power)
    play.do(c.EndAuthorisation(number=1, agent_left=True), SYSTEM)


def suspended(play: Play, agent: Actor, power: str) -> None:
    holding(play, agent, power)
    play.do(c.SuspendAuthorisation(number=1), SYSTEM)


def resumed(play: Play, agent: Actor, power: str) -> None:
    suspended(play, agent, power)
    play.do(c.ResumeAuthorisation(number=1), SYSTEM)


def given_again(play: Play, agent: Actor, power: str) -> None:
    taken_back(play, agent, power)
    holding(play, agent, power)


#: How things stand → why an agent is refused who could be named; ``None``: the act is done.
CASES: dict[Arrange, Refusal | None] = {
    nothing: refusals.AgentNotAuthorised,
    signed: refusals.AuthorisationNotAccepted,
    holding: None,
    of_a1: None,
    of_other_acts: refusals.OutsideAuthorisation,
    of_another_item: refusals.OutsideAuthorisation,
    to_come: refusals.AuthorisationNotBegun,
    over: refusals.AuthorisationExpired,
    over_and_ended: refusals.AuthorisationExpired,
    taken_back: refusals.AuthorisationRevoked,
    left: refusals.AuthorisationEnded,
    suspended: refusals.AuthorisationSuspended,
    resumed: None,
    given_again: None,
}
#: An authorisation for A1 covers what belongs to no item, or not to it, no more than another item's does.
OF_THE_PROJECT = {"record_architect_team", "record_design_opinion"}


def expected(agent: Actor, power: str, arrange: Arrange) -> Refusal | None:
    refusal = CASES[arrange]
    if power in BINDS and agent is STEWARD:
        return refusals.NeverAnAgents
    if power in BINDS and agent is PARK_AGENT and arrange in CASES:
        in_force = refusal in (None, refusals.OutsideAuthorisation)
        return refusals.NeverAnAgents if in_force else refusal
    if arrange is of_a1 and power in OF_THE_PROJECT:
        return refusals.OutsideAuthorisation
    return refusal


@pytest.mark.parametrize("arrange", CASES)
@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.login)
@pytest.mark.parametrize("power", sorted(HELPS | BINDS))
def test_every_role_act_and_authorisation(power, agent, arrange):
    play = Play(policy=ASKED)
    arrange(play, agent, power)
    command, refusal = command_for(power, play), expected(agent, power, arrange)
    if refusal is None:
        agency = check_agency(play.facts, command, play.context(agent))
        assert agency == refusals.Agency(ENTERPRISE, max(play.facts.authorisations))
        return
    with pytest.raises(refusal) as refused:
        check_agency(play.facts, command, play.context(agent))
    assert agent.login in refused.value.sentence()
    assert type(refused.value) is refusal


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PROJECT_STEWARD, Role.AGENT}))
@pytest.mark.parametrize("power", sorted(HELPS | BINDS))
def test_nobody_else_acts_for_the_enterprise(role, power):
    """Who does the same act is the enterprise itself, or does it as an officer."""
    play = Play(policy=ASKED)
    assert (
        check_agency(play.facts, command_for(power, play), play.context(everyone()[role])) is None
    )


def test_the_declarations_say_what_the_law_says():
    declared = {act.name: act.for_applicant for act in registry().acts.values()}
    assert {name for name, kind in declared.items() if kind is ForApplicant.HELP} == HELPS
    binding = {name for name, kind in declared.items() if kind is ForApplicant.BINDS}
    assert binding | {SIGN_COMMITMENT} == BINDS
    assert set(everything_for(STEWARD)) == HELPS
    assert set(everything_for(AGENT)) == HELPS | BINDS


@pytest.mark.parametrize("act", sorted(registry().acts))
def test_whoever_shares_an_act_with_the_enterprise_does_it_for_the_enterprise(act):
    """A new act of the enterprise cannot be given to agents without saying what it takes."""
    declared = registry().acts[act]
    shared = Role.APPLICANT in declared.roles and declared.roles & {
        Role.PROJECT_STEWARD,
        Role.AGENT,
    }
    assert bool(shared) is (declared.for_applicant is not None)


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.login)
@pytest.mark.parametrize("act", ["give_authorisation", "revoke_authorisation", "dispute_agent_act"])
def test_nobody_authorises_for_the_enterprise(agent, act):
    play = authorised(agent, Play(policy=ASKED))
    with pytest.raises(RoleMayNotAct):
        check_permission(agent, act, play.facts)


# --- stewards of running projects -------------------------------------------------------------------


def test_a_steward_acts_as_before_until_the_day_of_the_policy():
    play = Play(policy=Policy(agency=AgencyPolicy(asked_from=START + timedelta(days=1))))
    play.do(PAPER, STEWARD)
    (done,) = play.facts.agent_acts.values()
    assert (done.agent, done.authorisation, done.on_behalf_of) == ("steward", None, ENTERPRISE)
    assert play.told("agent_acted") == ["enterprise"]
    play.go_to(START + timedelta(days=1))
    with pytest.raises(refusals.AgentNotAuthorised) as refused:
        play.do(PAPER, STEWARD)
    assert CODE in refused.value.sentence()
    assert not play.differences()


def test_before_that_day_too_only_a_steward_acts_without_and_nobody_binds():
    play = received().play
    assert play.policy.agency.asked_from > play.today
    authorise(play, AGENT, acts=("submit_material",))
    with pytest.raises(refusals.NeverAnAgents):
        check_agency(play.facts, command_for(SIGN_COMMITMENT, play), play.context(STEWARD))
    with pytest.raises(RoleMayNotAct):
        play.do(c.WithdrawApplication(item="A1"), STEWARD)
    with pytest.raises(refusals.OutsideAuthorisation):
        play.do(c.WithdrawApplication(item="A1"), AGENT)


def test_what_the_enterprise_limited_or_took_back_holds_before_that_day():
    play = Play()
    authorise(play, STEWARD, acts=("record_milestone",))
    with pytest.raises(refusals.OutsideAuthorisation):
        play.do(PAPER, STEWARD)
    play.do(c.RevokeAuthorisation(number=1, reason="by ourselves"), APPLICANT)
    with pytest.raises(refusals.AuthorisationRevoked) as refused:
        play.do(PAPER, STEWARD)
    assert START.isoformat() in refused.value.sentence()


def test_a_stewards_own_acts_need_no_authorisation():
    play = Play(policy=ASKED)
    for act in ("schedule_site_visit", "correct_attributes"):
        assert registry().acts[act].for_applicant is None
        check_permission(STEWARD, act, play.facts)


# --- one act of an agent ----------------------------------------------------------------------------


def test_an_agents_act_is_kept_shown_and_told():
    play = authorised(AGENT, yard().hand_in("plan"))
    outcome = play.do(c.SubmitApplication(item="A1"), AGENT)
    (done,) = play.facts.agent_acts.values()
    assert (done.act, done.item, done.round, done.authorisation) == (
        "submit_application",
        "A1",
        1,
        1,
    )
    (line,) = outcome.events[0].data["agent_acts"]
    assert (line["agent"], line["on_behalf_of"], line["authorisation"]) == ("agent", ENTERPRISE, 1)
    (told,) = [message for message in outcome.messages if message.template == "agent_acted"]
    assert (told.audience, told.item) == ("enterprise", "A1")
    assert told.params == {
        "agent": "agent", "acted": "submit_application", "authorisation": 1, "number": 1,
    }  # fmt: skip
    assert play.state("A1") is ItemState.RECEIVED
    assert not play.differences()


def test_what_was_done_in_time_stays_valid():
    play = authorised(AGENT, yard().hand_in("plan"))
    play.do(c.SubmitApplication(item="A1"), AGENT)
    before = play.item("A1")
    play.do(c.RevokeAuthorisation(number=1), APPLICANT)
    assert play.item("A1") == before
    play.accept("A1").approve("A1")
    assert play.state("A1") is ItemState.GRANTED


def test_an_agent_named_for_it_signs_and_takes_back():
    """特别授权: each by its name."""
    play = authorised(
        AGENT, yard(), acts=("submit_application", SIGN_COMMITMENT, "withdraw_application")
    )
    play.hand_in("plan")
    form = possibilities(play.facts, "A2", play.context(AGENT))
    assert [offer.possible for offer in form if offer.act == "submit_application"] == [True]
    play.do(c.SubmitApplication(item="A1"), AGENT)
    play.do(c.WithdrawApplication(item="A1"), AGENT)
    assert play.state("A1") is ItemState.WITHDRAWN


@pytest.mark.parametrize("agent", [STEWARD, PARK_AGENT], ids=lambda agent: agent.login)
def test_pages_offer_who_serves_the_approval_nothing_that_binds(agent):
    play = authorised(agent, received().play)
    offered = {offer.act: offer for offer in possibilities(play.facts, "A1", play.context(agent))}
    assert (
        not offered["withdraw_application"].possible
        if agent is PARK_AGENT
        else ("withdraw_application" not in offered)
    )
    assert offered["fix_on_the_spot"].possible


def test_a_paper_belongs_to_the_items_that_ask_for_it():
    play = authorised(AGENT, items=("B0",))
    with pytest.raises(refusals.OutsideAuthorisation):
        play.do(PAPER, AGENT)
    play.do(PAPER.model_copy(update={"material": "drawings"}), AGENT)


def test_where_the_law_wants_the_applicant_in_person_no_agent_acts():
    """Art. 29, second sentence; papers may still be brought by whoever is authorised."""
    scenario = changed_item("A1", in_person="Registration art. 14 [L]")
    for agent in AGENTS:
        play = authorised(agent, Play(scenario))
        play.do(PAPER, agent)
        with pytest.raises(refusals.InPersonRequired) as refused:
            play.do(c.SubmitApplication(item="A1"), agent)
        assert "Registration art. 14" in refused.value.sentence()
        offered = possibilities(play.facts, "A1", play.context(agent))
        assert not any(offer.possible for offer in offered if offer.act == "submit_application")
        play.do(c.SubmitApplication(item="A1"), APPLICANT)
        assert play.state("A1") is ItemState.RECEIVED


# --- the life of an authorisation -------------------------------------------------------------------


def test_an_authorisation_from_signing_to_its_end():
    play = Play()
    number = authorise(play, AGENT, accepted=False, items=("A1",), organisation="Agency Ltd")
    given = play.facts.authorisations[number]
    assert (given.state, given.principal, given.signed_by) == (S.SIGNED, ENTERPRISE, "Wang")
    assert (len(given.sha256), given.items, given.entered_by) == (64, ("A1",), None)
    assert play.told("authorisation_given") == ["person:agent"]
    play.do(c.AcceptAuthorisation(number=number), AGENT)
    assert play.told("authorisation_accepted") == ["enterprise"]
    near = given.valid_until - timedelta(days=3)
    with pytest.raises(acts.NotOverYet):
        play.do(c.WarnOfAuthorisation(number=number), SYSTEM)
    play.go_to(near).do(c.WarnOfAuthorisation(number=number), SYSTEM)
    assert play.told("authorisation_ending") == ["enterprise", "person:agent"]
    with pytest.raises(acts.NotOverYet):
        play.do(c.WarnOfAuthorisation(number=number), SYSTEM)
    with pytest.raises(acts.NotOverYet):
        play.go_to(given.valid_until).do(c.EndAuthorisation(number=number), SYSTEM)
    play.after(given.valid_until).do(c.EndAuthorisation(number=number), SYSTEM)
    assert play.facts.authorisations[number].state is S.EXPIRED
    assert play.told("authorisation_ended") == ["enterprise", "person:agent"]
    for command, actor in (
        (c.RevokeAuthorisation(number=number), APPLICANT),
        (c.EndAuthorisation(number=number), SYSTEM),
        (c.AcceptAuthorisation(number=number), AGENT),
    ):
        with pytest.raises(acts.AuthorisationClosed):
            play.do(command, actor)
    assert not play.differences()


def test_the_fingerprint_covers_everything_that_is_signed():
    def sha(**more: object) -> str:
        play = Play()
        number = authorise(play, AGENT, accepted=False, **more)
        return play.facts.authorisations[number].sha256

    first = sha()
    assert first == sha()
    changes = ({"text": "other"}, {"acts": ("submit_material",)}, {"items": ("A1",)},
               {"signer": "Li"}, {"fee": 5}, {"organisation": "x"},
               {"valid_until": START + timedelta(days=91)})  # fmt: skip
    assert len({first, *(sha(**change) for change in changes)}) == len(changes) + 1


def test_the_window_enters_what_was_signed_on_paper():
    play = Play()
    written = authorisation(play, STEWARD).model_dump(exclude={"act"})
    paper = c.EnterAuthorisation(**written, file_name="signed.pdf", sha256=SHA)
    play.do(paper, CLERK)
    given = play.facts.authorisations[1]
    assert (given.entered_by, given.sha256, given.file_name) == ("clerk", SHA, "signed.pdf")
    assert play.told("authorisation_entered") == ["enterprise"]
    for other in (APPLICANT, STEWARD, ADMINISTRATOR):
        with pytest.raises(RoleMayNotAct):
            play.do(paper, other)
    play.do(c.AcceptAuthorisation(number=1), STEWARD)
    play.do(PAPER, STEWARD)
    assert play.facts.agent_acts[1].authorisation == 1
    assert not play.differences()


def test_only_who_is_named_accepts_it():
    play = Play()
    authorise(play, AGENT, accepted=False)
    with pytest.raises(acts.NotNamedInIt):
        play.do(c.AcceptAuthorisation(number=1), STEWARD)
    with pytest.raises(acts.UnknownAuthorisation):
        play.do(c.AcceptAuthorisation(number=2), AGENT)


def test_a_new_text_is_a_new_authorisation():
    play = authorised(AGENT)
    authorise(play, AGENT, replaces=1, acts=("submit_material",))
    states = [given.state for given in play.facts.authorisations.values()]
    assert states == [S.SUPERSEDED, S.ACTIVE]
    with pytest.raises(acts.AuthorisationClosed):
        authorise(play, AGENT, replaces=1)
    assert not play.differences()


REFUSED: tuple[tuple[Actor, dict[str, object], Refusal], ...] = (
    (AGENT, {"acts": ("approve_item",)}, acts.UnknownPowers),
    (AGENT, {"acts": ("give_authorisation",)}, acts.UnknownPowers),
    (STEWARD, {"acts": (SIGN_COMMITMENT,)}, acts.PowerNotForKind),
    (PARK_AGENT, {"acts": ("withdraw_application",)}, acts.PowerNotForKind),
    (PARK_AGENT, {"fee": 1}, acts.FeeNotAllowed),
    (AGENT, {"items": ("A1", "Z9")}, acts.ItemsElsewhere),
    (AGENT, {"valid_until": START - timedelta(days=1)}, acts.AuthorisationOver),
    (
        AGENT,
        {"valid_from": date(2027, 1, 2), "valid_until": date(2027, 1, 1)},
        acts.AuthorisationOver,
    ),
    (AGENT, {"valid_until": date(2027, 11, 3)}, acts.AuthorisationTooLong),
    (Actor("other", Role.PROJECT_STEWARD), {}, acts.NotTheSteward),
    (AGENT, {"replaces": 9}, acts.UnknownAuthorisation),
)


@pytest.mark.parametrize(("agent", "change", "refusal"), REFUSED)
def test_what_cannot_be_authorised(agent, change, refusal):
    play = Play()
    with pytest.raises(refusal):
        authorise(play, agent, **change)
    assert not play.facts.authorisations


def test_twelve_months_are_to_the_day():
    play = Play()
    authorise(play, AGENT, valid_until=date(2027, 11, 2))
    assert play.facts.authorisations[1].kind is AgentKind.PRIVATE_AGENT


def test_it_ends_with_the_stewards_post_and_with_the_project():
    play = authorised(STEWARD)
    play.do(c.AssignSteward(steward="another"), ADMINISTRATOR)
    assert play.facts.authorisations[1].state is S.ENDED
    authorise(play, AGENT, valid_until=START + timedelta(days=300))
    involved = [code for code, item in play.facts.items.items() if item.involved]
    play.conclude(*(code for code in involved if YARD.item[code].part_of is None))
    play.do(c.CloseProject(), SYSTEM)
    assert [given.state for given in play.facts.authorisations.values()] == [S.ENDED, S.ENDED]
    assert not play.differences()


# --- objections -------------------------------------------------------------------------------------


def test_the_enterprise_objects_to_an_act_and_nothing_is_undone_by_itself():
    play = authorised(AGENT, yard().hand_in("plan"))
    play.do(c.SubmitApplication(item="A1"), AGENT)
    play.wait(5).do(c.DisputeAgentAct(number=1, reason="not agreed with us"), APPLICANT)
    assert play.told("agent_act_disputed") == ["leader", "person:agent"]
    assert (play.state("A1"), play.facts.agent_acts[1].objection) == (
        ItemState.RECEIVED, "not agreed with us",
    )  # fmt: skip
    with pytest.raises(acts.DisputedAlready):
        play.do(c.DisputeAgentAct(number=1, reason="again"), APPLICANT)
    with pytest.raises(acts.UnknownAgentAct):
        play.do(c.DisputeAgentAct(number=7, reason="which"), APPLICANT)
    assert not play.differences()


def test_the_enterprise_objects_in_a_closed_project_too():
    """The days to object run on, whatever was finished meanwhile."""
    play = authorised(AGENT)
    play.do(PAPER, AGENT)
    play.facts = replace(play.facts, state=ProjectState.COMPLETED)
    play.do(c.DisputeAgentAct(number=1, reason="not agreed with us"), APPLICANT)
    assert play.told("agent_act_disputed")


def test_an_objection_comes_within_five_working_days():
    play = authorised(AGENT)
    play.do(PAPER, AGENT)
    with pytest.raises(acts.DisputeTooLate):
        play.wait(6).do(c.DisputeAgentAct(number=1, reason="late"), APPLICANT)
