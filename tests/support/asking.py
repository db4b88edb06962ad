"""What people ask for in whatever order: mostly what the state allows, sometimes anything, by anyone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Protocol

from hypothesis import strategies as st

from models.cases import commands as c
from models.cases.facts import ProjectFacts
from models.cases.states import ItemState, Verdict
from models.people.actor import Actor
from models.scenarios.definition import (
    ItemMode,
    MaterialClass,
    ScenarioDefinition,
    SpecialProcedure,
)
from rules.cases.declarations.registry import registry
from rules.cases.instruments.completeness import provided, to_name
from rules.cases.instruments.forms import example
from rules.cases.instruments.site_visit import parties
from rules.cases.transitions import possible_acts
from tests.support.agents import everything_for, kind_of
from tests.support.people import AGENT, PARK_AGENT, STEWARD, everyone, who_does
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
            "materials": draw(
                st.sampled_from(
                    ({material: "r"}, {material: "art. 31"}, complete_notice(item, play), {})
                )
            ),
            "fields": draw(st.sampled_from(({}, dict.fromkeys(list(form)[:2], "wrong")))),
        },
        "refuse_application": {"reason": "r", "competent_authority": "a"},
        "refer_application": {
            "department": draw(st.sampled_from(departments)),
            "reason": "r",
        },
        "transfer_competence": {
            "to": draw(st.sampled_from(departments)),
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
        "ask_for_extension": {"reason": "r"},
        "assign_handler": {"officer": draw(st.sampled_from(("second", "third")))},
        "correct_milestone": {
            "happened_on": play.today - timedelta(days=draw(st.integers(-1, 9))),
            "reason": "a slip",
        },
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
        "await_basis": {"reason": "r"},
        "begin_commitment_check": {"kind": "paper"},
        "record_commitment_check": {"kept": draw(st.booleans()), "finding": "f"},
        "announce_revocation": {
            "ground": draw(st.sampled_from(("false_commitment", "broken_commitment"))),
            "facts": "f",
            "evidence": "e",
        },
        "state_defence": {"statement": "s", "hearing": draw(st.booleans())},
        "hold_revocation_hearing": {"held_on": play.today, "record": "r"},
        "assess_commitment": {
            "outcome": draw(
                st.sampled_from(("cleared", "rectify", "rectified", "revoke_proposed"))
            ),
            "reason": "r",
        },
        "revoke_licence": {"revoked": draw(st.booleans()), "reason": "r"},
        "announce_recall": {"ground": "law_changed", "facts": "f", "evidence": "e"},
        "recall_approval": {
            "recalled": draw(st.booleans()),
            "reason": "r",
            "compensation": draw(st.sampled_from(("", "c"))),
        },
        "announce_cancellation": {"ground": "expired", "facts": "f", "evidence": "e"},
        "cancel_licence": {
            "ground": draw(st.sampled_from(("expired", "body_ended"))),
            "reason": "r",
            "evidence": draw(st.sampled_from(("", "e"))),
            "cancelled": draw(st.booleans()),
        },
        "repair_credit": {"entry": 1, "reason": "r"},
        "correct_credit": {"entry": 1, "reason": "r"},
        "surrender_approval": {"reason": "r"},
        "appeal_voiding": {"reason": "r"},
        "decide_appeal": {"reason": "r", "upheld": draw(st.booleans())},
        "reinstate_approval": {"reason": "r"},
        "correct_voiding": {"reason": "r"},
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
        "return_pre_check": {"reason": "r"},
        "record_project_code": {
            "code": "2611-611102-04-01-000009",
            "file_name": "c.pdf",
            "sha256": SHA,
        },
        "record_result_told": {"to": "w"},
        "give_grace": {"clock": draw(st.sampled_from(("make_up", "next_phase")))},
        "send_leads": {"stage": draw(st.sampled_from(list(scenario.stage)))},
        "acknowledge_lead": {"contact": "c"},
        "answer_line": {"plan": "p", "days": 1, "contact": "c", "to_red_line": draw(st.booleans())},
        "connect_line": {"connected_on": play.today},
        "release_bundle": {
            "bundle": draw(st.sampled_from([*(one.key for one in scenario.bundles), "none"]))
        },
        **_authorisations(draw, play),
        "open_stage": {"stage": draw(st.sampled_from(list(scenario.stage)))},
    }.get(act, {})  # type: ignore[assignment]
    kind = next(k for k in _kinds() if k.model_fields["act"].default == act)
    if issubclass(kind, c.ItemCommand):
        values = {**values, "item": item}
    return kind.model_validate(values)


def _authorisations(draw: st.DrawFn, play: Project) -> dict[str, dict[str, object]]:
    """What is asked for of authorisations: given to either side, for all that can be named or for little."""
    known = sorted(play.facts.authorisations) or [1]
    number = {"number": draw(st.sampled_from(known))}
    agent = draw(st.sampled_from((AGENT, PARK_AGENT, STEWARD)))
    powers = draw(st.sampled_from((everything_for(agent), ("submit_material",))))
    written = {
        "agent": agent.login,
        "kind": kind_of(agent),
        "acts": powers,
        "valid_from": play.today + timedelta(days=draw(st.integers(-1, 1))),
        "valid_until": play.today + timedelta(days=draw(st.integers(0, 60))),
        "text": "t",
        "signer": "s",
        "replaces": draw(st.sampled_from((None, None, *known))),
    }
    return {
        "give_authorisation": written,
        "enter_authorisation": {**written, "file_name": "f", "sha256": SHA},
        "accept_authorisation": number,
        "revoke_authorisation": number,
        "warn_of_authorisation": number,
        "suspend_authorisation": number,
        "resume_authorisation": number,
        "end_authorisation": {**number, "agent_left": draw(st.booleans())},
        "dispute_agent_act": {
            "number": draw(st.sampled_from(sorted(play.facts.agent_acts) or [1])),
            "reason": "r",
        },
    }


def named(item: str, play: Project) -> dict[str, object]:
    """The fields that the item's notice of corrections named, filled in."""
    form = example(play.facts.definition(item), play.today)
    return {key: form[key] for key in play.facts.items[item].corrections.get("fields", {})}


