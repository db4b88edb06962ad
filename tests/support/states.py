"""How an item of the yard comes into each of its states, by acts alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models import commands as c
from models.definition import SpecialProcedure
from models.states import ClockKind, ItemState
from tests.support.play import SHA, SIGNED, Play

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
    place.play.do(c.RequestCorrection(item="A1", materials=("plan",), reason="a page is missing"))
    return place


def accepted() -> Place:
    place = received()
    place.play.accept("A1")
    return place


def suspended() -> Place:
    place = accepted()
    place.play.do(c.SuspendClock(item="A1", procedure=PROCEDURE, planned_days=5))
    return place


def preliminary() -> Place:
    play = yard().apply("A2", defer=("survey", "archive")).accept("A2")
    play.do(c.IssuePreliminaryOpinion(item="A2"))
    return Place(play, "A2")


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
    return Place(yard(), "B1")


REACH: Mapping[ItemState, Callable[[], Place]] = {
    ItemState.WAITING: waiting,
    ItemState.OPEN: opened,
    ItemState.RECEIVED: received,
    ItemState.CORRECTING: correcting,
    ItemState.ACCEPTED: accepted,
    ItemState.SUSPENDED: suspended,
    ItemState.PRELIMINARY: preliminary,
    ItemState.GRANTED: granted,
    ItemState.CONDITIONALLY_GRANTED: conditionally_granted,
    ItemState.CONCLUDED: concluded,
    ItemState.DENIED: denied,
    ItemState.NOT_ACCEPTED: not_accepted,
    ItemState.VOIDED: voided,
    ItemState.WITHDRAWN: withdrawn,
    ItemState.NOT_REQUIRED: not_required,
}

#: act → a well-formed command of it; lawful or not is a matter of the facts.
COMMANDS: Mapping[str, Callable[[Place], c.ItemCommand]] = {
    "submit_application": lambda p: c.SubmitApplication(item=p.item, commitment=SIGNED),
    "accept_application": lambda p: c.AcceptApplication(item=p.item),
    "request_correction": lambda p: c.RequestCorrection(
        item=p.item, materials=("plan",), reason="a page is missing"
    ),
    "supply_correction": lambda p: c.SupplyCorrection(item=p.item),
    "refuse_application": lambda p: c.RefuseApplication(
        item=p.item, reason="outside the new area", competent_authority="the city's bureau"
    ),
    "deem_accepted": lambda p: c.DeemAccepted(item=p.item),
    "approve_item": lambda p: c.ApproveItem(item=p.item),
    "issue_preliminary_opinion": lambda p: c.IssuePreliminaryOpinion(item=p.item),
    "deny_item": lambda p: c.DenyItem(item=p.item, reason="it contradicts the plan"),
    "suspend_clock": lambda p: c.SuspendClock(item=p.item, procedure=PROCEDURE, planned_days=5),
    "resume_clock": lambda p: c.ResumeClock(item=p.item, result="the experts agree"),
    "extend_limit": lambda p: c.ExtendLimit(item=p.item, reason="a complicated case"),
    "withdraw_application": lambda p: c.WithdrawApplication(item=p.item),
    "start_new_round": lambda p: c.StartNewRound(item=p.item),
    "record_milestone": lambda p: c.RecordMilestone(item=p.item, happened_on=p.play.today),
    "make_up_material": lambda p: c.MakeUpMaterial(
        item=p.item, material="archive", file_name="archive.pdf", sha256=SHA
    ),
    "verify_make_up": lambda p: c.VerifyMakeUp(item=p.item, material="archive", correct=True),
    "void_approval": lambda p: c.VoidApproval(item=p.item, reason="not made good"),
    "issue_document": lambda p: c.IssueDocument(item=p.item, number="LC-1"),
    "record_delivery": lambda p: c.RecordDelivery(item=p.item),
}
