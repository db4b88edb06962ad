"""What someone may do with an item right now: each act is tried on the facts, nothing is written.

The rules themselves answer, so a page never offers what would be refused; where an act belongs to
the person but not to the moment, the rule's own sentence says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from models import commands as c
from models.actor import Actor, Role
from models.consultation import ConsultationState
from models.definition import ItemDefinition, ItemMode, SpecialProcedure
from models.errors import KaigongError
from models.facts import ItemFacts, MaterialFacts, ProjectFacts
from models.form import FormValue
from models.states import (
    ClockKind,
    DeficiencyState,
    ItemState,
    MaterialState,
    ProjectState,
    Verdict,
    VoidingState,
)
from models.supervision import SupervisionFacts
from rules.acts.application import MOST_NOTICES
from rules.acts.intake import receivers
from rules.completeness import deferrable, outstanding_substantive, replaced_by_commitment
from rules.consultation import of_round
from rules.context import Context
from rules.corrections import named_fields
from rules.decide import decide
from rules.forms import FORM_ACTS, example
from rules.guards import GuardRefused
from rules.permissions import allowed_acts, concerns
from rules.phases import is_underway, open_tasks
from rules.rectification import failed, latest
from rules.site_visit import joint_visit, parties, was_held
from rules.supervision_letters import unanswered
from rules.transitions import possible_acts

_REASON = "-"
_OFFICER = "officer"
_COMMITMENT = c.Commitment(text=_REASON, signer=_REASON)


@dataclass(frozen=True, slots=True)
class Possibility:
    """An act that belongs to the person; ``refusal`` says why it is not possible now."""

    act: str
    refusal: KaigongError | None = None

    @property
    def possible(self) -> bool:
        """Whether the act would be done now."""
        return self.refusal is None


def possibilities(facts: ProjectFacts, code: str, context: Context) -> tuple[Possibility, ...]:
    """The acts on an item that belong to the actor in its state, in the order of the table."""
    definition, item, actor = facts.definition(code), facts.items[code], context.actor
    if facts.state is not ProjectState.ACTIVE:
        return ()
    own = allowed_acts(actor) & set(_SAMPLES)
    acts = (
        act
        for act in possible_acts(item.state)
        if act in own and concerns(actor, facts, definition, act)
    )
    return tuple(
        _tried(facts, act, definition, context)
        for act in acts
        if _applies(act, facts, definition, item, context)
    )


def _tried(
    facts: ProjectFacts, act: str, definition: ItemDefinition, context: Context
) -> Possibility:
    command = _with_actor(_SAMPLES[act](facts, definition, context.today), context.actor, facts)
    if act == "supply_correction":
        facts = _with_all_papers(facts, definition)
    try:
        decide(facts, command, context)
    except GuardRefused as refusal:
        # What is filled in is not known yet: its own form can be filled in so that it passes.
        open_ = refusal.own and act in FORM_ACTS
        return Possibility(act, None if open_ else refusal)
    except KaigongError as refusal:
        return Possibility(act, refusal)
    return Possibility(act)


def _with_actor(command: c.ProjectCommand, actor: Actor, facts: ProjectFacts) -> c.ProjectCommand:
    """Who was there is not known yet; whoever records it was, with enough others. A letter is
    answered by those to whom it went.
    """
    if isinstance(command, c.ReplyToSupervision):
        number = _own_letters(facts, command.item, actor)[0].number
        return command.model_copy(update={"number": number})
    if isinstance(command, c.RecordVerification):
        return command.model_copy(update={"officers": (actor.login, *command.officers)})
    if isinstance(command, c.RecordSiteVisit):
        lead = actor.department or ""
        there = {**command.officers, lead: (actor.login, *command.officers.get(lead, ()))}
        return command.model_copy(update={"officers": there})
    return command


def _with_all_papers(facts: ProjectFacts, definition: ItemDefinition) -> ProjectFacts:
    """As it will be when the papers come along with the act."""
    handed_in = {key: MaterialFacts(key, MaterialState.PROVIDED) for key in definition.required}
    return replace(facts, materials={**facts.materials, **handed_in})


def _applies(
    act: str, facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts, context: Context
) -> bool:
    """Whether the act has an object at all: what never applies here is not shown, not even refused."""
    check = _APPLIES.get(act)
    return check is None or check(facts, definition, item, context)


def _owes(state: DeficiencyState) -> Callable[..., bool]:
    def check(facts: ProjectFacts, _d: ItemDefinition, item: ItemFacts, _c: Context) -> bool:
        return any(entry.state is state for entry in facts.open_deficiencies(item.code))

    return check


def _reserves(facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts) -> bool:
    return bool(outstanding_substantive(definition, item, facts.materials))


def _late(facts: ProjectFacts, item: ItemFacts, today: date) -> bool:
    return any(d.due_on and d.due_on < today for d in facts.open_deficiencies(item.code))


def _voiding_is(facts: ProjectFacts, item: ItemFacts, *states: VoidingState) -> bool:
    """Whether the round before this one, or this one, was voided and that can still be changed."""
    last = [facts.voidings.get((item.code, item.round - back)) for back in (0, 1)]
    return any(voiding is not None and voiding.state in states for voiding in last)


def _delivery_runs(facts: ProjectFacts, item: ItemFacts) -> bool:
    key = (item.code, ClockKind.DELIVERY, item.round, "")
    return item.document_issued and key in facts.clocks


def _document_due(definition: ItemDefinition, item: ItemFacts) -> bool:
    return definition.document is not None and not item.document_issued


_APPLIES: Mapping[str, Callable[[ProjectFacts, ItemDefinition, ItemFacts, Context], bool]] = {
    "submit_application": lambda _f, d, _i, _c: d.mode is ItemMode.APPLICATION,
    "record_milestone": lambda _f, d, _i, _c: d.mode is ItemMode.MILESTONE,
    "withdraw_application": lambda _f, d, _i, _c: d.mode is ItemMode.APPLICATION,
    "fix_on_the_spot": lambda f, d, _i, _c: bool(_asked_for(f, d)),
    "refer_application": lambda f, _d, i, c: bool(referable(f, i.code, c)),
    "request_correction": lambda f, d, i, c: _may_notify(i, c) and bool(_wanted(f, d, i) or d.form),
    "start_new_round": lambda _f, d, i, _c: (
        i.state is not ItemState.NOT_REQUIRED or (i.involved and d.part_of is None)
    ),
    "record_verification": lambda f, d, i, _c: (
        not i.verified_by and (d.site_verification or failed(f.items, f.rectifications, d.code))
    ),
    "answer_consultation": lambda f, d, _i, c: any(
        one.department == c.actor.department and one.state is ConsultationState.ASKED
        for one in of_round(f.items, f.consultations, d.code)
    ),
    "require_rectification": lambda f, d, _i, _c: (
        d.part_of is not None and f.definition(d.part_of).site_visit is not None
    ),
    "report_rectification": lambda f, d, _i, _c: bool(latest(f.items, f.rectifications, d.code)),
    "schedule_site_visit": lambda f, d, _i, _c: _visit_to_come(f, d),
    "record_site_visit": lambda f, d, _i, _c: _visit_to_come(f, d),
    "issue_preliminary_opinion": lambda f, d, i, _c: _reserves(f, d, i),
    "approve_item": lambda f, d, i, _c: _granted_as_usual(f, d, i),
    "acknowledge_lead": lambda f, d, _i, _c: _lead_waits(f, d.code),
    "answer_line": lambda _f, d, _i, _c: d.utility is not None,
    "connect_line": lambda f, d, _i, _c: d.utility is not None and not _connected(f, d.code),
    "suspend_clock": lambda _f, d, _i, _c: bool(d.special_procedures),
    "make_up_material": _owes(DeficiencyState.OPEN),
    "verify_make_up": _owes(DeficiencyState.SUBMITTED),
    "void_approval": lambda f, _d, i, c: _late(f, i, c.today) or bool(i.re_examination),
    "confirm_after_re_examination": lambda _f, _d, i, _c: bool(i.re_examination),
    "appeal_voiding": lambda f, _d, i, _c: _voiding_is(f, i, VoidingState.STANDING),
    "decide_appeal": lambda f, _d, i, _c: _voiding_is(f, i, VoidingState.APPEALED),
    "reinstate_approval": lambda f, _d, i, _c: _voiding_is(
        f, i, VoidingState.STANDING, VoidingState.APPEALED
    ),
    "record_violation": lambda f, d, _i, _c: is_underway(f.scenario, f.items, d.code),
    "complete_supervision": lambda f, d, _i, _c: bool(open_tasks(f.supervision, d.code)),
    "reply_to_supervision": lambda f, d, _i, c: bool(_own_letters(f, d.code, c.actor)),
    "issue_document": lambda _f, d, i, _c: _document_due(d, i),
    "record_delivery": lambda f, _d, i, _c: _delivery_runs(f, i),
}


def _own_letters(facts: ProjectFacts, code: str, actor: Actor) -> tuple[SupervisionFacts, ...]:
    """Supervision letters about an item that the actor's department has to answer."""
    letters = unanswered(facts.supervision, code)
    return tuple(one for one in letters if one.department == actor.department)


