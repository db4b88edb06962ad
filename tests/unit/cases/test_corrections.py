"""The notice of corrections 补正告知书: papers and fields, each with what is wrong with it."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ClockState, ItemState, MaterialState
from models.scenarios.forms import FieldType
from rules.cases.acts.corrections import CorrectionAlreadyRequested
from rules.cases.instruments.corrections import (
    FieldNotInForm,
    FieldNotNamed,
    FieldsToCorrect,
    NothingNamed,
    NothingSaid,
    named_in,
)
from rules.cases.instruments.forms import FieldMissing, UnknownField, WrongField
from rules.cases.offers import possibilities
from tests.support.people import APPLICANT, handler
from tests.support.play import Play
from tests.support.states import yard
from tests.support.yard import PLANNING, changed_item, field

S = ItemState
FORM = {"owner": "王", "floors": 3, "cellar": True}
NAMED = {"floors": "the drawings show four"}


def applied() -> Play:
    """An application with a form of three fields, and one paper."""
    owner = field(FieldType.TEXT, required=True, key="owner")
    floors = field(FieldType.INTEGER, key="floors")
    cellar = field(FieldType.BOOLEAN, key="cellar")
    play = Play(changed_item("A1", form=[one.model_dump() for one in (owner, floors, cellar)]))
    play.hand_in("plan").do(c.SubmitApplication(item="A1", form=FORM))
    return play


def notice(**fields: str) -> c.RequestCorrection:
    return c.RequestCorrection(item="A1", fields=fields)


def supply(**form: object) -> c.SupplyCorrection:
    return c.SupplyCorrection(item="A1", form=form)


def test_papers_and_fields_are_named_in_one_notice_and_told():
    play = applied().wait(2)
    play.do(c.RequestCorrection(item="A1", materials={"plan": "no seal (art. 31)"}, fields=NAMED))
    named = {"materials": {"plan": "no seal (art. 31)"}, "fields": NAMED}
    item = play.item("A1")
    assert (item.state, item.correction_notices, item.corrections) == (S.CORRECTING, 1, named)
    assert play.facts.materials["plan"].state is MaterialState.RETURNED
    assert play.clock("A1", ClockKind.CORRECTION_WINDOW).state is ClockState.STOPPED
    told = [m.params for m in play.messages if m.template == "correction_requested"]
    assert told == [named, named]
    assert play.differences() == []


def test_what_was_named_is_corrected_and_all_else_stays():
    play = applied()
    play.do(notice(**NAMED))
    assert play.facts.materials["plan"].state is MaterialState.PROVIDED
    play.wait(3).do(supply(floors=4))
    item = play.item("A1")
    assert (item.state, item.received_on) == (S.RECEIVED, play.today)
    assert item.form == {**FORM, "floors": 4}
    assert play.last("CorrectionSupplied")["before"] == {"floors": 3}
    window = play.clock("A1", ClockKind.CORRECTION_WINDOW, "corrected")
    assert window.state is ClockState.RUNNING
    assert play.differences() == []
    with pytest.raises(CorrectionAlreadyRequested):
        play.do(notice(owner="and the owner"))
    play.accept("A1")


def test_the_whole_form_may_come_back_as_long_as_only_what_was_named_differs():
    play = applied()
    play.do(notice(**NAMED))
    with pytest.raises(FieldNotNamed) as refused:
        play.do(supply(**{**FORM, "floors": 4, "owner": "李"}))
    assert "owner" in refused.value.sentence()
    assert play.state("A1") is S.CORRECTING
    play.do(supply(**{**FORM, "floors": 4}))
    assert play.item("A1").form == {**FORM, "floors": 4}


def test_named_fields_have_to_be_filled_in_again():
    play = applied()
    play.do(notice(**NAMED, owner="in full"))
    with pytest.raises(FieldsToCorrect) as refused:
        play.do(c.SupplyCorrection(item="A1"))
    assert "owner / floors" in refused.value.sentence()
    with pytest.raises(FieldMissing):
        play.do(supply(floors=4))
    with pytest.raises(WrongField):
        play.do(supply(owner="王一", floors="four"))
    with pytest.raises(UnknownField):
        play.do(supply(owner="王一", roof=True))
    # What need not be filled in may be left empty, and whoever was right says so again.
    play.do(supply(owner="王"))
    assert play.item("A1").form == {"owner": "王", "cellar": True}
    assert play.differences() == []


def test_papers_alone_leave_the_form_as_it_was():
    play = applied()
    play.do(c.RequestCorrection(item="A1", materials={"plan": "no seal (art. 31)"}))
    play.hand_in("plan")
    with pytest.raises(FieldNotNamed):
        play.do(supply(owner="李"))
    play.do(c.SupplyCorrection(item="A1"))
    assert play.item("A1").form == FORM
    assert "form" not in play.last("CorrectionSupplied")
    assert play.differences() == []


def test_nothing_outside_the_form_is_asked_for():
    """Art. 31: what the form does not ask for may not be asked for."""
    play = applied()
    with pytest.raises(FieldNotInForm) as refused:
        play.do(notice(roof="which"))
    assert "owner / floors / cellar" in refused.value.sentence()
    with pytest.raises(FieldNotInForm) as refused:
        yard().apply("A1").do(notice(owner="who"))
    assert "none" in refused.value.sentence()
    with pytest.raises(NothingNamed):
        play.do(notice())
    with pytest.raises(NothingSaid):
        play.do(notice(owner=""))
    with pytest.raises(NothingSaid):
        play.do(c.RequestCorrection(item="A1", materials={"plan": " "}))
    assert play.state("A1") is S.RECEIVED


def test_a_new_round_begins_with_nothing_named():
    play = applied()
    play.do(notice(**NAMED))
    play.do(c.WithdrawApplication(item="A1"))
    play.do(c.StartNewRound(item="A1"))
    assert (play.item("A1").corrections, play.item("A1").form) == ({}, FORM)
    assert play.differences() == []


def test_the_pages_offer_it_where_there_is_only_a_form():
    play = applied()
    acts = {
        p.act: p.possible for p in possibilities(play.facts, "A1", play.context(handler(PLANNING)))
    }
    assert acts["request_correction"]
    play.do(notice(**NAMED))
    mine = {p.act: p.possible for p in possibilities(play.facts, "A1", play.context(APPLICANT))}
    assert mine["supply_correction"]


def test_a_notice_of_before_had_one_reason_for_its_papers():
    event = {"materials": ["plan", "archive"], "reason": "unreadable"}
    papers = {"plan": "unreadable", "archive": "unreadable"}
    assert named_in(event) == {"materials": papers, "fields": {}}
