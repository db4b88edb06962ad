"""What was registered or recorded wrongly is corrected 更正: attributes of a project, milestones.

The rules of attributes are :mod:`rules.cases.migration.correction`. A milestone gets another day or
another sheet, on record; what counts from it is counted anew.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from models.cases import commands as c
from models.cases.facts import ItemFacts
from models.cases.states import NOTHING_BUILT, ItemState
from models.errors import KaigongError
from models.people.actor import Role
from models.scenarios.definition import ItemMode
from models.scenarios.guards import GuardPoint
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Record, Situation, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.forms import checked, example, kept_form
from rules.cases.instruments.guards import check_guards
from rules.cases.instruments.milestones import check_day, check_lawful_start
from rules.cases.migration.correction import correct
from rules.cases.migration.migration_events import items_followed

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened
    from rules.cases.replay.replayed import Replayed


def _corrected(replayed: Replayed, happened: Happened) -> None:
    data: Any = happened.event.data
    corrected = {change["attribute"]: change["after"] for change in data.get("corrected") or ()}
    known: Any = replayed.project["attributes"]
    attributes = {**known, **corrected}
    replayed.project["attributes"] = attributes
    replayed.follow_version(replayed.scenario.version, attributes)
    replayed.keep_stages(list(data.get("stages") or ()))
    items_followed(replayed, happened)


CORRECT_ATTRIBUTES = Act(
    command=c.CorrectAttributes,
    label="Correct the particulars",
    perform=correct,
    roles=frozenset({Role.PROJECT_STEWARD, Role.ADMINISTRATOR}),
    place=20,
    writes=(Record.ATTRIBUTES,),
    events=(
        EventKind(
            "AttributesCorrected",
            "Particulars of the project corrected ({corrected}): {reason}",
            reads={"corrected": Reading.ATTRIBUTES},
            follow=_corrected,
            of_outline=True,
        ),
    ),
    notices=("attributes_corrected",),
)


class NothingCorrected(KaigongError):
    template = "happened_on: {item} was recorded in this way already ({value}); nothing is left to correct."
    field = "happened_on"


class NoMilestone(KaigongError):
    template = (
        "item: {item} was decided, not recorded; a decision is not corrected as a milestone is."
    )
    field = "item"


def correct_milestone(draft: Draft, command: c.CorrectMilestone) -> None:
    """Put another day or another sheet in the place of what was recorded, and tell who built on it.

    Without a form the sheet stays as it is.
    """
    definition, before = draft.definition(command.item), draft.items[command.item]
    if definition.mode is not ItemMode.MILESTONE:
        raise NoMilestone(item=command.item)
    on = command.happened_on
    check_day(draft.before, on, draft.context, long_ago=command.long_ago)
    check_lawful_start(draft, definition, on)
    form = checked(definition, command.form) if command.form else dict(before.form)
    if on == before.decided_on and form == dict(before.form):
        raise NothingCorrected(item=command.item, value=on.isoformat())
    draft.change(command.item, decided_on=on, form=form)
    check_guards(draft, command.item, GuardPoint.SUBMIT)
    was = before.decided_on.isoformat() if before.decided_on else None
    details = {"form": form} if form else {}
    draft.record(
        "MilestoneCorrected",
        command.item,
        before=was,
        happened_on=on.isoformat(),
        reason=command.reason,
        **details,
    )
    _tell(draft, command.item, was=was, happened_on=on.isoformat(), reason=command.reason)


def _tell(draft: Draft, item: str, **params: str | None) -> None:
    """Tell the enterprise, the steward, and every department whose item builds on the milestone."""
    begun = (draft.items[code] for code in draft.scenario.dependents[item])
    departments = {row.department: None for row in begun if row.state not in NOTHING_BUILT}
    for audience in ("enterprise", "steward", *(f"department:{key}" for key in departments)):
        draft.tell(audience, "milestone_corrected", item, **params)


def _milestone_corrected(item: ItemFacts, happened: Happened) -> ItemFacts:
    data = happened.event.data
    on = date.fromisoformat(str(data["happened_on"]))
    return replace(item, decided_on=on, form=kept_form(data))


def _recorded(situation: Situation) -> c.CorrectMilestone:
    form = example(situation.definition, situation.today)
    return c.CorrectMilestone(
        item=situation.code,
        happened_on=situation.today,
        form=form,
        reason="-",
        long_ago=True,
    )


CORRECT_MILESTONE = Act(
    command=c.CorrectMilestone,
    label="Correct what was recorded",
    perform=correct_milestone,
    roles=roles.APPLICANT | roles.EXAMINERS,
    for_applicant=ForApplicant.HELP,
    transitions=stays(ItemState.CONCLUDED),
    place=285,
    offered=lambda situation: situation.definition.mode is ItemMode.MILESTONE,
    sample=_recorded,
    form=Form(place=55, folded=True),
    events=(
        EventKind(
            "MilestoneCorrected",
            "{item} corrected: it happened on {happened_on}, not on {before}: {reason}",
            reads={"happened_on": Reading.DAY, "before": Reading.DAY},
            item_change=_milestone_corrected,
        ),
    ),
    notices=("milestone_corrected",),
)