def _asked_for(facts: ProjectFacts, definition: ItemDefinition) -> tuple[str, ...]:
    """Papers of an item that come from the applicant."""
    return tuple(key for key in definition.required if not facts.scenario.material[key].system_held)


def _wanted(facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts) -> tuple[str, ...]:
    """Papers of an item that a notice of corrections may name."""
    return tuple(
        key
        for key in _asked_for(facts, definition)
        if key not in item.deferred and not replaced_by_commitment(definition, item, key)
    )


def _as_it_was(item: ItemFacts, definition: ItemDefinition) -> dict[str, FormValue] | None:
    """The fields that a notice named, filled in as they were; ``None`` where it named none."""
    named = named_fields(definition, item)
    return {key: item.form[key] for key in named if key in item.form} if named else None


def referable(facts: ProjectFacts, item: str, context: Context) -> tuple[str, ...]:
    """Departments that someone may refer an application to: the window also to its own one."""
    window = context.actor.role is Role.WINDOW_CLERK
    own = facts.items[item].department
    return tuple(key for key in receivers(facts.scenario) if window or key != own)


def _deficiency(facts: ProjectFacts, code: str, state: DeficiencyState) -> str:
    found = (d.material for d in facts.open_deficiencies(code) if d.state is state)
    return next(found)


