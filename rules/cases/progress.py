"""Progress of a project: work waiting for the machine, and what each part waits for.

The lifecycle flow asks :func:`machine_work` and nothing else; the same answers feed every page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.cases import commands as c
from models.cases.facts import ItemFacts, NamedParts, ProjectFacts
from models.cases.pre_check import PRE_CHECKS, PreCheckState
from models.cases.states import (
    ENDED_BY_DECISION,
    FINISHED,
    ClockKind,
    ClockState,
    ItemState,
    ProjectState,
)
from models.cases.supervision import SupervisionKind
from rules.cases.instruments.at_once import is_complete_filing
from rules.cases.instruments.bundles import Bundle, bundles
from rules.cases.instruments.commitment import open_check
from rules.cases.instruments.phases import is_ordered, open_tasks, promises
from rules.cases.instruments.preliminary import due_again
from rules.cases.instruments.utilities import leads_due
from rules.cases.instruments.voidings import objected_to


class StageState(StrEnum):
    """State of a stage, in words shown in Prefect and in the portal."""

    AWAITING_OTHERS = "AwaitingOthers"
    """Nothing to do until items of other stages are decided."""
    AWAITING_APPLICANT = "AwaitingApplicant"
    AWAITING_CORRECTION = "AwaitingCorrection"
    AWAITING_DECISION = "AwaitingDecision"
    RECTIFYING = "Rectifying"
    """What did not pass is with the applicant, and nothing else is outstanding 整改中."""
    CLOCK_SUSPENDED = "ClockSuspended"
    """All that is under examination is held by a special procedure."""
    RE_EXAMINATION = "ReExamination"
    """Something in it was built on an approval that was voided, and is examined again."""
    WORK_STOPPED = "WorkStopped"
    """Work on a permit of it was ordered to stop, and that is not closed."""
    AWAITING_NEXT_PHASE = "AwaitingNextPhase"
    """A permit of one phase stands, and the next one has to be applied for in time."""
    AWAITING_HANDOVER = "AwaitingHandover"
    """Everything is decided; supervision is still to be handed over between phases."""
    CONDITIONALLY_ACCEPTED = "ConditionallyAccepted"
    """Everything is decided, some of it with a deficiency open 容缺."""
    PRELIMINARY_OPINION = "PreliminaryOpinion"
    """Nothing is left to examine, but for something there is a preliminary opinion only 初审意见."""
    APPROVED = "Approved"
    NOT_REQUIRED = "NotRequired"
    """An officer found that no licence is needed for any of it 不受理(无需许可)."""
    DENIED = "Denied"
    WITHDRAWN = "Withdrawn"
    VOIDED = "Voided"
    REVOKED = "Revoked"
    RECALLED = "Recalled"
    CANCELLED = "Cancelled"


class WaitsFor(StrEnum):
    """Party that has to act next."""

    APPLICANT = "applicant"
    DEPARTMENT = "department"
    PREREQUISITE = "prerequisite"
    SPECIAL_PROCEDURE = "special_procedure"
    SYSTEM = "system"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage as a whole, derived from its items."""

    key: str
    round: int
    state: StageState
    items: tuple[str, ...]
    waiting: tuple[str, ...]
    """Codes of the items that someone has to act on now."""


_WAITS: Mapping[ItemState, WaitsFor] = {
    ItemState.WAITING: WaitsFor.PREREQUISITE,
    ItemState.OPEN: WaitsFor.APPLICANT,
    ItemState.RECEIVED: WaitsFor.DEPARTMENT,
    ItemState.CORRECTING: WaitsFor.APPLICANT,
    ItemState.ACCEPTED: WaitsFor.DEPARTMENT,
    ItemState.RECTIFYING: WaitsFor.APPLICANT,
    ItemState.SUSPENDED: WaitsFor.SPECIAL_PROCEDURE,
    ItemState.PRELIMINARY: WaitsFor.APPLICANT,
    ItemState.GRANTED: WaitsFor.NOBODY,
    ItemState.CONDITIONALLY_GRANTED: WaitsFor.APPLICANT,
    ItemState.CONCLUDED: WaitsFor.NOBODY,
    ItemState.DENIED: WaitsFor.APPLICANT,
    ItemState.NOT_ACCEPTED: WaitsFor.APPLICANT,
    ItemState.VOIDED: WaitsFor.SYSTEM,
    **dict.fromkeys(ENDED_BY_DECISION, WaitsFor.APPLICANT),
    ItemState.WITHDRAWN: WaitsFor.APPLICANT,
    ItemState.NOT_REQUIRED: WaitsFor.NOBODY,
}


