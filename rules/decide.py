"""The core: what follows when someone acts on a project.

``decide(facts, command, context)`` is pure. It refuses what the tables do not allow, lets the act
draw up its consequences on a draft, and answers the facts as they will be with the events that
say so. Services write the answer; simulations and tests simply chain it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from models import commands as c
from models.definition import ItemDefinition
from models.errors import KaigongError
from models.facts import ProjectFacts
from models.outcome import Outcome
from models.states import ProjectState
from rules.acts import (
    appeal,
    application,
    architect,
    basis,
    bundle,
    consultation,
    decision,
    deficiency,
    intake,
    lifecycle,
    phases,
    rectification,
    site_visit,
    supervision,
    utility,
)
from rules.context import Context
from rules.draft import Draft
from rules.migration import correction
from rules.permissions import check_permission
from rules.transitions import check_transition

#: act → what it does; each function takes the draft and its own command.
ACTS: Mapping[str, Callable[[Draft, Any], None]] = {
    "assign_steward": lifecycle.assign_steward,
    "correct_attributes": correction.correct,
    "record_architect_team": architect.record_team,
    "record_design_opinion": architect.record_opinion,
    "open_stage": lifecycle.open_stage,
    "release_bundle": bundle.release,
    "close_project": lifecycle.close_project,
    "submit_material": lifecycle.submit_material,
    "start_new_round": lifecycle.start_new_round,
    "record_milestone": lifecycle.record_milestone,
    "issue_document": lifecycle.issue_document,
    "record_delivery": lifecycle.record_delivery,
    "submit_application": application.submit,
    "accept_application": application.accept,
    "request_correction": application.request_correction,
    "supply_correction": application.supply_correction,
    "refuse_application": application.refuse,
    "refer_application": intake.refer,
    "declare_not_required": intake.declare_not_required,
    "fix_on_the_spot": intake.fix_on_the_spot,
    "deem_accepted": application.deem_accepted,
    "withdraw_application": application.withdraw,
    "record_verification": decision.record_verification,
    "send_leads": utility.send_leads,
    "acknowledge_lead": utility.acknowledge,
    "answer_line": utility.answer,
    "connect_line": utility.connect,
    "schedule_site_visit": site_visit.schedule,
    "record_site_visit": site_visit.record,
    "answer_consultation": consultation.answer,
    "deem_agreed": consultation.deem_agreed,
    "require_rectification": decision.require_rectification,
    "report_rectification": rectification.report,
    "approve_item": decision.approve,
    "issue_preliminary_opinion": decision.issue_preliminary_opinion,
    "deny_item": decision.deny,
    "suspend_clock": decision.suspend,
    "resume_clock": decision.resume,
    "extend_limit": decision.extend,
    "make_up_material": deficiency.make_up,
    "verify_make_up": deficiency.verify,
    "void_approval": deficiency.void,
    "confirm_after_re_examination": basis.confirm,
    "appeal_voiding": appeal.appeal,
    "decide_appeal": appeal.decide_appeal,
    "reinstate_approval": appeal.reinstate,
    "lapse_phase": phases.lapse,
    "record_violation": phases.record_violation,
    "complete_supervision": supervision.complete,
    "reply_to_supervision": supervision.reply,
}

#: Acts after which the machine has nothing new to do. A delivery may be the last thing that kept
#: the project open, so it is none of them.
QUIET = frozenset({"submit_material", "open_stage"})


class ProjectNotActive(KaigongError):
    """project: {project} is {state}; nothing can be done in it any more."""

    field = "project"


class UnknownItem(KaigongError):
    """item: {item} is not an item of this project; its items are: {known}."""

    field = "item"


class ItemChanged(KaigongError):
    """item: {item} was changed by someone else since you looked at it (version {seen}, now {now}); look again and decide anew."""

    field = "item"


def decide(facts: ProjectFacts, command: c.ProjectCommand, context: Context) -> Outcome:
    """What follows from ``command`` on ``facts``; raises a ``KaigongError`` where it is refused."""
    check_admitted(facts, command, context)
    allowed = None
    if isinstance(command, c.ItemCommand):
        _check_seen(facts, command)
        state = facts.items[command.item].state
        allowed = check_transition(command.act, command.item, state)
    draft = Draft(facts, context)
    ACTS[command.act](draft, command)
    if allowed is not None and isinstance(command, c.ItemCommand):
        _check_arrival(draft, command, allowed)
    rectification.settle(draft)
    consultation.lapse(draft)
    return draft.outcome(wake=command.act not in QUIET)


def check_admitted(facts: ProjectFacts, command: c.ProjectCommand, context: Context) -> None:
    """Refuse what is out of question whatever it says: in this project, by this person."""
    if facts.state is not ProjectState.ACTIVE:
        raise ProjectNotActive(project=facts.code, state=facts.state.value)
    definition = _item_definition(facts, command)
    check_permission(context.actor, command.act, facts, definition)


def _item_definition(facts: ProjectFacts, command: c.ProjectCommand) -> ItemDefinition | None:
    if not isinstance(command, c.ItemCommand):
        return None
    if command.item not in facts.items:
        raise UnknownItem(item=command.item, known=list(facts.items))
    return facts.scenario.item[command.item]


def _check_seen(facts: ProjectFacts, command: c.ItemCommand) -> None:
    now = facts.items[command.item].version
    if command.seen_version is not None and command.seen_version != now:
        raise ItemChanged(item=command.item, seen=command.seen_version, now=now)


def _check_arrival(draft: Draft, command: c.ItemCommand, allowed: tuple[Any, ...]) -> None:
    """An act that leaves its item in a state the table does not name is a fault of ours."""
    arrived = draft.items[command.item].state
    if arrived not in allowed:
        message = f"{command.act} led {command.item} to {arrived}, the table allows {allowed}"
        raise AssertionError(message)
