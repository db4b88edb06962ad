"""The core: the outcome of one act on a project.

``decide(facts, command, context)`` is pure. It refuses what the tables do not allow, lets the act
draw up its consequences on a draft, and answers the facts as they will be with the events that
say so. Services write the answer; simulations and tests simply chain it.
"""

from __future__ import annotations

from typing import Any

from models.cases import commands as c
from models.cases.facts import ProjectFacts
from models.cases.outcome import Outcome
from models.cases.states import ItemState, ProjectState
from models.errors import Conflict, KaigongError
from models.scenarios.definition import ItemDefinition
from rules.cases.acts.consequences import settle
from rules.cases.acts.officers import case_officer
from rules.cases.agency import on_behalf
from rules.cases.context import Context
from rules.cases.declarations.act import Act
from rules.cases.declarations.registry import registry
from rules.cases.draft import Draft
from rules.cases.instruments.agency import Agency
from rules.cases.permissions import check_agency, check_permission
from rules.cases.transitions import check_transition


class ProjectNotActive(Conflict):
    template = "project: {project} is {state}; nothing can be done in it any more."
    field = "project"


class ProjectCodeAwaited(Conflict):
    template = "item: {project} has no project code yet, and {item} begins with it (Reg. 673 art. 4); the department records the code within one working day."
    field = "item"


class UnknownItem(KaigongError):
    template = "item: {item} is not an item of this project; its items are: {known}."
    field = "item"


class ItemChanged(Conflict):
    template = "item: {item} was changed by someone else since you looked at it (version {seen}, now {now}); look again and decide anew."
    field = "item"


def decide(facts: ProjectFacts, command: c.ProjectCommand, context: Context) -> Outcome:
    """What follows from ``command`` on ``facts``; raises a ``KaigongError`` where it is refused."""
    act = registry().acts[command.act]
    agency = check_admitted(facts, command, context)
    allowed = None
    if isinstance(command, c.ItemCommand):
        _check_seen(facts, command)
        state = facts.items[command.item].state
        _check_coded(facts, command, act)
        allowed = check_transition(command.act, command.item, state)
    draft = Draft(facts, context)
    if agency is not None:
        on_behalf.enter(draft, command, agency)
    act.perform(draft, command)
    case_officer.act_first(draft, command)
    if allowed is not None and isinstance(command, c.ItemCommand):
        _check_arrival(draft, command, allowed)
    settle(draft)
    if agency is not None:
        on_behalf.inform(draft, command, agency)
    return draft.outcome(wake=not act.quiet)


def _check_coded(facts: ProjectFacts, command: c.ItemCommand, act: Act) -> None:
    """All departments use the project code (Reg. 673 art. 4): an item that waits for it waits for nothing else."""
    if facts.awaits_code and ItemState.WAITING not in act.transitions:
        raise ProjectCodeAwaited(project=facts.code, item=command.item)


def check_admitted(
    facts: ProjectFacts, command: c.ProjectCommand, context: Context
) -> Agency | None:
    """Refuse an act that is not admissible whatever its values: in this project, by this person.

    Answers for whom it is done, where an agent does it for the enterprise.
    """
    if facts.state is not ProjectState.ACTIVE and not registry().acts[command.act].after_closing:
        raise ProjectNotActive(project=facts.code, state=facts.state)
    definition = _item_definition(facts, command)
    check_permission(context.actor, command.act, facts, definition)
    return check_agency(facts, command, context)


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
    """Assert that the act left its item in a declared state; anything else is a program fault."""
    arrived = draft.items[command.item].state
    if arrived not in allowed:
        message = f"{command.act} led {command.item} to {arrived}, the table allows {allowed}"
        raise AssertionError(message)
