"""The examination and its end: Licensing Law arts. 34, 38 and 44."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.deficiencies import DEFICIENCIES, DeficiencyFacts
from models.cases.facts import ItemFacts
from models.cases.states import SATISFIED, ClockKind, DeficiencyState, ItemState, Verdict
from models.errors import KaigongError
from models.installation.policy import BasisFalls
from models.scenarios.guards import GuardPoint
from rules.cases.acts.aftermath.commitment import rest_on_commitment
from rules.cases.acts.aftermath.effect import start_delivery, take_effect
from rules.cases.acts.aftermath.result import tell_result
from rules.cases.acts.application import check_not_filed
from rules.cases.acts.basis import review_dependents
from rules.cases.acts.consultation import check_answered
from rules.cases.acts.papers import papers_of
from rules.cases.acts.preliminary import blocking, hold
from rules.cases.acts.rectification import confirm, require
from rules.cases.acts.site_visit import SITE_VERIFIED, check_held, re_inspect
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Need, Record, Situation, stays
from rules.cases.declarations.event import EventKind, Reading, Variant, document_holds, has, on_day
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.completeness import (
    MaterialsMissing,
    needed_to_decide,
    outstanding,
    outstanding_substantive,
)
from rules.cases.instruments.guards import check_guards
from rules.cases.instruments.rectification import failed

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened

#: Licensing Law art. 34: substantive verification is done by two officers or more.
VERIFIERS = 2


class PrerequisiteMissing(KaigongError):
    template = (
        "item: {item} builds on {missing}, which no longer stands; wait until it is granted again."
    )
    field = "item"


class TwoLawfulWays(PrerequisiteMissing):
    template = "item: {item} builds on {missing}, which no longer stands. Two ways are lawful: wait until it is granted again, when the applicant asks for that; or deny with this reason (Licensing Law art. 38)."


class BasisInDoubt(KaigongError):
    template = "item: {doubtful} has to be examined again before {item} is decided, because {because} was voided; confirm it or void it."
    field = "item"


class VerificationMissing(KaigongError):
    template = "item: {item} is verified on the spot by two officers before it is granted; record what they found."
    field = "item"


class TwoOfficersNeeded(KaigongError):
    template = (
        "officers: {officers} are not enough: two different officers verify {item}, you among them."
    )
    field = "officers"


class PartsUndecided(KaigongError):
    template = "item: {item} is decided as one with {missing}, which are not decided yet; decide them first."
    field = "item"


class OnlyPreliminary(KaigongError):
    template = "item: {item} lacks {missing}, which may change the result; issue a preliminary opinion, or wait for it."
    field = "item"


class NothingToReserve(KaigongError):
    template = "item: {item} lacks nothing that may change the result; decide it."
    field = "item"


class PlanMissing(KaigongError):
    template = "item: {item} is the line of a utility; answer it with its plan, and it is granted with that."
    field = "item"


class SameOfficer(KaigongError):
    template = "actor: {actor} accepted {item} as its handler; another officer has to decide it."
    field = "actor"


class CaseOfficerMissing(KaigongError):
    template = "item: nobody of {department} has {item} in hand, and who examines is not who decides; an officer takes it on, or the head assigns one."
    field = "item"


def approve(draft: Draft, command: c.ApproveItem) -> None:
    """Grant it, see :func:`grant`; the line of a utility is granted by its answer alone."""
    if draft.definition(command.item).utility is not None:
        raise PlanMissing(item=command.item)
    grant(draft, command.item, command.comment)


def grant(draft: Draft, code: str, comment: str) -> None:
    """Grant it, with deficiencies opened for what was deferred; dependents are released."""
    _check_decidable(draft, code, comment)
    definition = draft.definition(code)
    if definition.site_verification and not draft.items[code].verified_by:
        raise VerificationMissing(item=code)
    lacking = blocking(draft, code)
    if lacking:
        raise OnlyPreliminary(item=code, missing=list(lacking))
    draft.stop_clock(code, ClockKind.DECISION, reason="granted")
    owed = _owe_deferred(draft, code)
    state = ItemState.CONDITIONALLY_GRANTED if owed else ItemState.GRANTED
    draft.change(code, state=state, decided_on=draft.today)
    confirm(draft, code)
    start_delivery(draft, code)
    tell_result(draft, code)
    rest_on_commitment(draft, code)
    details = {"deficiencies": list(owed), "papers": papers_of(draft, code)}
    draft.record("ItemApproved", code, comment=comment, **details)
    _tell_grant(draft, code, owed)
    take_effect(draft, code)


def record_verification(draft: Draft, command: c.RecordVerification) -> None:
    """What two officers or more found on the spot; the one who records it was there (art. 34)."""
    officers = list(dict.fromkeys(command.officers))
    if len(officers) < VERIFIERS or draft.context.actor.login not in officers:
        raise TwoOfficersNeeded(officers=officers, item=command.item)
    re_inspect(draft, command.item, officers, command.finding)
    draft.change(command.item, verified_by=tuple(officers))
    draft.record("SiteVerified", command.item, officers=officers, finding=command.finding)


def require_rectification(draft: Draft, command: c.RequireRectification) -> None:
    """A verdict is a decision on a part, so its handler does not give it."""
    _check_other_officer(draft, command.item)
    require(draft, command)


def issue_preliminary_opinion(draft: Draft, command: c.IssuePreliminaryOpinion) -> None:
    """Say what can be said; others may build on it while the missing material comes (S:004 case 12)."""
    _check_decidable(draft, command.item, command.comment)
    if not blocking(draft, command.item):
        raise NothingToReserve(item=command.item)
    hold(draft, command.item)
    owed = _owe_deferred(draft, command.item)
    draft.change(command.item, state=ItemState.PRELIMINARY, decided_on=draft.today)
    details = {"deficiencies": list(owed), "papers": papers_of(draft, command.item)}
    draft.record("PreliminaryOpinionIssued", command.item, comment=command.comment, **details)
    draft.tell("enterprise", "preliminary_opinion", command.item, materials=list(owed))
    draft.tell("steward", "preliminary_opinion", command.item, materials=list(owed))
    draft.release(command.item)


def deny(draft: Draft, command: c.DenyItem) -> None:
    """Deny it with reasons; the written decision states the remedies (art. 38)."""
    check_not_filed(draft, command.item)
    _check_other_officer(draft, command.item)
    stood = draft.items[command.item].state in SATISFIED
    for deficiency in draft.open_deficiencies(command.item):
        draft.enter(DEFICIENCIES, deficiency, state=DeficiencyState.LAPSED, closed_on=draft.today)
    draft.stop_clocks(command.item, "denied")
    draft.change(command.item, state=ItemState.DENIED, decided_on=draft.today)
    tell_result(draft, command.item)
    papers = papers_of(draft, command.item)
    false = {"falsehood": True} if command.falsehood else {}
    draft.record("ItemDenied", command.item, reason=command.reason, papers=papers, **false)
    draft.tell("enterprise", "item_denied", command.item, reason=command.reason)
    draft.tell("steward", "item_denied", command.item, reason=command.reason)
    draft.end_parts(command.item, "the whole was denied")
    if stood:
        review_dependents(draft, command.item)


def _check_other_officer(draft: Draft, item: str) -> None:
    """Who decides is not who examined, whoever accepted it; a utility answers for its own line."""
    if draft.context.policy.decider_may_be_handler or draft.definition(item).utility is not None:
        return
    actor, handler = draft.context.actor, draft.items[item].handler
    if handler is None:
        raise CaseOfficerMissing(item=item, department=draft.items[item].department)
    if actor.login == handler:
        raise SameOfficer(actor=actor.login, item=item)


def _check_decidable(draft: Draft, item: str, comment: str) -> None:
    _check_other_officer(draft, item)
    check_ripe(draft, item, comment)


def check_ripe(draft: Draft, item: str, comment: str) -> None:
    """Refuse a decision while something that it rests on is not there, or is in doubt."""
    definition, facts = draft.definition(item), draft.items[item]
    fallen = [code for code in definition.after if draft.items[code].state not in SATISFIED]
    if fallen:
        asked = draft.context.policy.basis_falls is BasisFalls.ON_REQUEST
        refusal = TwoLawfulWays if asked else PrerequisiteMissing
        raise refusal(item=item, missing=fallen)
    parts = draft.scenario.parts.get(item, ())
    for code in (item, *definition.after, *parts):
        if because := draft.items[code].re_examination:
            raise BasisInDoubt(item=item, doubtful=code, because=list(because))
    undecided = [code for code in parts if draft.items[code].state not in SATISFIED]
    if undecided:
        raise PartsUndecided(item=item, missing=undecided)
    check_held(draft, item)
    check_answered(draft, item, comment)
    lacking = needed_to_decide(draft.scenario, definition, facts, draft.materials)
    if lacking:
        raise MaterialsMissing(missing=list(lacking), item=item)
    check_guards(draft, item, GuardPoint.DECIDE)


def _owe_deferred(draft: Draft, item: str) -> tuple[str, ...]:
    """Open a deficiency with its clock for every deferred material that is still outstanding.

    What is owed since the preliminary opinion goes on as it is: deciding gives no second period.
    """
    facts = draft.items[item]
    owed_already = [deficiency.material for deficiency in draft.open_deficiencies(item)]
    new = [key for key in outstanding(facts, draft.materials) if key not in owed_already]
    for material in new:
        clock = draft.start_clock(
            ClockFacts(item, ClockKind.MAKE_UP, facts.round, material),
            promised=draft.context.policy.make_up,
        )
        draft.enter(
            DEFICIENCIES,
            DeficiencyFacts(
                item,
                facts.round,
                material,
                DeficiencyState.OPEN,
                # Where one officer may do both, who decides answers for it.
                owner=facts.handler or draft.context.actor.login,
                opened_on=draft.today,
                due_on=clock.due_on,
            ),
        )
    return (*owed_already, *new)


def _tell_grant(draft: Draft, item: str, owed: tuple[str, ...]) -> None:
    if owed:
        due_on = max(d.due_on for d in draft.open_deficiencies(item) if d.due_on)
        details = {"materials": list(owed), "due_on": due_on.isoformat()}
        draft.tell("enterprise", "item_conditionally_granted", item, **details)
        draft.tell("steward", "item_conditionally_granted", item, **details)
    else:
        draft.tell("enterprise", "item_granted", item)


# --- what is offered ----------------------------------------------------------------------------


def _reserves(situation: Situation) -> bool:
    """Whether a material that may change the result is missing."""
    return bool(
        outstanding_substantive(situation.definition, situation.item, situation.facts.materials)
    )


def _granted_as_usual(situation: Situation) -> bool:
    """Neither the line of a utility, which its answer grants, nor fit for an opinion only."""
    decided = not _reserves(situation) or situation.item.state is ItemState.PRELIMINARY
    return decided and situation.definition.utility is None


def _to_verify(situation: Situation) -> bool:
    facts, definition = situation.facts, situation.definition
    again = failed(facts.items, facts.rectifications, situation.code)
    return not situation.item.verified_by and (definition.site_verification or again)


def _to_rectify(situation: Situation) -> bool:
    whole = situation.definition.part_of
    return whole is not None and situation.facts.definition(whole).site_visit is not None


def _a_verification(situation: Situation) -> c.RecordVerification:
    """A sample with the recording officer and a second one."""
    officers = (situation.actor.login, "officer")
    return c.RecordVerification(item=situation.code, officers=officers, finding="-")


def _a_failure(situation: Situation) -> c.RequireRectification:
    return c.RequireRectification(item=situation.code, verdict=Verdict.FAIL, points="-")


# --- what the log says of the item --------------------------------------------------------------


def _to_be_rectified(item: ItemFacts, happened: Happened) -> ItemFacts:
    again = happened.event.data["verdict"] == Verdict.FAIL
    return replace(item, verified_by=() if again else item.verified_by)


# --- the acts -----------------------------------------------------------------------------------

ITEM_APPROVED = EventKind(
    "ItemApproved",
    "{item} granted",
    variants=(Variant("{item} granted, papers to follow: {deficiencies}", has("deficiencies")),),
    reads={"deficiencies": Reading.MATERIALS},
    item_change=on_day("decided_on"),
    follow=document_holds,
)

RECORD_VERIFICATION = Act(
    command=c.RecordVerification,
    label="Record the verification on the spot",
    perform=record_verification,
    roles=roles.EXAMINERS,
    transitions=stays(ItemState.ACCEPTED, ItemState.PRELIMINARY),
    place=100,
    offered=_to_verify,
    sample=_a_verification,
    needs=(Need.OFFICERS,),
    form=Form(place=110),
    events=(SITE_VERIFIED,),
)
REQUIRE_RECTIFICATION = Act(
    command=c.RequireRectification,
    label="Require rectification",
    perform=require_rectification,
    roles=roles.DECIDERS,
    transitions={ItemState.ACCEPTED: (ItemState.RECTIFYING,)},
    place=150,
    offered=_to_rectify,
    sample=_a_failure,
    form=Form(place=20, folded=True, template="require_rectification"),
    events=(
        EventKind(
            "RectificationRequired",
            "{item}: {verdict}. {points}",
            reads={"verdict": Verdict},
            item_change=_to_be_rectified,
        ),
    ),
    notices=("rectification_required",),
)
APPROVE = Act(
    command=c.ApproveItem,
    label="Grant",
    perform=approve,
    roles=roles.DECIDERS,
    transitions=dict.fromkeys(
        (ItemState.ACCEPTED, ItemState.PRELIMINARY),
        (ItemState.GRANTED, ItemState.CONDITIONALLY_GRANTED),
    ),
    place=200,
    offered=_granted_as_usual,
    paper="grant_decision",
    writes=(Record.DECISION,),
    form=Form(place=170),
    events=(ITEM_APPROVED,),
    notices=("item_granted", "item_conditionally_granted"),
)
ISSUE_PRELIMINARY_OPINION = Act(
    command=c.IssuePreliminaryOpinion,
    label="Give a preliminary opinion",
    perform=issue_preliminary_opinion,
    roles=roles.DECIDERS,
    transitions={ItemState.ACCEPTED: (ItemState.PRELIMINARY,)},
    place=210,
    offered=_reserves,
    paper="preliminary_opinion",
    writes=(Record.PAPER,),
    form=Form(place=180),
    events=(
        EventKind(
            "PreliminaryOpinionIssued",
            "Preliminary opinion on {item}; still to come: {deficiencies}",
            reads={"deficiencies": Reading.MATERIALS},
            item_change=on_day("decided_on"),
        ),
    ),
    notices=("preliminary_opinion",),
)
DENY = Act(
    command=c.DenyItem,
    label="Deny",
    perform=deny,
    roles=roles.DECIDERS,
    transitions=dict.fromkeys(
        (ItemState.ACCEPTED, ItemState.RECTIFYING, ItemState.PRELIMINARY), (ItemState.DENIED,)
    ),
    place=220,
    offered=lambda situation: not situation.definition.filed,
    paper="denial_decision",
    writes=(Record.DECISION, Record.VOIDING, Record.FALSE_PAPERS),
    form=Form(
        place=30,
        folded=True,
        danger=True,
        hint="The decision states the reasons, and where the enterprise can object.",
    ),
    events=(
        EventKind(
            "ItemDenied",
            "{item} denied: {reason}",
            variants=(Variant("{item} denied for false papers: {reason}", has("falsehood")),),
            item_change=on_day("decided_on"),
        ),
    ),
    notices=("item_denied",),
)
