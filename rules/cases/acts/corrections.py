"""The one notice of everything to correct, and its answer: Licensing Law art. 32(4) and (5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from models.cases import commands as c
from models.cases.facts import MATERIALS, ItemFacts, MaterialFacts, ProjectFacts
from models.cases.states import ItemState, MaterialState
from models.errors import KaigongError
from models.people.actor import Role
from models.scenarios.forms import FormValue
from models.scenarios.guards import GuardPoint
from rules.cases.acts.aftermath.filing import APPLICATION_FILED, file_now
from rules.cases.acts.application import check_in_time
from rules.cases.acts.papers import take_back
from rules.cases.acts.receipt.window import close_window, open_window
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Record, Situation, Supply
from rules.cases.declarations.event import EventKind, Reading, papers_returned
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.at_once import is_complete_filing
from rules.cases.instruments.completeness import (
    MaterialsMissing,
    check_asked_for,
    nameable,
    to_name,
)
from rules.cases.instruments.corrections import (
    A_RULE,
    check_rules,
    corrected,
    named,
    named_fields,
    named_in,
    owed,
)
from rules.cases.instruments.credit.standing import barred
from rules.cases.instruments.forms import kept_form
from rules.cases.instruments.guards import check_guards

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened

#: The notice of art. 32(4), and one more with the override of the department's head.
MOST_NOTICES = 2


class CorrectionAlreadyRequested(KaigongError):
    template = "item: corrections of {item} were asked for already, and that is possible once; accept it or decide on what is there."
    field = "item"


class NoticeIncomplete(KaigongError):
    template = "materials: {missing} of {item} are missing too; a notice names everything at once, so name them with the rest."
    field = "materials"


def request_correction(draft: Draft, command: c.RequestCorrection) -> None:
    """The one notice of everything to correct; acceptance waits for the applicant."""
    check_in_time(draft, command.item)
    item = draft.items[command.item]
    if item.correction_notices:
        _check_override(draft, command, item)
    definition = draft.definition(command.item)
    lost = barred(definition, item, draft.materials, draft.context)
    if lost:
        item = draft.change(command.item, **_WITHOUT_PROMISES)
    check_asked_for(draft.scenario, definition, item, tuple(command.materials))
    listed = named(definition, command.materials, command.fields)
    _check_complete(draft, item, listed["materials"])
    check_rules(draft.materials, listed["materials"])
    close_window(draft, command.item, "correction requested")
    notices = item.correction_notices + 1
    draft.change(
        command.item,
        state=ItemState.CORRECTING,
        correction_notices=notices,
        corrections=listed,
    )
    override = command.override if notices > 1 else ""
    again: dict[str, object] = {"override": override} if override else {}
    if lost:
        again["barred"] = list(lost)
    # The edition of guide, sample form and instructions that go with it.
    guide = {"scenario": draft.scenario.key, "version": draft.scenario.version}
    params = {"override": override, "guide": guide, **again}
    draft.record("CorrectionRequested", command.item, **listed, **params)
    for audience in ("enterprise", "steward"):
        draft.tell(audience, "correction_requested", command.item, **listed, **again)
    for key in listed["materials"]:
        take_back(draft, key)


def supply_correction(draft: Draft, command: c.SupplyCorrection) -> None:
    """All that was named is in: received anew on that day, and it must be accepted (art. 32(5)).

    What was not named is not asked for, whether it is there or not (art. 32(4)).
    """
    definition, item = draft.definition(command.item), draft.items[command.item]
    lacking = owed(definition, item, draft.materials)
    if lacking:
        raise MaterialsMissing(missing=list(lacking), item=command.item)
    form = corrected(definition, item, command.form)
    draft.change(command.item, state=ItemState.RECEIVED, received_on=draft.today, form=form)
    check_guards(draft, command.item, GuardPoint.SUBMIT)
    files = is_complete_filing(definition, draft.items[command.item], draft.materials)
    if not files:
        open_window(draft, command.item)
    before = {key: item.form.get(key) for key in named_fields(definition, item)}
    details = {"form": dict(form), "before": before} if before else {}
    draft.record("CorrectionSupplied", command.item, **details)
    draft.tell(f"department:{item.department}", "correction_supplied", command.item)
    if files:
        file_now(draft, command.item)


#: What was promised with the application no longer takes the place of a paper.
_WITHOUT_PROMISES: Mapping[str, Any] = {"deferred": (), "commitment": None}


def _check_complete(draft: Draft, item: ItemFacts, listed: Mapping[str, str]) -> None:
    """A notice is given once, so it names every paper that is missing now (art. 32(4))."""
    lacking = to_name(draft.scenario, draft.definition(item.code), item, draft.materials)
    left_out = [key for key in lacking if key not in listed]
    if left_out:
        raise NoticeIncomplete(missing=left_out, item=item.code)


def _check_override(draft: Draft, command: c.RequestCorrection, item: ItemFacts) -> None:
    """Once and completely, says art. 32(4); a second time is on the head's own account."""
    head = draft.context.actor.role is Role.DEPARTMENT_HEAD
    if item.correction_notices >= MOST_NOTICES or not head or not command.override:
        raise CorrectionAlreadyRequested(item=command.item)


