"""How an item of the yard comes into each of its states, by acts alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from models.cases import commands as c
from models.cases.clock import CLOCKS, ClockFacts
from models.cases.facts import ITEMS, VOIDINGS
from models.cases.states import ClockKind, ItemState, Verdict, VoidingState
from models.cases.supervision import (
    SUPERVISION,
    SupervisionCause,
    SupervisionFacts,
    SupervisionKind,
    SupervisionState,
)
from models.cases.utility_line import LINES, LineFacts
from models.enterprises.credit import CreditEntry, CreditKind, CreditState
from models.installation.policy import BasisFalls
from models.people.delegation import CommitmentList
from models.scenarios.definition import MaterialClass, ScenarioDefinition, SpecialProcedure
from rules.cases import timers
from rules.cases.instruments.supervision_letters import letter
from rules.cases.warnings import DueClock
from rules.installation.policy import Policy
from tests.support.people import STEWARD
from tests.support.play import SHA, SIGNED, Play
from tests.support.yard import CODE, DEFERRABLE, ENTERPRISE, HOUSING, LAND, YARD, asks, changed_item

PROCEDURE = SpecialProcedure.EXPERT_REVIEW


@dataclass(frozen=True, slots=True)
class Place:
    """A project in which one item is in a state."""

    play: Play
    item: str


def yard() -> Play:
    """A yard whose land was handed over, so that A1 and A2 are both open."""
    return Play().record("E0")


def waiting() -> Place:
    return Place(yard(), "B0")


def opened() -> Place:
    return Place(yard().hand_in("plan"), "A1")


def received() -> Place:
    place = opened()
    place.play.apply("A1")
    return place


def correcting() -> Place:
    place = received()
    place.play.do(c.RequestCorrection(item="A1", materials={"plan": "a page is missing (art. 32)"}))
    return place


def accepted() -> Place:
    place = received()
    place.play.accept("A1")
    return place


def jointly_handled(*, opinion: bool = False) -> Place:
    """What several departments handle as one: only the government extends its limit."""
    code = "A2" if opinion else "A1"
    joint = changed_item(code, joint_handling=True, statutory={"days": 45}, promised=None)
    defer = ("survey",) if opinion else ()
    play = Play(joint).record("E0").apply(code, defer=defer).accept(code)
    if opinion:
        play.do(c.IssuePreliminaryOpinion(item=code))
    return Place(play, code)


def suspended() -> Place:
    place = accepted()
    place.play.do(c.SuspendClock(item="A1", procedure=PROCEDURE, planned_days=5))
    return place


def preliminary() -> Place:
    play = yard().apply("A2", defer=("survey", "archive")).accept("A2")
    play.do(c.IssuePreliminaryOpinion(item="A2"))
    return Place(play, "A2")


def rectifying(
    verdict: Verdict = Verdict.FAIL, *, scenario: ScenarioDefinition | None = None
) -> Place:
    """A part of the joint acceptance that did not pass on the one visit to the site."""
    play = joint(scheduled=True, scenario=scenario).play
    play.apply("D1").accept("D1")
    play.do(play.visit("D0"))
    play.do(c.RequireRectification(item="D1", verdict=verdict, points="a door opens inwards"))
    return Place(play, "D1")


ASKS = (
    {"department": LAND, "limit": {"days": 3}},
    {"department": HOUSING, "limit": {"days": 2}, "silence_is_consent": True},
)


def consulting(state: ItemState, *, silent: bool = False) -> Place:
    """An item about which two other departments were asked, one of whose silence is consent."""
    if state is ItemState.RECTIFYING:
        scenario = changed_item(
            "D1", consults=ASKS[:1] if not silent else ({**ASKS[1], "department": LAND},)
        )
        place = rectifying(scenario=scenario)
    else:
        scenario = changed_item("A1", consults=ASKS)
        place = Place(Play(scenario).record("E0").hand_in("plan").apply("A1").accept("A1"), "A1")
    if state is ItemState.SUSPENDED:
        suspend = c.SuspendClock(item="A1", procedure=PROCEDURE, planned_days=5)
        place.play.do(suspend)
    if silent:
        place.play.wait(3)
    return place


def granted() -> Place:
    place = accepted()
    place.play.approve("A1")
    return place


def conditionally_granted() -> Place:
    play = yard().apply("A2", defer=("archive", "insurance")).accept("A2").approve("A2")
    return Place(play, "A2")


def concluded() -> Place:
    return Place(yard(), "E0")


def denied() -> Place:
    place = accepted()
    place.play.do(c.DenyItem(item="A1", reason="the plan contradicts the zoning"))
    return place


def not_accepted() -> Place:
    place = received()
    place.play.do(
        c.RefuseApplication(
            item="A1", reason="outside the new area", competent_authority="the city's bureau"
        )
    )
    return place


def voided() -> Place:
    place = conditionally_granted()
    place.play.after(place.play.clock("A2", ClockKind.MAKE_UP, "archive").due_on)
    place.play.do(c.VoidApproval(item="A2", reason="not made good"))
    return place


def withdrawn() -> Place:
    place = received()
    place.play.do(c.WithdrawApplication(item="A1"))
    return place


def not_required() -> Place:
    place = received()
    place.play.do(c.DeclareNotRequired(item="A1", reason="the land was granted with it"))
    return place


def flagged(state: ItemState) -> Place:
    """An item that has to be examined again because of another."""
    place = REACH[state]()
    items = dict(place.play.facts.items)
    items[place.item] = replace(items[place.item], re_examination=("E0",))
    place.play.facts = place.play.facts.having({ITEMS: items})
    return place


def after_voiding(
    state: ItemState,
    *,
    was: ItemState = ItemState.CONDITIONALLY_GRANTED,
    appealed: bool = False,
    cured: bool = False,
    early: bool = False,
) -> Place:
    """A2 was voided; since then it came to ``state``, in the next round unless it is voided still."""
    place = voided()
    if cured:
        place.play.hand_in("archive", "insurance")
    facts, round_ = place.play.facts, 1 if state is ItemState.VOIDED else 2
    items = {**facts.items, "A2": replace(facts.items["A2"], state=state, round=round_)}
    voiding = facts.voidings["A2", 1]
    now = VoidingState.APPEALED if appealed else VoidingState.STANDING
    voiding = replace(voiding, state=now, before={**voiding.before, "state": was.value})
    if early:
        last = voiding.voided_on.isoformat()
        voiding = replace(voiding, early={"archive": last, "insurance": last})
    place.play.facts = facts.having({ITEMS: items, VOIDINGS: {voiding.key: voiding}})
    return place


def joint(
    *,
    suspended: bool = False,
    scheduled: bool = False,
    scenario: ScenarioDefinition | None = None,
) -> Place:
    """The joint acceptance of the yard under examination, held by a procedure or not."""
    scenario = scenario or changed_item("D0", special_procedures=(PROCEDURE,))
    play = Play(scenario).conclude("E0", "A1", "A2").approve("N1").conclude("B0", "W1")
    play.apply("D0").accept("D0")
    if scheduled:
        play.do(c.ScheduleSiteVisit(item="D0", scheduled_for=play.today))
    if suspended:
        play.do(c.SuspendClock(item="D0", procedure=PROCEDURE, planned_days=5))
    return Place(play, "D0")


def phase(state: ItemState = ItemState.GRANTED, *, late: bool = False) -> Place:
    """A permit of one phase, whose next one is not applied for; conditional for once."""
    play = Play(phased=True).conclude("E0", "A2", "B1")
    items = {**play.facts.items, "B1": replace(play.facts.items["B1"], state=state)}
    play.facts = play.facts.having({ITEMS: items})
    if late:
        play.after(play.clock("B1", ClockKind.NEXT_PHASE).due_on)
    return Place(play, "B1")


def awaiting() -> Place:
    """An item under examination whose basis fell, where the applicant may ask to wait for it."""
    play = Play(policy=Policy(basis_falls=BasisFalls.ON_REQUEST)).record("E0")
    play.apply("A2", defer=("archive",)).accept("A2").approve("A2").conclude("A1")
    play.apply("B0").accept("B0")
    play.after(play.clock("A2", ClockKind.MAKE_UP, "archive").due_on)
    play.do(c.VoidApproval(item="A2", reason="not made good"))
    return Place(play, "B0")


def on_commitment(*, deferring: bool = False) -> Place:
    """A grant on a commitment that is to be checked; with a paper to follow for once."""
    papers = (
        asks("drawings"),
        asks("archive", DEFERRABLE),
        asks("pledge", MaterialClass.COMMITMENT),
    )
    scenario = changed_item("B0", materials=papers) if deferring else YARD
    defer = ("archive",) if deferring else ()
    play = Play(scenario).conclude("E0", "A1").apply("A2", defer=defer).accept("A2").approve("A2")
    play.apply("B0", defer=defer).accept("B0").approve("B0")
    return Place(play, "B0")


def doubted(state: str, *, deferring: bool = False, hearing: bool = False) -> Place:
    """The same on its way to a revocation: ``told``, ``rectify`` or ``revoke_proposed``."""
    place = on_commitment(deferring=deferring)
    play, ground = place.play, "broken_commitment"
    play.do(c.RecordCommitmentCheck(item="B0", kept=False, finding="no such approval"))
    play.do(c.AnnounceRevocation(item="B0", ground=ground, facts="none was given", evidence="1"))
    if hearing:
        play.do(c.StateDefence(item="B0", statement="it was", hearing=True))
    if state == "rectify":
        play.do(c.AssessCommitment(item="B0", outcome="rectify", reason="it can be met"))
    if state == "revoke_proposed":
        play.after(play.clock("B0", ClockKind.DEFENCE).due_on)
        play.do(c.AssessCommitment(item="B0", outcome="revoke_proposed", reason="nothing came"))
    return place


def revoked() -> Place:
    place = doubted("revoke_proposed")
    place.play.do(c.RevokeLicence(item="B0", revoked=True, reason="it was untrue"))
    return place


def undoubted(*, deferring: bool = False) -> Place:
    """A grant on a commitment that was checked and kept."""
    place = on_commitment(deferring=deferring)
    place.play.do(c.RecordCommitmentCheck(item="B0", kept=True, finding="as stated"))
    return place


def announced(command: c.ItemCommand, *, deferring: bool = False) -> Place:
    """The same whose holder was told that it may be ended, and has no more time to state its case."""
    place = undoubted(deferring=deferring)
    place.play.do(command)
    place.play.after(place.play.clock("B0", ClockKind.DEFENCE).due_on)
    return place


RECALL_NOTICE = c.AnnounceRecall(
    item="B0", ground="law_changed", facts="the plan was changed", evidence="a resolution"
)
EXPIRY_NOTICE = c.AnnounceCancellation(
    item="B0", ground="expired", facts="its two years are over", evidence="the permit"
)
RECALL = c.RecallApproval(item="B0", recalled=True, reason="a railway", compensation="CNY 10")
CANCEL = c.CancelLicence(
    item="B0", ground="body_ended", reason="struck off", evidence="record 5", cancelled=True
)

LEFT_STANDING = c.CancelLicence(
    item="B0", ground="expired", reason="it was extended", cancelled=False
)


def recalled() -> Place:
    place = announced(RECALL_NOTICE)
    place.play.do(RECALL)
    return place


def cancelled() -> Place:
    place = on_commitment()
    place.play.do(CANCEL)
    return place


def unneeded() -> Place:
    """A granted item that the project does not need any more."""
    play = Play().conclude("E0", "A1", "A2", "B0")
    correction = c.CorrectAttributes(attributes={"phased": True}, reason="typed wrongly")
    play.do(correction, STEWARD)
    return Place(play, "B0")


def unneeded_at_once() -> Place:
    """The same, whose document is not delivered yet."""
    place = on_commitment()
    correction = c.CorrectAttributes(attributes={"phased": True}, reason="typed wrongly")
    place.play.do(correction, STEWARD)
    return place


def supervised(state: ItemState) -> Place:
    """An item with a supervision task that is to be done, whatever became of it since."""
    place = REACH[state]()
    task = SupervisionFacts(
        1,
        SupervisionKind.STOP_WORK,
        SupervisionCause.VIOLATION,
        place.item,
        place.play.item(place.item).round,
        place.play.facts.definition(place.item).supervising,
        SupervisionState.OPEN,
        place.play.today,
        reason="beyond the pit",
    )
    place.play.facts = place.play.facts.having({SUPERVISION: {1: task}})
    return place


def written_to(state: ItemState) -> Place:
    """An item about which its department got a supervision letter, whatever became of it since."""
    place = REACH[state]()
    item, today = place.play.item(place.item), place.play.today
    missed = DueClock(
        item.code, ClockKind.DECISION, item.round, "", today, today, today, today, None, (), "supervision",
        today, item.department, None,
    )  # fmt: skip
    found = letter((), missed, today, today + timedelta(days=3))
    place.play.facts = place.play.facts.having({SUPERVISION: {found.number: found}})
    return place


def in_nobodys_hands(state: ItemState) -> Place:
    """An item that nobody of its department has yet: in the log of before, or where it has no handler."""
    place = REACH[state]()
    items = dict(place.play.facts.items)
    items[place.item] = replace(items[place.item], handler=None)
    place.play.facts = place.play.facts.having({ITEMS: items})
    return place


def told(state: ItemState) -> Place:
    """An item whose utility heard of the project in advance."""
    place = REACH[state]()
    line = LineFacts(place.item, place.play.item(place.item).department, lead_on=place.play.today)
    place.play.facts = place.play.facts.having({LINES: {place.item: line}})
    return place


def line(*, connectable: bool = False) -> Place:
    """The line of a utility under examination, or answered and ready to be connected."""
    play = Play(changed_item("N1", utility="water")).conclude("E0", "A1")
    if connectable:
        play.answer("N1")
        found = replace(play.facts.lines["N1"], connect_from=play.today)
        play.facts = play.facts.having({LINES: {"N1": found}})
    return Place(play, "N1")


REACH: Mapping[ItemState, Callable[[], Place]] = {
    ItemState.WAITING: waiting,
    ItemState.OPEN: opened,
    ItemState.RECEIVED: received,
    ItemState.CORRECTING: correcting,
    ItemState.ACCEPTED: accepted,
    ItemState.RECTIFYING: rectifying,
    ItemState.SUSPENDED: suspended,
    ItemState.PRELIMINARY: preliminary,
    ItemState.GRANTED: granted,
    ItemState.CONDITIONALLY_GRANTED: conditionally_granted,
    ItemState.CONCLUDED: concluded,
    ItemState.DENIED: denied,
    ItemState.NOT_ACCEPTED: not_accepted,
    ItemState.VOIDED: voided,
    ItemState.REVOKED: revoked,
    ItemState.RECALLED: recalled,
    ItemState.CANCELLED: cancelled,
    ItemState.WITHDRAWN: withdrawn,
    ItemState.NOT_REQUIRED: not_required,
}


#: act → a well-formed command of it; lawful or not is a matter of the facts.
def to_be_filed() -> Place:
    """A filing whose last paper came in after it was received."""
    play = Play(changed_item("A1", category="filing", accept_on_submission=True))
    return Place(play.apply("A1", complete=False).hand_in("plan"), "A1")


def filed() -> Place:
    """A filing of which everything was there when it was made."""
    return Place(
        Play(changed_item("A1", category="filing", accept_on_submission=True)).apply("A1"), "A1"
    )


LIST = CommitmentList(HOUSING, "B0", "no 1", f"approver.{HOUSING}", "An approver", date(2026, 1, 5))


def on_a_list(*, accepted: bool = False) -> Place:
    """Applied for on a signed commitment, with a list in force that grants it at once."""
    play = Play(changed_item("B0", grant_on_commitment=True)).conclude("E0", "A1", "A2")
    play.lists = LIST
    play.apply("B0")
    return Place(play.accept("B0") if accepted else play, "B0")


def standing(place: Place) -> CreditEntry:
    """A dishonesty that stands because of the item."""
    return CreditEntry(
        id=7,
        enterprise=ENTERPRISE,
        kind=CreditKind.DISHONESTY,
        project_id=place.play.facts.id,
        item=place.item,
        round=1,
        entered_on=place.play.today,
        until=None,
        reason="archive was not made good",
        state=CreditState.OPEN,
    )


def _lifting(
    place: Place, kind: type[c.RepairCredit | c.CorrectCredit]
) -> c.RepairCredit | c.CorrectCredit:
    place.play.standing = (standing(place),)
    return kind(item=place.item, entry=7, reason="made up for it")


def untold(place: Place) -> Place:
    """The place with a result that nobody of the enterprise reads in the portal."""
    facts, context = place.play.facts, place.play.context(STEWARD)
    clock = ClockFacts(place.item, ClockKind.RESULT_NOTICE, facts.items[place.item].round)
    limit = place.play.policy.result_notice
    running = timers.started(clock, limit, None, place.play.today, context)
    place.play.facts = facts.having({CLOCKS: {**facts.clocks, running.key: running}})
    return place


def uncoded(*, returned: bool = False) -> Place:
    """A project that has no code yet, with the item that it begins with."""
    place = Place(Play(code=None), "A1")
    if returned:
        place.play.do(c.ReturnPreCheck(item="A1", reason="the place is missing"))
    return place


COMMANDS: Mapping[str, Callable[[Place], c.ItemCommand]] = {
    "submit_application": lambda p: c.SubmitApplication(item=p.item, commitment=SIGNED),
    "accept_application": lambda p: c.AcceptApplication(item=p.item),
    "request_correction": lambda p: c.RequestCorrection(
        item=p.item, materials={"plan": "a page is missing (art. 32)"}
    ),
    "supply_correction": lambda p: c.SupplyCorrection(item=p.item),
    "refuse_application": lambda p: c.RefuseApplication(
        item=p.item, reason="outside the new area", competent_authority="the city's bureau"
    ),
    "refer_application": lambda p: c.ReferApplication(
        item=p.item, department=HOUSING, reason="it is about a building"
    ),
    "declare_not_required": lambda p: c.DeclareNotRequired(item=p.item, reason="nothing is built"),
    "fix_on_the_spot": lambda p: c.FixOnTheSpot(
        item=p.item, material="plan", file_name="plan.pdf", sha256=SHA, note="signed"
    ),
    "deem_accepted": lambda p: c.DeemAccepted(item=p.item),
    "file_on_receipt": lambda p: c.FileOnReceipt(item=p.item),
    "grant_on_commitment": lambda p: c.GrantOnCommitment(item=p.item),
    "take_item": lambda p: c.TakeItem(item=p.item),
    "transfer_competence": lambda p: c.TransferCompetence(item=p.item, to="another", reason="x"),
    "assign_handler": lambda p: c.AssignHandler(item=p.item, officer="second"),
    "record_verification": lambda p: c.RecordVerification(
        item=p.item,
        officers=(f"handler.{p.play.item(p.item).department}", "second"),
        finding="as on the plan",
    ),
    "schedule_site_visit": lambda p: c.ScheduleSiteVisit(item=p.item, scheduled_for=p.play.today),
    "record_site_visit": lambda p: p.play.visit(p.item),
    "answer_consultation": lambda p: c.AnswerConsultation(
        item=p.item, agrees=True, opinion="no objection"
    ),
    "deem_agreed": lambda p: c.DeemAgreed(item=p.item),
    "require_rectification": lambda p: c.RequireRectification(
        item=p.item, verdict=Verdict.FAIL, points="a door opens inwards"
    ),
    "report_rectification": lambda p: c.ReportRectification(item=p.item, note="it opens outwards"),
    "acknowledge_lead": lambda p: c.AcknowledgeLead(item=p.item, contact="the desk"),
    "answer_line": lambda p: c.AnswerLine(
        item=p.item, plan="from the road", days=5, contact="the desk", to_red_line=False
    ),
    "connect_line": lambda p: c.ConnectLine(item=p.item, connected_on=p.play.today),
    "approve_item": lambda p: c.ApproveItem(item=p.item),
    "issue_preliminary_opinion": lambda p: c.IssuePreliminaryOpinion(item=p.item),
    "deny_item": lambda p: c.DenyItem(item=p.item, reason="it contradicts the plan"),
    "suspend_clock": lambda p: c.SuspendClock(item=p.item, procedure=PROCEDURE, planned_days=5),
    "resume_clock": lambda p: c.ResumeClock(item=p.item, result="the experts agree"),
    "ask_for_extension": lambda p: c.AskForExtension(item=p.item, reason="five departments"),
    "extend_limit": lambda p: c.ExtendLimit(item=p.item, reason="a complicated case"),
    "withdraw_application": lambda p: c.WithdrawApplication(item=p.item),
    "start_new_round": lambda p: c.StartNewRound(item=p.item),
    "correct_milestone": lambda p: c.CorrectMilestone(
        item=p.item, happened_on=p.play.today - timedelta(days=1), reason="the day was wrong"
    ),
    "record_milestone": lambda p: c.RecordMilestone(item=p.item, happened_on=p.play.today),
    "make_up_material": lambda p: c.MakeUpMaterial(
        item=p.item, material="archive", file_name="archive.pdf", sha256=SHA
    ),
    "verify_make_up": lambda p: c.VerifyMakeUp(item=p.item, material="archive", correct=True),
    "void_approval": lambda p: c.VoidApproval(item=p.item, reason="not made good"),
    "confirm_after_re_examination": lambda p: c.ConfirmAfterReExamination(
        item=p.item, reason="it stands by itself"
    ),
    "await_basis": lambda p: c.AwaitBasis(item=p.item, reason="it is granted again next week"),
    "begin_commitment_check": lambda p: c.BeginCommitmentCheck(item=p.item, kind="paper"),
    "record_commitment_check": lambda p: c.RecordCommitmentCheck(
        item=p.item, kept=True, finding="as stated"
    ),
    "announce_revocation": lambda p: c.AnnounceRevocation(
        item=p.item, ground="broken_commitment", facts="nothing was done", evidence="a report"
    ),
    "state_defence": lambda p: c.StateDefence(item=p.item, statement="it was done"),
    "hold_revocation_hearing": lambda p: c.HoldRevocationHearing(
        item=p.item, held_on=p.play.today, record="both were heard"
    ),
    "assess_commitment": lambda p: c.AssessCommitment(
        item=p.item, outcome="cleared", reason="nothing to it"
    ),
    "revoke_licence": lambda p: c.RevokeLicence(item=p.item, revoked=True, reason="untrue"),
    "announce_recall": lambda p: RECALL_NOTICE.model_copy(update={"item": p.item}),
    "recall_approval": lambda p: RECALL.model_copy(update={"item": p.item}),
    "announce_cancellation": lambda p: EXPIRY_NOTICE.model_copy(update={"item": p.item}),
    "cancel_licence": lambda p: CANCEL.model_copy(update={"item": p.item}),
    "repair_credit": lambda p: _lifting(p, c.RepairCredit),
    "correct_credit": lambda p: _lifting(p, c.CorrectCredit),
    "surrender_approval": lambda p: c.SurrenderApproval(item=p.item, reason="not needed"),
    "appeal_voiding": lambda p: c.AppealVoiding(item=p.item, reason="it was handed in in time"),
    "decide_appeal": lambda p: c.DecideAppeal(item=p.item, upheld=False, reason="it was late"),
    "reinstate_approval": lambda p: c.ReinstateApproval(item=p.item, reason="it is there now"),
    "correct_voiding": lambda p: c.CorrectVoiding(item=p.item, reason="the calendar changed"),
    "give_grace": lambda p: (
        c.GiveGrace(item=p.item, clock="make_up", subjects=("archive",))
        if p.item.startswith("A")
        else c.GiveGrace(item=p.item, clock="next_phase")
    ),
    "lapse_phase": lambda p: c.LapsePhase(item=p.item),
    "record_violation": lambda p: c.RecordViolation(
        item=p.item, happened_on=p.play.today, finding="walls above the pit"
    ),
    "complete_supervision": lambda p: c.CompleteSupervision(
        item=p.item, number=1, note="the walls were taken down"
    ),
    "reply_to_supervision": lambda p: c.ReplyToSupervision(
        item=p.item, number=1, cause="two were ill", measures="others help", until=p.play.today
    ),
    "issue_document": lambda p: c.IssueDocument(item=p.item, number="LC-1"),
    "record_delivery": lambda p: c.RecordDelivery(item=p.item),
    "submit_for_pre_check": lambda p: c.SubmitForPreCheck(item=p.item),
    "return_pre_check": lambda p: c.ReturnPreCheck(item=p.item, reason="the place is missing"),
    "record_project_code": lambda p: c.RecordProjectCode(
        item=p.item, code=CODE, file_name="code.pdf", sha256=SHA
    ),
    "record_result_told": lambda p: c.RecordResultTold(item=p.item, to="Wang"),
}