def waits_for(state: ItemState) -> WaitsFor:
    """Who has to act on an item in this state."""
    return _WAITS[state]


def whose_move(facts: ProjectFacts, item: ItemFacts) -> WaitsFor:
    """The same in its project: after the cure of what an opinion left open the decision is due again, and
    a project without a code is pre-checked.
    """
    if due_again(facts, item.code):
        return WaitsFor.DEPARTMENT
    return in_pre_check(facts, item) or waits_for(item.state)


def in_pre_check(parts: NamedParts, item: ItemFacts) -> WaitsFor | None:
    """Whom a project without a code waits for, at the item with which it begins; ``None`` elsewhere."""
    entries = parts.of(PRE_CHECKS)
    entry = entries[max(entries)] if entries else None
    if entry is None or entry.item != item.code or item.state is not ItemState.WAITING:
        return None
    moves = {
        PreCheckState.SUBMITTED: WaitsFor.DEPARTMENT,
        PreCheckState.RETURNED: WaitsFor.APPLICANT,
    }
    return moves.get(entry.state)


def stage_view(facts: ProjectFacts, stage: str) -> StageView:
    """A stage as it stands: its round is the highest round of any of its items."""
    items = [facts.items[d.code] for d in facts.scenario.stage_items[stage]]
    required = [item for item in items if item.involved]
    active = [i.code for i in required if _is_active(i)]
    return StageView(
        key=stage,
        round=max((item.round for item in items), default=1),
        state=_in_phases(facts, required, _stage_state(facts, required)),
        items=tuple(item.code for item in required),
        waiting=tuple(active),
    )


def stage_views(facts: ProjectFacts) -> tuple[StageView, ...]:
    """Every stage that has an item this project needs, in the order of the scenario."""
    views = (stage_view(facts, stage) for stage in facts.scenario.stage)
    return tuple(view for view in views if view.items)


def machine_work(facts: ProjectFacts, stage: str) -> tuple[c.ProjectCommand, ...]:
    """Commands that the machine has to execute in a stage now, in order."""
    return tuple(_work(facts, stage))


def unfinished(facts: ProjectFacts) -> tuple[str, ...]:
    """Items that still keep the project open: undecided, owing, not delivered or told, to be supervised,
    objected to.
    """
    supervised = {task.item for task in open_tasks(facts.supervision) if is_ordered(task)}
    undelivered = {
        clock.item
        for clock in facts.clocks.values()
        if clock.kind in _TO_REACH_THE_HOLDER and clock.state is not ClockState.STOPPED
    }
    items = (facts.items[definition.code] for definition in facts.scenario.items)
    return tuple(
        item.code
        for item in items
        if item.state not in FINISHED
        or item.code in undelivered
        or item.code in supervised
        or item.re_examination
        or open_check(facts, item.code) is not None
        or _document_due(facts, item)
    )


#: Clocks that run until a decision has reached the enterprise, or an answer to its objection.
_TO_REACH_THE_HOLDER = frozenset(
    {ClockKind.DELIVERY, ClockKind.RESULT_NOTICE, ClockKind.APPEAL_DECISION}
)


def held_back(facts: ProjectFacts) -> Mapping[str, Bundle]:
    """Items whose document is held back to be issued together with others, and in which bundle."""
    return {code: bundle for bundle in bundles(facts) for code in bundle.held}


def can_close(facts: ProjectFacts, today: date) -> bool:
    """Whether the project can be closed: everything is finished, and nothing can be objected to any more."""
    finished = facts.state is ProjectState.ACTIVE and not unfinished(facts)
    return finished and not objected_to(facts, today)


def _is_active(item: ItemFacts) -> bool:
    waits = waits_for(item.state)
    return bool(item.re_examination) or waits not in (WaitsFor.NOBODY, WaitsFor.PREREQUISITE)


