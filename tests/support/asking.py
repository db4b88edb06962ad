"""What people ask for in whatever order: mostly what the state allows, sometimes anything, by anyone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Protocol

from hypothesis import strategies as st

from models import commands as c
from models.actor import Actor
from models.definition import MaterialClass, ScenarioDefinition, SpecialProcedure
from models.facts import ProjectFacts
from models.states import ItemState, Verdict
from rules.decide import ACTS
from rules.forms import example
from rules.site_visit import parties
from rules.transitions import possible_acts
from tests.support.people import everyone, who_does
from tests.support.play import SHA, SIGNED

S = ItemState


class Project(Protocol):
    """A project as far as anyone who asks for something looks at it."""

    @property
    def facts(self) -> ProjectFacts: ...

    @property
    def today(self) -> date: ...

    def state(self, code: str) -> ItemState: ...


def papers(scenario: ScenarioDefinition) -> list[str]:
    """Materials of a scenario that people hand in."""
    return [material.key for material in scenario.materials if not material.system_held]


_VALUES = {"boolean": st.booleans(), "integer": st.integers(1, 4)}


def command(act: str, item: str, draw: st.DrawFn, play: Project) -> c.ProjectCommand:
    """A well-formed command, lawful or not."""
    scenario = play.facts.scenario
    definition, departments = scenario.item[item], list(scenario.department)
    kept = papers(scenario) or ["none"]
    asked = list(definition.required) or kept
    material = draw(st.sampled_from(asked))
    deferrable = [
        r.material for r in definition.materials if r.material_class is MaterialClass.DEFERRABLE
    ]
    form = definition.field
    values: dict[str, object] = {
        "submit_material": {
            "material": draw(st.sampled_from(kept)),
            "file_name": "f",
            "sha256": SHA,
        },
        "submit_application": {
            "defer": tuple(draw(st.lists(st.sampled_from(deferrable or asked), max_size=3))),
            "commitment": draw(st.sampled_from((SIGNED, SIGNED, None))),
            "form": filled(item, draw, play),
        },
        "supply_correction": {
            "form": draw(st.sampled_from((None, named(item, play), filled(item, draw, play))))
        },
        "request_correction": {
            "materials": draw(st.sampled_from(({material: "r"}, {}))),
            "fields": draw(st.sampled_from(({}, dict.fromkeys(list(form)[:2], "wrong")))),
        },
        "refuse_application": {"reason": "r", "competent_authority": "a"},
        "refer_application": {
            "department": draw(st.sampled_from(departments)),
            "reason": "r",
        },
        "declare_not_required": {"reason": "r"},
        "fix_on_the_spot": {"material": material, "file_name": "f", "sha256": SHA},
        "deny_item": {"reason": "r"},
        "suspend_clock": {
            "procedure": draw(st.sampled_from(SpecialProcedure)),
            "planned_days": 3,
        },
        "resume_clock": {"result": "r"},
        "extend_limit": {"reason": "r"},
        "record_milestone": {"happened_on": play.today - timedelta(days=draw(st.integers(-1, 3)))},
        "make_up_material": {"material": material, "file_name": "f", "sha256": SHA},
        "verify_make_up": {"material": material, "correct": draw(st.booleans())},
        "void_approval": {"reason": "r"},
        "confirm_after_re_examination": {"reason": "r"},
        "record_verification": {
            "officers": (f"handler.{definition.department}", "second"),
            "finding": "f",
        },
        "schedule_site_visit": {
            "scheduled_for": play.today + timedelta(days=draw(st.integers(0, 3)))
        },
        "record_site_visit": {
            "held_on": play.today - timedelta(days=draw(st.integers(0, 2))),
            "officers": {
                department: (f"handler.{department}", f"approver.{department}")
                for department in parties(scenario, play.facts.items, item)
            },
            "finding": "f",
        },
        "answer_consultation": {"agrees": draw(st.booleans()), "opinion": "o"},
        "require_rectification": {"verdict": draw(st.sampled_from(Verdict)), "points": "p"},
        "report_rectification": {"note": "n"},
        "appeal_voiding": {"reason": "r"},
        "decide_appeal": {"reason": "r", "upheld": draw(st.booleans())},
        "reinstate_approval": {"reason": "r"},
        "record_violation": {"happened_on": play.today, "finding": "f"},
        "complete_supervision": {
            "number": draw(st.sampled_from(sorted(play.facts.supervision) or [1])),
            "note": "n",
        },
        "reply_to_supervision": {
            "number": draw(st.sampled_from(sorted(play.facts.supervision) or [1])),
            "cause": "c",
            "measures": "m",
            "until": play.today,
        },
        "issue_document": {"number": f"no {play.facts.version}"},
        "assign_steward": {"steward": "another"},
        "record_architect_team": {
            "unit": "u",
            "unit_code": "91611102MA0FAKE175",
            "architect": "a",
            "registration": "r001",
        },
        "record_design_opinion": {
            "by": "b",
            "subject": "s",
            "opinion": "o",
            "adopted": draw(st.booleans()),
            "saved_cost": draw(st.sampled_from((None, 10))),
        },
        "correct_attributes": {
            "attributes": {
                one.key: draw(_VALUES[one.type])
                for one in scenario.attributes
                if one.type in _VALUES
            },
            "reason": "r",
        },
        "send_leads": {"stage": draw(st.sampled_from(list(scenario.stage)))},
        "acknowledge_lead": {"contact": "c"},
        "answer_line": {"plan": "p", "days": 1, "contact": "c", "to_red_line": draw(st.booleans())},
        "connect_line": {"connected_on": play.today},
        "release_bundle": {
            "bundle": draw(st.sampled_from([*(one.key for one in scenario.bundles), "none"]))
        },
        "open_stage": {"stage": draw(st.sampled_from(list(scenario.stage)))},
    }.get(act, {})  # type: ignore[assignment]
    kind = next(k for k in _kinds() if k.model_fields["act"].default == act)
    if issubclass(kind, c.ItemCommand):
        values = {**values, "item": item}
    return kind.model_validate(values)


def named(item: str, play: Project) -> dict[str, object]:
    """The fields that the item's notice of corrections named, filled in."""
    form = example(play.facts.definition(item), play.today)
    return {key: form[key] for key in play.facts.items[item].corrections.get("fields", {})}