def _may_notify(item: ItemFacts, context: Context) -> bool:
    """Once; a second notice is only the department head's to give."""
    head = context.actor.role is Role.DEPARTMENT_HEAD
    return not item.correction_notices or (head and item.correction_notices < MOST_NOTICES)


def _another(facts: ProjectFacts, item: str) -> str:
    """Another department than the item's own, where there is one."""
    own, known = facts.items[item].department, receivers(facts.scenario)
    return next((key for key in known if key != own), own)


def _procedure(definition: ItemDefinition) -> SpecialProcedure:
    return next(iter(definition.special_procedures), SpecialProcedure.EXPERT_REVIEW)


def _granted_as_usual(facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts) -> bool:
    """Neither the line of a utility, which its answer grants, nor fit for an opinion only."""
    decided = not _reserves(facts, definition, item) or item.state is ItemState.PRELIMINARY
    return decided and definition.utility is None


def _lead_waits(facts: ProjectFacts, code: str) -> bool:
    line = facts.lines.get(code)
    return line is not None and line.lead_on is not None and line.acknowledged_on is None


def _connected(facts: ProjectFacts, code: str) -> bool:
    return code in facts.lines and facts.lines[code].connected_on is not None


def _visit_to_come(facts: ProjectFacts, definition: ItemDefinition) -> bool:
    held = was_held(facts.items, facts.site_visits, definition.code)
    return definition.site_visit is not None and not held


def _another_day(facts: ProjectFacts, code: str, today: date) -> date:
    visit = joint_visit(facts.items, facts.site_visits, code)
    same = visit is not None and visit.scheduled_for == today
    return today + timedelta(days=1) if same else today


def _everyone(facts: ProjectFacts, code: str) -> dict[str, tuple[str, ...]]:
    """Officers of everyone who takes part in a joint visit, as many as are needed."""
    needed = parties(facts.scenario, facts.items, code)
    return {key: tuple(f"{_OFFICER}{n}" for n in range(least)) for key, least in needed.items()}