#: What a stage shows, asked in this order: the first state that any of its items is in decides.
_SHOWN: tuple[tuple[StageState, frozenset[ItemState]], ...] = (
    (StageState.VOIDED, frozenset({ItemState.VOIDED})),
    (StageState.REVOKED, frozenset({ItemState.REVOKED})),
    (StageState.RECALLED, frozenset({ItemState.RECALLED})),
    (StageState.CANCELLED, frozenset({ItemState.CANCELLED})),
    (StageState.DENIED, frozenset({ItemState.DENIED, ItemState.NOT_ACCEPTED})),
    (StageState.WITHDRAWN, frozenset({ItemState.WITHDRAWN})),
    (StageState.AWAITING_CORRECTION, frozenset({ItemState.CORRECTING})),
    (StageState.AWAITING_DECISION, frozenset({ItemState.RECEIVED, ItemState.ACCEPTED})),
    (StageState.RECTIFYING, frozenset({ItemState.RECTIFYING})),
    (StageState.CLOCK_SUSPENDED, frozenset({ItemState.SUSPENDED})),
    (StageState.AWAITING_APPLICANT, frozenset({ItemState.OPEN})),
    (StageState.AWAITING_OTHERS, frozenset({ItemState.WAITING})),
    (StageState.PRELIMINARY_OPINION, frozenset({ItemState.PRELIMINARY})),
    (StageState.CONDITIONALLY_ACCEPTED, frozenset({ItemState.CONDITIONALLY_GRANTED})),
    (
        StageState.APPROVED,
        frozenset({ItemState.GRANTED, ItemState.CONCLUDED}),
    ),
    (StageState.NOT_REQUIRED, frozenset({ItemState.NOT_REQUIRED})),
)


def _stage_state(facts: ProjectFacts, items: list[ItemFacts]) -> StageState:
    states = {_as_shown(facts, item) for item in items}
    if ItemState.VOIDED not in states and any(item.re_examination for item in items):
        return StageState.RE_EXAMINATION
    return next((shown for shown, any_of in _SHOWN if states & any_of), StageState.APPROVED)


def _as_shown(facts: ProjectFacts, item: ItemFacts) -> ItemState:
    return ItemState.ACCEPTED if due_again(facts, item.code) else item.state


def _in_phases(facts: ProjectFacts, items: list[ItemFacts], state: StageState) -> StageState:
    """What a stage shows where its permits are given in phases, see :mod:`rules.cases.instruments.phases`."""
    if state in (StageState.VOIDED, StageState.RE_EXAMINATION):
        return state
    codes = {item.code for item in items}
    tasks = {task.kind for task in open_tasks(facts.supervision) if task.item in codes}
    if SupervisionKind.STOP_WORK in tasks:
        return StageState.WORK_STOPPED
    if state in _BEFORE_THE_NEXT and any(clock.item in codes for clock in promises(facts)):
        return StageState.AWAITING_NEXT_PHASE
    if state is StageState.APPROVED and SupervisionKind.HANDOVER in tasks:
        return StageState.AWAITING_HANDOVER
    return state


#: States that say less than that the next phase has to be applied for.
_BEFORE_THE_NEXT = frozenset(
    {
        StageState.AWAITING_APPLICANT,
        StageState.AWAITING_OTHERS,
        StageState.CONDITIONALLY_ACCEPTED,
    }
)


def _work(facts: ProjectFacts, stage: str) -> Iterator[c.ProjectCommand]:
    items = [facts.items[definition.code] for definition in facts.scenario.stage_items[stage]]
    started = any(i.state not in (ItemState.WAITING, ItemState.NOT_REQUIRED) for i in items)
    if started and facts.stages[stage].opened_on is None:
        yield c.OpenStage(stage=stage)
    if leads_due(facts, stage):
        yield c.SendLeads(stage=stage)
    held = held_back(facts)
    for item in items:
        if item.state is ItemState.VOIDED:
            yield c.StartNewRound(item=item.code)
        if item.state is ItemState.RECEIVED and is_complete_filing(
            facts.definition(item.code), item, facts.materials
        ):
            yield c.FileOnReceipt(item=item.code)
        if _document_due(facts, item) and item.code not in held:
            # The number is allocated by the service that issues it, in the same transaction.
            yield c.IssueDocument(item=item.code)
    yield from _releases(facts, stage)


def _releases(facts: ProjectFacts, stage: str) -> Iterator[c.ProjectCommand]:
    """Certificates that were held back, in the stage of the event that releases them."""
    for bundle in bundles(facts):
        event = facts.items[bundle.definition.released_by]
        if event.stage == stage and bundle.release(None) is not None:
            yield c.ReleaseBundle(bundle=bundle.definition.key)


def _document_due(facts: ProjectFacts, item: ItemFacts) -> bool:
    decided = item.state in (ItemState.GRANTED, ItemState.CONDITIONALLY_GRANTED)
    wanted = facts.definition(item.code).document is not None
    return decided and wanted and not item.document_issued