def complete_notice(item: str, play: Project) -> dict[str, str]:
    """Everything that a notice of corrections has to name now."""
    facts = play.facts
    found = to_name(facts.scenario, facts.definition(item), facts.items[item], facts.materials)
    return dict.fromkeys(found, "not handed in")


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


#: What somebody may do in the enterprise's name, or about it.
_OF_AGENTS = frozenset(
    {act.name for act in registry().acts.values() if act.for_applicant is not None}
    | {"accept_authorisation"}
)


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
        act = draw(st.sampled_from(sorted(registry().acts)))
    asked = command(act, item, draw, play)
    actor = who_does(act, play.facts, item)
    if act in _OF_AGENTS and draw(st.booleans()):
        actor = draw(st.sampled_from((AGENT, STEWARD)))
    if mood == 0:
        actor = draw(st.sampled_from(list(everyone(play.facts.items[item].department).values())))
    return asked, actor


# --- everybody does their part -----------------------------------------------------------------------

#: What random people seldom come to by themselves, and the law is about.
SELDOM = (
    "extend_limit",
    "suspend_clock",
    "request_correction",
    "correct_attributes",
    "issue_preliminary_opinion",
    "record_commitment_check",
    "announce_revocation",
    "assess_commitment",
    "revoke_licence",
    "withdraw_application",
    "appeal_voiding",
    "decide_appeal",
)


@st.composite
def its_part(draw: st.DrawFn, play: Project) -> list[c.ProjectCommand]:
    """The acts by which an item goes on, in their order; none where nobody has anything to do."""
    moving = [code for code in play.facts.items if play.state(code) in _STEPS]
    if not moving:
        return []
    item = draw(st.sampled_from(moving))
    return [*_papers(draw, item, play), *_STEPS[play.state(item)](item, play)]


@st.composite
def seldom(draw: st.DrawFn, play: Project) -> c.ProjectCommand:
    """One of the acts that the law is about, on an item in whose state it is possible."""
    transitions = {act: registry().acts[act].transitions for act in SELDOM}
    possible = [
        (act, item)
        for act, row in transitions.items()
        for item in play.facts.items
        if not row or play.state(item) in row
    ]
    act, item = draw(st.sampled_from(possible))
    return command(act, item, draw, play)


def _papers(draw: st.DrawFn, item: str, play: Project) -> list[c.ProjectCommand]:
    """The papers that it lacks, but for some of those that may follow later."""
    facts = play.facts
    later = draw(st.booleans()) and play.state(item) is S.OPEN
    return [
        c.SubmitMaterial(material=asked.material, file_name="f.pdf", sha256=SHA)
        for asked in facts.definition(item).materials
        if not provided(facts.materials, asked.material)
        and not facts.scenario.material[asked.material].system_held
        and not (later and asked.material_class is MaterialClass.DEFERRABLE)
    ]


def _apply(item: str, play: Project) -> list[c.ProjectCommand]:
    definition = play.facts.definition(item)
    form = example(definition, play.today)
    if definition.mode is ItemMode.MILESTONE:
        return [c.RecordMilestone(item=item, happened_on=play.today, form=form)]
    later = tuple(
        asked.material
        for asked in definition.materials
        if asked.material_class is MaterialClass.DEFERRABLE
    )
    return [c.SubmitApplication(item=item, defer=later, commitment=SIGNED, form=form)]


def _verify(item: str, play: Project) -> list[c.ProjectCommand]:
    return [
        c.VerifyMakeUp(item=item, material=owed.material, correct=True)
        for owed in play.facts.open_deficiencies(item)
    ]


_STEPS: Mapping[ItemState, Callable[[str, Project], list[c.ProjectCommand]]] = {
    S.OPEN: _apply,
    S.RECEIVED: lambda item, play: [c.AcceptApplication(item=item)],
    S.CORRECTING: lambda item, play: [
        c.SupplyCorrection(item=item, form=named(item, play) or None)
    ],
    S.ACCEPTED: lambda item, play: [c.ApproveItem(item=item, comment="heard")],
    S.RECTIFYING: lambda item, play: [c.ReportRectification(item=item, note="done")],
    S.SUSPENDED: lambda item, play: [c.ResumeClock(item=item, result="done")],
    S.PRELIMINARY: lambda item, play: [*_verify(item, play), c.ApproveItem(item=item)],
    S.CONDITIONALLY_GRANTED: _verify,
    S.VOIDED: lambda item, play: [c.StartNewRound(item=item)],
    S.WITHDRAWN: lambda item, play: [c.StartNewRound(item=item)],
}