def _may_notify(situation: Situation) -> bool:
    """Once, with something to name; a second notice is only the department head's to give."""
    item, definition = situation.item, situation.definition
    head = situation.actor.role is Role.DEPARTMENT_HEAD
    once_more = head and item.correction_notices < MOST_NOTICES
    something = (
        nameable(situation.facts.scenario, definition, item) or definition.form or item.deferred
    )
    return bool((not item.correction_notices or once_more) and something)


def _a_notice(situation: Situation) -> c.RequestCorrection:
    definition = situation.definition
    scenario, item, materials = situation.facts.scenario, situation.item, situation.facts.materials
    if barred(definition, item, materials, situation.context):
        item = replace(item, **_WITHOUT_PROMISES)
    papers = to_name(scenario, definition, item, materials)
    return c.RequestCorrection(
        item=situation.code,
        materials=dict.fromkeys(papers or nameable(scenario, definition, item)[:1], A_RULE),
        fields=dict.fromkeys(list(definition.field)[:1], "-"),
        override="-",
    )


def _a_correction(situation: Situation) -> c.SupplyCorrection:
    """The fields that the notice named, filled in as they were; none where it named none."""
    item = situation.item
    fields = named_fields(situation.definition, item)
    form = {key: item.form[key] for key in fields if key in item.form} if fields else None
    return c.SupplyCorrection(item=situation.code, form=form)


def _with_all_papers(situation: Situation) -> ProjectFacts:
    """A sample with all required materials attached."""
    facts, required = situation.facts, situation.definition.required
    handed_in = {key: MaterialFacts(key, MaterialState.PROVIDED) for key in required}
    return facts.having({MATERIALS: {**facts.materials, **handed_in}})


def _to_correct(item: ItemFacts, happened: Happened) -> ItemFacts:
    notices = item.correction_notices + 1
    promises = _WITHOUT_PROMISES if happened.event.data.get("barred") else {}
    corrections = named_in(happened.event.data)
    return replace(item, correction_notices=notices, corrections=corrections, **promises)


def _supplied(item: ItemFacts, happened: Happened) -> ItemFacts:
    data = happened.event.data
    form: Mapping[str, FormValue] = kept_form(data) if "form" in data else item.form
    return replace(item, received_on=happened.on, form=form)


REQUEST_CORRECTION = Act(
    command=c.RequestCorrection,
    label="Ask for corrections",
    perform=request_correction,
    roles=roles.INTAKE,
    transitions={ItemState.RECEIVED: (ItemState.CORRECTING,)},
    place=30,
    offered=_may_notify,
    sample=_a_notice,
    supplies=(Supply.STANDING,),
    paper="correction_notice",
    writes=(Record.PAPER,),
    form=Form(
        place=10,
        folded=True,
        template="request_correction",
        without=frozenset({"materials", "fields", "override"}),
    ),
    events=(
        EventKind(
            "CorrectionRequested",
            "Corrections of {item} asked for: {faults}",
            reads={"faults": Reading.FAULTS},
            item_change=_to_correct,
            follow=papers_returned,
        ),
    ),
    notices=("correction_requested",),
)


SUPPLY_CORRECTION = Act(
    command=c.SupplyCorrection,
    label="Declare the corrections complete",
    perform=supply_correction,
    roles=roles.APPLICANT,
    for_applicant=ForApplicant.HELP,
    transitions={ItemState.CORRECTING: (ItemState.RECEIVED, ItemState.GRANTED)},
    place=40,
    sample=_a_correction,
    foreseen=_with_all_papers,
    form_fields=named_fields,
    form=Form(place=30, template="supply_correction", without=frozenset({"form"})),
    events=(
        EventKind("CorrectionSupplied", "Corrections of {item} handed in", item_change=_supplied),
        APPLICATION_FILED,
    ),
    notices=("correction_supplied", "application_filed"),
)
