"""Registration of a project: its facts on the first day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from models.cases.facts import ITEMS, STAGES, ItemFacts, MaterialFacts, ProjectFacts, StageFacts
from models.cases.outcome import Outcome
from models.cases.pre_check import placeholder
from models.cases.states import ItemState, MaterialState, ProjectState
from models.cases.stewardship import Assignment, Basis
from models.scenarios.definition import ItemDefinition, ScenarioDefinition
from models.values import AttributeValue
from rules.cases.acts.receipt import pre_check
from rules.cases.context import Context
from rules.cases.declarations.event import EventKind
from rules.cases.draft import Draft
from rules.cases.stewards import record_steward
from rules.formats import ProjectCode
from rules.scenarios.attributes import check_attributes
from rules.scenarios.conditions.evaluation import holds
from rules.scenarios.exemptions import exempt_items
from rules.scenarios.own_scenario import merged_stages, own_scenario

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened
    from rules.cases.replay.replayed import Replayed

#: What stands for the region as long as no code names it.
NO_REGION = "-"


def register(
    *,
    code: ProjectCode | None,
    title: str,
    enterprise: str,
    scenario: ScenarioDefinition,
    attributes: Mapping[str, AttributeValue],
    context: Context,
    steward: Assignment,
    number: int = 0,
) -> Outcome:
    """Create a project with its steward; set unneeded items aside and open the first ones.

    Without a code 待赋码 it is handed in for the pre-check, and nothing opens before its code is recorded.
    """
    complete = check_attributes(scenario, attributes)
    scenario = own_scenario(scenario, complete)
    known = {item.code for item in scenario.items}
    elsewhere = {code: to for code, to in (context.competent or {}).items() if to and code in known}
    facts = ProjectFacts(
        id=number,
        code=code.text if code else placeholder(number),
        title=title,
        region=code.region if code else NO_REGION,
        enterprise=enterprise,
        steward=steward.steward,
        place=steward.place,
        scenario=scenario,
        registered_on=context.today,
        attributes=complete,
    ).having(
        {
            STAGES: {stage.key: StageFacts(stage.key) for stage in scenario.stages},
            ITEMS: {i.code: _new_item(i, complete, elsewhere) for i in scenario.items},
        }
    )
    draft = Draft(facts, context)
    draft.record(
        "ProjectRegistered",
        code=facts.code,
        title=title,
        scenario=scenario.key,
        scenario_version=scenario.version,
        enterprise=enterprise,
        **({"place": steward.place} if steward.place is not None else {}),
        **_lying_elsewhere(elsewhere),
        attributes=complete,
        not_required=[i.code for i in draft.items.values() if i.state is ItemState.NOT_REQUIRED],
    )
    _fill_from_register(draft)
    missing = _steward_missing(draft) if steward.basis is Basis.LAST_RESORT else None
    draft.tell("enterprise", "project_registered", **({"until": missing} if missing else {}))
    for audience in ("administrator", "leader") if missing else ():
        draft.tell(audience, "steward_missing", until=missing)
    record_steward(draft, steward.steward, steward.basis, steward.reasons)
    for audience in () if missing else ("steward", "enterprise"):
        draft.tell(audience, "steward_assigned")
    for stage in merged_stages(scenario, complete):
        draft.merge(stage)
    for item in exempt_items(facts):
        draft.exempt(item.code)
    if facts.awaits_code:
        pre_check.submit(draft, pre_check.first_item(scenario, draft))
    draft.open_ready()
    return draft.outcome()


def _steward_missing(draft: Draft) -> str:
    """The last day to assign a steward where none is on duty."""
    days = draft.context.policy.steward_within
    return draft.context.calendar.add_working_days(draft.today, days).isoformat()


def _lying_elsewhere(elsewhere: Mapping[str, str]) -> dict[str, Any]:
    return {"departments": dict(elsewhere)} if elsewhere else {}


def _new_item(
    definition: ItemDefinition,
    attributes: Mapping[str, AttributeValue],
    elsewhere: Mapping[str, str],
) -> ItemFacts:
    required = holds(definition.needed_when, attributes)
    return ItemFacts(
        code=definition.code,
        stage=definition.stage,
        department=elsewhere.get(definition.code, definition.department),
        state=ItemState.WAITING if required else ItemState.NOT_REQUIRED,
    )


def _fill_from_register(draft: Draft) -> None:
    """Papers that the enterprise register holds are never asked for (art. 33)."""
    for material in draft.scenario.materials:
        if material.from_register:
            draft.provide(
                MaterialFacts(
                    material.key,
                    MaterialState.PROVIDED,
                    source="register",
                    provided_on=draft.today,
                )
            )


def _registered(replayed: Replayed, happened: Happened) -> None:
    data: Any = happened.event.data
    attributes = data["attributes"]
    replayed.follow_version(data["scenario_version"], attributes)
    replayed.project |= {
        "code": data["code"],
        "title": data["title"],
        "enterprise": data["enterprise"],
        "attributes": attributes,
        "state": ProjectState.ACTIVE,
        "registered_on": happened.on,
        "completed_on": None,
        "steward": None,
        "place": data.get("place"),
        "architect": None,
    }
    set_aside = data.get("not_required") or ()
    elsewhere = data.get("departments") or {}
    for item in replayed.scenario.items:
        state = ItemState.NOT_REQUIRED if item.code in set_aside else ItemState.WAITING
        department = elsewhere.get(item.code, item.department)
        replayed.items[item.code] = ItemFacts(item.code, item.stage, department, state)
    replayed.keep_stages([stage.key for stage in replayed.scenario.stages])
    for material in replayed.scenario.materials:
        if material.from_register:
            replayed.provide(material.key, "register", happened.on)


EVENTS = (
    EventKind(
        "ProjectRegistered",
        "Project registered",
        follow=_registered,
        notices=("project_registered", "steward_missing", "pre_check_submitted"),
        of_outline=True,
    ),
)
