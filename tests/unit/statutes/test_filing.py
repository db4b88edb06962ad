"""A filing 备案 is no licence in disguise: nobody refuses, holds up or denies it."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ItemState
from models.scenarios.definition import ItemCategory
from rules.cases.acts.aftermath.filing import NotFiledYet
from rules.cases.acts.application import NeverDenied
from rules.cases.transitions import ActNotAllowed
from rules.documents.procedure import kind_written
from services.scenarios.scenario_files import catalogue, shipped
from tests.support.people import approver, handler, head
from tests.support.play import Play
from tests.support.states import PROCEDURE
from tests.support.yard import PLANNING, changed_item

KINDS = pytest.mark.parametrize("kind", [ItemCategory.FILING, ItemCategory.NOTICE])


def filing(kind: ItemCategory = ItemCategory.FILING) -> Play:
    return Play(changed_item("A1", category=kind)).apply("A1")


@pytest.mark.parametrize("code", ["A01", "A01T", "A11F", "D14", "D20", "N00"])
def test_be40_filings_of_the_catalogue(code):
    assert catalogue().item[code].filed


def declared(**more: object) -> Play:
    """A filing of which nobody has to look at anything."""
    changes = {"category": "filing", "accept_on_submission": True, "document": "permit", **more}
    return Play(changed_item("A1", **changes))


@pytest.mark.parametrize("nobody", [False, True])
def test_r673_13_complete_information_is_filed_on_receipt(nobody):
    """In the same act, dated the same day, whoever is there to look at it."""
    play = declared()
    play.nobody = nobody
    play.apply("A1")
    item = play.item("A1")
    assert (item.state, item.received_on, item.decided_on) == (
        ItemState.GRANTED,
        play.today,
        play.today,
    )
    assert item.accepted_on is None
    assert {key[1] for key in play.facts.clocks if key[0] == "A1"} == {ClockKind.DELIVERY}
    assert play.told("application_filed") == ["enterprise"]
    assert kind_written(play.facts, c.SubmitApplication(item="A1")) is None
    assert "approve_item" not in play.offered("A1", approver(PLANNING))
    assert play.differences() == []


def test_r673_13_incomplete_it_is_guided_and_filed_once_everything_is_there():
    play = declared().apply("A1", complete=False)
    assert play.state("A1") is ItemState.RECEIVED
    with pytest.raises(NeverDenied):
        play.do(c.RefuseApplication(item="A1", reason="r", competent_authority="the city"))
    play.do(c.RequestCorrection(item="A1", materials={"plan": "missing"}))
    play.wait(2).hand_in("plan").do(c.SupplyCorrection(item="A1"))
    assert (play.state("A1"), play.item("A1").decided_on) == (ItemState.GRANTED, play.today)
    assert play.differences() == []


def test_r673_13_what_came_in_by_itself_is_filed_by_the_machine():
    play = declared().apply("A1", complete=False).machine().hand_in("plan").machine()
    assert play.state("A1") is ItemState.GRANTED
    assert play.last("DocumentIssued")
    assert play.differences() == []


def test_r673_13_the_machine_files_nothing_that_lacks_something():
    play = declared().apply("A1", complete=False)
    with pytest.raises(NotFiledYet):
        play.do(c.FileOnReceipt(item="A1"))


@pytest.mark.parametrize("key", ["industrial-simple", "technical-transformation"])
def test_r673_13_in_the_shipped_scenarios(key):
    scenario = shipped()[key].definition
    code = next(code for code in ("A01", "A01T") if code in scenario.item)
    play = Play(scenario).apply(code)
    assert play.state(code) is ItemState.GRANTED


@KINDS
@pytest.mark.parametrize(
    "command",
    [
        c.RefuseApplication(item="A1", reason="r", competent_authority="the city"),
        c.DeclareNotRequired(item="A1", reason="r"),
    ],
    ids=lambda command: command.act,
)
def test_be40_received_it_is_not_refused(kind, command):
    play = filing(kind)
    with pytest.raises(NeverDenied):
        play.do(command)
    assert command.act not in play.offered("A1", handler(PLANNING))


@KINDS
@pytest.mark.parametrize(
    "command",
    [
        c.DenyItem(item="A1", reason="r"),
        c.SuspendClock(item="A1", procedure=PROCEDURE, planned_days=5),
    ],
    ids=lambda command: command.act,
)
def test_be40_it_is_neither_denied_nor_held_up(kind, command):
    play = filing(kind).accept("A1")
    with pytest.raises(NeverDenied):
        play.do(command, head(PLANNING))
    assert command.act not in play.offered("A1", approver(PLANNING))
    play.approve("A1")
    assert play.state("A1") is ItemState.GRANTED


def test_be40_a_licence_is_denied_as_before():
    play = Play().apply("A1").accept("A1")
    play.do(c.DenyItem(item="A1", reason="r"))
    assert play.state("A1") is ItemState.DENIED


def test_eia16_three_items_for_three_classes():
    """Report book and report table are approved before works begin; a registration form is filed."""
    book, table, form = (catalogue().item[code] for code in ("A11B", "A11", "A11F"))
    assert [item.category for item in (book, table)] == [ItemCategory.LICENCE] * 2
    assert book.before_works
    assert table.before_works
    assert form.filed
    assert form.accept_on_submission


def test_eia22_2_a_registration_form_is_filed_on_receipt():
    item = catalogue().item["A11F"]
    play = declared(accept_on_submission=item.accept_on_submission).apply("A1")
    assert item.filed
    assert play.state("A1") is ItemState.GRANTED
    with pytest.raises(ActNotAllowed):
        play.do(c.DenyItem(item="A1", reason="r"), head(PLANNING))
