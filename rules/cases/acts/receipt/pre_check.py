"""The pre-check 预审 and the project code 赋码, within one working day [S:004 case 12].

A project is registered without a code as long as the provincial platform has given none. All departments
use that code (Reg. 673 art. 4), so nothing is applied for before it is recorded; nobody here makes one up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.facts import NamedParts
from models.cases.pre_check import PRE_CHECKS, CodeSource, PreCheckFacts, PreCheckState
from models.cases.states import ClockKind, ItemState
from models.errors import Conflict
from models.scenarios.definition import ItemMode, ScenarioDefinition
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Need, Record, Situation, stays
from rules.cases.declarations.event import EventKind
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.formats import parse_project_code

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened
    from rules.cases.replay.replayed import Replayed

#: What is wrong is told once.
MOST_SUBMISSIONS = 2


class CodedAlready(Conflict):
    template = "item: the project has its code {code}; the pre-check is over."
    field = "item"


class CheckedElsewhere(Conflict):
    template = (
        "item: the pre-check is done at {item}, with which the project begins; open that item."
    )
    field = "item"


class ReturnedOnce(Conflict):
    template = "item: the pre-check was returned already, and that happens once; settle with the enterprise what is left, and record the code."
    field = "item"


class NotReturned(Conflict):
    template = "item: the pre-check was not returned; it is with the department until {due_on}."
    field = "item"


class WithTheEnterprise(Conflict):
    template = "item: the pre-check was returned and not handed in again; wait for the enterprise, or record the code where there is one."
    field = "item"


def first_item(scenario: ScenarioDefinition, parts: NamedParts) -> str:
    """The item that a project begins with: the first one that it applies for."""
    involved = [item for item in scenario.items if parts.items[item.code].involved]
    by_people = [item for item in involved if item.mode is not ItemMode.INTERNAL]
    applied = [item for item in by_people if item.mode is ItemMode.APPLICATION and not item.part_of]
    return next(iter(applied or by_people or scenario.items)).code


def submit(draft: Draft, item: str) -> None:
    """It is with the department from today, for one working day."""
    number = len(draft.of(PRE_CHECKS)) + 1
    clock = draft.start_clock(
        ClockFacts(item, ClockKind.PRE_CHECK, draft.items[item].round, str(number)),
        promised=draft.context.policy.pre_check,
    )
    entry = PreCheckFacts(number, item, PreCheckState.SUBMITTED, draft.today, due_on=clock.due_on)
    draft.enter(PRE_CHECKS, entry)
    draft.record("PreCheckSubmitted", item)
    due_on = clock.due_on.isoformat() if clock.due_on else None
    department = draft.items[item].department
    draft.tell(f"department:{department}", "pre_check_submitted", item, due_on=due_on)


def hand_in_again(draft: Draft, command: c.SubmitForPreCheck) -> None:
    """What was wrong is put right."""
    entry = _current(draft, command.item)
    if entry.state is not PreCheckState.RETURNED:
        raise NotReturned(item=command.item, due_on=str(entry.due_on))
    draft.change(command.item)
    submit(draft, command.item)


def return_it(draft: Draft, command: c.ReturnPreCheck) -> None:
    """Tell once what is wrong; it is no refusal, and no application was made yet."""
    entry = _current(draft, command.item)
    if entry.state is not PreCheckState.SUBMITTED:
        raise WithTheEnterprise(item=command.item)
    if entry.number == MOST_SUBMISSIONS:
        raise ReturnedOnce(item=command.item)
    _close(draft, entry, PreCheckState.RETURNED, reason=command.reason)
    draft.record("PreCheckReturned", command.item, reason=command.reason)
    for audience in ("enterprise", "steward"):
        draft.tell(audience, "pre_check_returned", command.item, reason=command.reason)


def record_code(draft: Draft, command: c.RecordProjectCode) -> None:
    """Enter the code that the platform gave, with its proof, and open what the project begins with."""
    entry = _current(draft, command.item)
    code = parse_project_code(command.code)
    proof = {"code": code.text, "source": command.source, "sha256": command.sha256}
    _close(draft, entry, PreCheckState.CODED, **proof)
    draft.change_project(code=code.text, region=code.region)
    details = {"was": draft.before.code, "code": code.text, "source": command.source.value}
    draft.record("ProjectCodeRecorded", command.item, **details)
    for audience in ("enterprise", "steward"):
        draft.tell(audience, "project_code_recorded", command.item, number=code.text)
    draft.open_ready()


def _close(draft: Draft, entry: PreCheckFacts, state: PreCheckState, **values: Any) -> None:
    draft.stop_clock(entry.item, ClockKind.PRE_CHECK, str(entry.number), state.value)
    draft.change(entry.item)
    draft.enter(PRE_CHECKS, entry, state=state, closed_on=draft.today, **values)


def _current(draft: Draft, item: str) -> PreCheckFacts:
    """The submission that is open; refused where the project has its code, or begins elsewhere."""
    entries = draft.of(PRE_CHECKS)
    if not draft.before.awaits_code or not entries:
        raise CodedAlready(code=draft.before.code)
    entry = entries[max(entries)]
    if entry.item != item:
        raise CheckedElsewhere(item=entry.item)
    return entry


# --- what is offered ----------------------------------------------------------------------------


def _is_checked(situation: Situation, *states: PreCheckState) -> bool:
    """Whether the pre-check is done at this item, and is in one of these states."""
    entries = situation.facts.of(PRE_CHECKS)
    if not situation.facts.awaits_code or not entries:
        return False
    entry = entries[max(entries)]
    return entry.item == situation.code and entry.state in states


def _submitted(situation: Situation) -> bool:
    return _is_checked(situation, PreCheckState.SUBMITTED)


def _returned(situation: Situation) -> bool:
    return _is_checked(situation, PreCheckState.RETURNED)


def _uncoded(situation: Situation) -> bool:
    return _is_checked(situation, PreCheckState.SUBMITTED, PreCheckState.RETURNED)


def _a_code(situation: Situation) -> c.RecordProjectCode:
    return c.RecordProjectCode(
        item=situation.code,
        code="2611-611102-04-01-000001",
        source=CodeSource.PLATFORM,
        file_name="-",
        sha256="0" * 64,
    )


# --- what the log says --------------------------------------------------------------------------


def _coded(replayed: Replayed, happened: Happened) -> None:
    replayed.project["code"] = happened.event.data["code"]


_SUBMITTED = EventKind(
    "PreCheckSubmitted", "Handed in for the pre-check, after which the project has its code"
)
SUBMIT = Act(
    command=c.SubmitForPreCheck,
    label="Hand it in for the pre-check again",
    perform=hand_in_again,
    roles=roles.APPLICANT,
    for_applicant=ForApplicant.HELP,
    transitions=stays(ItemState.WAITING),
    place=2,
    offered=_returned,
    form=Form(place=5),
    events=(_SUBMITTED,),
    notices=("pre_check_submitted",),
)
RECORD_CODE = Act(
    command=c.RecordProjectCode,
    label="Record the project code",
    perform=record_code,
    roles=roles.INTAKE,
    transitions={ItemState.WAITING: (ItemState.OPEN, ItemState.WAITING)},
    place=3,
    offered=_uncoded,
    sample=_a_code,
    needs=(Need.FILE,),
    writes=(Record.PROJECT_CODE,),
    form=Form(
        place=8,
        template="record_project_code",
        without=frozenset({"file_name", "sha256"}),
        hint="As the provincial platform gave it, with the page or the paper that shows it. Nothing is applied for before.",
    ),
    events=(
        EventKind(
            "ProjectCodeRecorded", "Project code {code} recorded, before: {was}", follow=_coded
        ),
    ),
    notices=("project_code_recorded",),
)
RETURN = Act(
    command=c.ReturnPreCheck,
    label="Return it from the pre-check",
    perform=return_it,
    roles=roles.INTAKE,
    transitions=stays(ItemState.WAITING),
    place=4,
    offered=_submitted,
    form=Form(
        place=12,
        folded=True,
        hint="Once, with everything that is wrong. It is no refusal: nothing was applied for yet.",
    ),
    events=(EventKind("PreCheckReturned", "Returned from the pre-check: {reason}"),),
    notices=("pre_check_returned",),
)