#: act → a command as it could come from a person, by which the act is tried.
_SAMPLES: Mapping[str, Callable[[ProjectFacts, ItemDefinition, date], c.ProjectCommand]] = {
    "submit_application": lambda _f, d, today: c.SubmitApplication(
        item=d.code, defer=deferrable(d), commitment=_COMMITMENT, form=example(d, today)
    ),
    "accept_application": lambda _f, d, _t: c.AcceptApplication(item=d.code),
    "request_correction": lambda f, d, _t: c.RequestCorrection(
        item=d.code,
        materials=dict.fromkeys(_wanted(f, d, f.items[d.code])[:1], _REASON),
        fields=dict.fromkeys(list(d.field)[:1], _REASON),
        override=_REASON,
    ),
    "supply_correction": lambda f, d, _t: c.SupplyCorrection(
        item=d.code, form=_as_it_was(f.items[d.code], d)
    ),
    "refuse_application": lambda _f, d, _t: c.RefuseApplication(
        item=d.code, reason=_REASON, competent_authority=_REASON
    ),
    "refer_application": lambda f, d, _t: c.ReferApplication(
        item=d.code, department=_another(f, d.code), reason=_REASON
    ),
    "declare_not_required": lambda _f, d, _t: c.DeclareNotRequired(item=d.code, reason=_REASON),
    "fix_on_the_spot": lambda f, d, _t: c.FixOnTheSpot(
        item=d.code, material=_asked_for(f, d)[0], file_name=_REASON, sha256="0" * 64
    ),
    "record_verification": lambda _f, d, _t: c.RecordVerification(
        item=d.code, officers=(_OFFICER,), finding=_REASON
    ),
    "schedule_site_visit": lambda f, d, today: c.ScheduleSiteVisit(
        item=d.code, scheduled_for=_another_day(f, d.code, today)
    ),
    "record_site_visit": lambda f, d, today: c.RecordSiteVisit(
        item=d.code, held_on=today, officers=_everyone(f, d.code), finding=_REASON
    ),
    "answer_consultation": lambda _f, d, _t: c.AnswerConsultation(
        item=d.code, agrees=True, opinion=_REASON
    ),
    "require_rectification": lambda _f, d, _t: c.RequireRectification(
        item=d.code, verdict=Verdict.FAIL, points=_REASON
    ),
    "report_rectification": lambda _f, d, _t: c.ReportRectification(item=d.code, note=_REASON),
    "acknowledge_lead": lambda _f, d, _t: c.AcknowledgeLead(item=d.code, contact=_REASON),
    "answer_line": lambda _f, d, _t: c.AnswerLine(
        item=d.code, plan=_REASON, days=1, contact=_REASON, to_red_line=True
    ),
    "connect_line": lambda _f, d, today: c.ConnectLine(item=d.code, connected_on=today),
    "approve_item": lambda _f, d, _t: c.ApproveItem(item=d.code),
    "issue_preliminary_opinion": lambda _f, d, _t: c.IssuePreliminaryOpinion(item=d.code),
    "deny_item": lambda _f, d, _t: c.DenyItem(item=d.code, reason=_REASON),
    "suspend_clock": lambda _f, d, _t: c.SuspendClock(
        item=d.code, procedure=_procedure(d), planned_days=1
    ),
    "resume_clock": lambda _f, d, _t: c.ResumeClock(item=d.code, result=_REASON),
    "extend_limit": lambda _f, d, _t: c.ExtendLimit(item=d.code, reason=_REASON),
    "withdraw_application": lambda _f, d, _t: c.WithdrawApplication(item=d.code),
    "start_new_round": lambda _f, d, _t: c.StartNewRound(item=d.code),
    "record_milestone": lambda _f, d, today: c.RecordMilestone(
        item=d.code, happened_on=today, form=example(d, today)
    ),
    "make_up_material": lambda f, d, _t: c.MakeUpMaterial(
        item=d.code,
        material=_deficiency(f, d.code, DeficiencyState.OPEN),
        file_name=_REASON,
        sha256="0" * 64,
    ),
    "verify_make_up": lambda f, d, _t: c.VerifyMakeUp(
        item=d.code,
        material=_deficiency(f, d.code, DeficiencyState.SUBMITTED),
        correct=True,
    ),
    "void_approval": lambda _f, d, _t: c.VoidApproval(item=d.code, reason=_REASON),
    "confirm_after_re_examination": lambda _f, d, _t: c.ConfirmAfterReExamination(
        item=d.code, reason=_REASON
    ),
    "appeal_voiding": lambda _f, d, _t: c.AppealVoiding(item=d.code, reason=_REASON),
    "decide_appeal": lambda _f, d, _t: c.DecideAppeal(item=d.code, upheld=False, reason=_REASON),
    "reinstate_approval": lambda _f, d, _t: c.ReinstateApproval(item=d.code, reason=_REASON),
    "record_violation": lambda _f, d, today: c.RecordViolation(
        item=d.code, happened_on=today, finding=_REASON
    ),
    "complete_supervision": lambda f, d, _t: c.CompleteSupervision(
        item=d.code, number=open_tasks(f.supervision, d.code)[0].number, note=_REASON
    ),
    "reply_to_supervision": lambda _f, d, today: c.ReplyToSupervision(
        item=d.code, number=1, cause=_REASON, measures=_REASON, until=today
    ),
    "issue_document": lambda _f, d, _t: c.IssueDocument(item=d.code, number=_REASON),
    "record_delivery": lambda _f, d, _t: c.RecordDelivery(item=d.code),
}
