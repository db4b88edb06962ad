"""承诺即批: granted on the signed commitment at once, in the name of who published the list."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases import commands as c
from models.cases.commitment import COMMITMENTS, CheckState
from models.cases.states import ClockKind, ItemState
from models.people.actor import SYSTEM
from rules.cases.acts.aftermath.at_once import NoListPublished, NotOnCommitment
from rules.documents import certificate_face, procedure_face
from services.documents.register import document_register
from services.scenarios.scenario_files import catalogue, shipped
from tests.support.people import approver, handler, head
from tests.support.play import Play
from tests.support.states import LIST, on_a_list
from tests.support.yard import HOUSING, changed_item

GRANT = c.GrantOnCommitment(item="B0")


def granted() -> Play:
    play = on_a_list().play
    play.do(GRANT, SYSTEM)
    return play


def test_it_is_granted_by_the_system_in_the_name_of_the_officer():
    play = granted()
    item = play.item("B0")
    assert (item.state, item.accepted_on, item.decided_on) == (
        ItemState.GRANTED,
        play.today,
        play.today,
    )
    assert item.handler == handler(HOUSING).login
    said = play.last("GrantedOnCommitment")
    assert (said["officer"], said["list"]) == (LIST.officer, LIST.number)
    assert play.told("granted_on_commitment") == ["enterprise", f"handler:{item.handler}"]
    assert play.differences() == []


def test_the_check_has_its_day_and_stands_on_the_faces():
    play = granted()
    due_on = play.clock("B0", ClockKind.COMMITMENT_CHECK).due_on
    assert due_on == date(2027, 1, 4)  # two months end on a Saturday
    kept = {"check_due": due_on.isoformat(), "list": LIST.number, "officer": LIST.officer_name}
    context = play.context(SYSTEM)
    register = document_register()
    assert certificate_face(play.facts, "B0", register, context)["commitment"] == kept
    decision = procedure_face(play.facts, GRANT, "grant_decision", register, context)
    assert decision["commitment"] == kept


def test_it_is_checked_and_revoked_like_any_commitment():
    play = granted()
    check = c.RecordCommitmentCheck(item="B0", kept=False, finding="there is no such pledge")
    play.do(check, handler(HOUSING))
    told = {"ground": "false_commitment", "facts": "f", "evidence": "e"}
    play.do(c.AnnounceRevocation(item="B0", **told), approver(HOUSING))
    play.wait(6)
    play.do(
        c.AssessCommitment(item="B0", outcome="revoke_proposed", reason="untrue"), approver(HOUSING)
    )
    play.do(c.RevokeLicence(item="B0", revoked=True, reason="untrue"), head(HOUSING))
    assert play.state("B0") is ItemState.REVOKED
    assert play.facts.of(COMMITMENTS)["B0", 1].state is CheckState.REVOKED
    assert play.differences() == []


def test_without_a_list_it_is_examined_as_usual():
    play = on_a_list().play
    play.lists = None
    with pytest.raises(NoListPublished):
        play.do(GRANT, SYSTEM)
    play.accept("B0").approve("B0")


def test_what_lacks_something_is_examined_as_usual():
    play = Play(changed_item("B0", grant_on_commitment=True)).conclude("E0", "A1", "A2")
    play.lists = LIST
    play.apply("B0", complete=False)
    with pytest.raises(NotOnCommitment):
        play.do(GRANT, SYSTEM)


def test_the_catalogue_has_one():
    item = catalogue().item["A13T"]
    assert item.grant_on_commitment
    assert "A13T" in shipped()["industrial-simple"].definition.item
