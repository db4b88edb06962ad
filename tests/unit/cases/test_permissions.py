"""Who may do what: every pair of role and act against ``domain/roles``, written out here once more."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from models.people.actor import SYSTEM, Actor, Role
from rules.cases.declarations.registry import registry
from rules.cases.permissions import (
    NotTheirs,
    RoleMayNotAct,
    allowed_acts,
    check_permission,
    concerns,
)
from tests.support.agents import authorised
from tests.support.people import (
    AGENT,
    APPLICANT,
    CLERK,
    STEWARD,
    approver,
    everyone,
    handler,
    head,
)
from tests.support.play import Play
from tests.support.states import accepted, consulting, received
from tests.support.yard import HOUSING, LAND, OTHER_ENTERPRISE, PLANNING, YARD

R = Role
APPLICANT_SIDE = {"submit_material", "submit_application", "supply_correction", "submit_for_pre_check",
                  "withdraw_application", "make_up_material", "start_new_round",
                  "record_milestone", "correct_milestone", "record_delivery", "appeal_voiding", "await_basis",
                  "state_defence",
                  "fix_on_the_spot", "report_rectification",
                  "record_architect_team", "record_design_opinion"}  # fmt: skip
#: What binds the enterprise: never for the steward, and for another agent only if named.
BINDING = {"withdraw_application", "appeal_voiding", "surrender_approval"}
#: What nobody does for the enterprise.
OWN = {"give_authorisation", "revoke_authorisation", "dispute_agent_act"}
INTAKE = {
    "accept_application",
    "request_correction",
    "record_delivery",
    "record_result_told",
    "refer_application",
    "return_pre_check",
    "record_project_code",
}
EXAMINE = INTAKE | {"refuse_application", "declare_not_required", "suspend_clock", "resume_clock",
                    "record_milestone", "correct_milestone", "verify_make_up", "issue_document", "record_verification",
                    "schedule_site_visit", "record_site_visit", "record_violation", "answer_consultation",
                    "complete_supervision", "acknowledge_lead", "connect_line", "take_item",
                    "begin_commitment_check", "record_commitment_check"}  # fmt: skip
DECIDE = EXAMINE | {"approve_item", "answer_line", "issue_preliminary_opinion", "deny_item",
                    "void_approval", "confirm_after_re_examination", "require_rectification", "announce_revocation",
                    "hold_revocation_hearing", "assess_commitment", "announce_recall",
                    "announce_cancellation"}  # fmt: skip
#: The powers of every role, from the description of the roles and not from the code.
POWERS: dict[Role, set[str]] = {
    R.APPLICANT: APPLICANT_SIDE | BINDING | OWN,
    R.AGENT: APPLICANT_SIDE | BINDING | {"accept_authorisation"},
    R.PROJECT_STEWARD: (APPLICANT_SIDE - BINDING) | {"schedule_site_visit", "correct_attributes",
                                                     "accept_authorisation"},
    R.WINDOW_CLERK: INTAKE | {"fix_on_the_spot", "enter_authorisation"},
    R.HANDLER: EXAMINE | {"assign_handler"},
    R.APPROVER: DECIDE,
    R.DEPARTMENT_HEAD: DECIDE | {"extend_limit", "ask_for_extension", "decide_appeal", "reinstate_approval",
                                  "correct_voiding", "reply_to_supervision", "assign_handler",
                                  "revoke_licence", "recall_approval", "cancel_licence", "repair_credit",
                                  "correct_credit"},
    R.ADMINISTRATOR: {"assign_steward", "correct_attributes"},
    R.LEADER: {"assign_steward"},
    R.GOVERNMENT_HEAD: {"extend_limit"},
    R.SYSTEM: {"assign_steward", "open_stage", "send_leads", "release_bundle", "close_project",
               "deem_accepted", "file_on_receipt", "grant_on_commitment", "deem_agreed", "void_approval", "issue_document", "record_delivery",
               "start_new_round", "give_grace", "lapse_phase", "draw_up_promises", "warn_of_authorisation", "end_authorisation",
               "suspend_authorisation", "resume_authorisation",
               "assign_handler", "transfer_competence"},
}  # fmt: skip
DECISIONS = {"approve_item", "answer_line", "issue_preliminary_opinion", "deny_item", "refuse_application",
             "declare_not_required", "require_rectification", "extend_limit", "confirm_after_re_examination", "decide_appeal",
             "reinstate_approval", "correct_voiding"}  # fmt: skip


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", sorted(registry().acts))
def test_every_pair_of_role_and_act(role, act):
    play, actor = Play(), everyone(PLANNING)[role]
    if role is R.AGENT:
        play = authorised(AGENT)
    if act == "answer_consultation":
        play = consulting(ItemState.ACCEPTED).play
        actor = everyone(LAND)[role]
    definition = YARD.item["A1"]
    assert (act in allowed_acts(actor)) is (act in POWERS[role])
    if act in POWERS[role]:
        check_permission(actor, act, play.facts, definition)
        return
    with pytest.raises(RoleMayNotAct) as refused:
        check_permission(actor, act, play.facts, definition)
    for part in (actor.login, act, *(may.value for may in registry().acts[act].roles)):
        assert part in refused.value.sentence()


def test_the_powers_name_every_act_and_every_role():
    assert set().union(*POWERS.values()) == set(registry().acts)
    assert set(POWERS) == set(Role)


@pytest.mark.parametrize("role", [R.WINDOW_CLERK, R.ADMINISTRATOR, R.LEADER, R.PROJECT_STEWARD,
                                  R.AGENT, R.APPLICANT, R.SYSTEM])  # fmt: skip
def test_only_officers_of_a_department_decide(role):
    """窗口无否决权; administrators configure, stewards accompany, nobody decides by rule of time."""
    assert not POWERS[role] & DECISIONS
    assert not allowed_acts(everyone()[role]) & DECISIONS


def test_the_window_neither_refuses_nor_decides():
    place = received()
    refusal = c.RefuseApplication(item="A1", reason="no", competent_authority="the city")
    for command in (refusal, c.ApproveItem(item="A1"), c.DenyItem(item="A1", reason="no")):
        with pytest.raises(RoleMayNotAct):
            place.play.do(command, CLERK)
    place.play.do(c.AcceptApplication(item="A1"), CLERK)


@pytest.mark.parametrize("officer", [handler, approver, head])
def test_officers_act_on_the_items_of_their_own_department(officer):
    play = Play()
    assert concerns(officer(PLANNING), play.facts, YARD.item["A1"])
    for other in (LAND, HOUSING):
        with pytest.raises(NotTheirs) as refused:
            check_permission(officer(other), "accept_application", play.facts, YARD.item["A1"])
        assert PLANNING in refused.value.sentence()


def test_an_enterprise_acts_in_its_own_projects():
    stranger = Actor("stranger", Role.APPLICANT, enterprise=OTHER_ENTERPRISE)
    play = Play()
    for act in sorted(APPLICANT_SIDE):
        check_permission(APPLICANT, act, play.facts, YARD.item["A1"])
        with pytest.raises(NotTheirs):
            check_permission(stranger, act, play.facts, YARD.item["A1"])


def test_a_steward_acts_in_projects_that_are_theirs():
    play = Play()
    check_permission(STEWARD, "submit_material", play.facts)
    with pytest.raises(NotTheirs):
        check_permission(Actor("other", Role.PROJECT_STEWARD), "submit_material", play.facts)


def test_who_accepts_does_not_decide():
    """Handler ≠ approver [D], whatever their role is."""
    from rules.cases.acts.decision import SameOfficer
    from rules.installation.policy import Policy

    both = approver(PLANNING)
    for command in (c.ApproveItem(item="A1"), c.DenyItem(item="A1", reason="no")):
        place = received()
        place.play.do(c.AcceptApplication(item="A1"), both)
        with pytest.raises(SameOfficer) as refused:
            place.play.do(command, both)
        assert both.login in refused.value.sentence()
        place.play.do(command, head(PLANNING))
    lenient = Play(policy=Policy(decider_may_be_handler=True)).hand_in("plan")
    lenient.apply("A1").do(c.AcceptApplication(item="A1"), both)
    lenient.do(c.ApproveItem(item="A1"), both)


def test_the_window_that_accepts_is_not_the_handler():
    place = received()
    place.play.do(c.AcceptApplication(item="A1"), CLERK)
    assert place.play.item("A1").handler == handler(PLANNING).login
    assert accepted().play.item("A1").handler == handler(PLANNING).login


def test_permission_goes_before_state():
    """Whoever may not act is not told in which state the item is."""
    with pytest.raises(RoleMayNotAct):
        Play().do(c.ApproveItem(item="A1"), SYSTEM)


def test_where_nobody_was_asked_the_answer_belongs_to_nobody():
    play = Play().apply("A1").accept("A1")
    with pytest.raises(NotTheirs) as refused:
        check_permission(handler(HOUSING), "answer_consultation", play.facts, YARD.item["A1"])
    assert "A1 belongs to none;" in refused.value.sentence()