def filled(item: str, draw: st.DrawFn, play: Project) -> dict[str, object]:
    """Some fields of the item's form, filled in."""
    form = example(play.facts.definition(item), play.today)
    keys = draw(st.lists(st.sampled_from(list(form) or ["none"]), max_size=4))
    return {key: form[key] for key in keys if key in form}


def _kinds() -> list[type[c.ProjectCommand]]:
    found, queue = [], [c.ProjectCommand]
    while queue:
        kind = queue.pop()
        queue += kind.__subclasses__()
        if isinstance(kind.model_fields["act"].default, str):
            found.append(kind)
    return found


#: Acts that carry an item forward, asked for more often than the others.
FORWARD = {
    S.OPEN: ("submit_application", "record_milestone"),
    S.RECEIVED: ("accept_application",),
    S.CORRECTING: ("supply_correction",),
    S.ACCEPTED: ("approve_item", "issue_preliminary_opinion"),
    S.RECTIFYING: ("report_rectification",),
    S.SUSPENDED: ("resume_clock",),
    S.PRELIMINARY: ("make_up_material", "verify_make_up", "approve_item"),
    S.CONDITIONALLY_GRANTED: ("make_up_material", "verify_make_up", "void_approval"),
    S.GRANTED: ("issue_document", "record_delivery", "confirm_after_re_examination"),
    S.VOIDED: ("start_new_round", "appeal_voiding", "decide_appeal", "reinstate_approval"),
}


@st.composite
def asked_for(draw: st.DrawFn, play: Project) -> tuple[c.ProjectCommand, Actor]:
    """Mostly what the state allows, by whoever may; sometimes anything, by anyone."""
    mood = draw(st.integers(0, 9))
    every = list(play.facts.items)
    busy = [code for code in every if possible_acts(play.state(code))]
    item = draw(st.sampled_from(busy if mood and busy else every))
    state = play.state(item)
    if mood >= 4 and state in FORWARD:
        act = draw(st.sampled_from(FORWARD[state]))
    elif mood >= 1 and possible_acts(state):
        act = draw(st.sampled_from(possible_acts(state)))
    else:
        act = draw(st.sampled_from(sorted(ACTS)))
    asked = command(act, item, draw, play)
    actor = who_does(act, play.facts, item)
    if mood == 0:
        actor = draw(st.sampled_from(list(everyone(play.facts.items[item].department).values())))
    return asked, actor
