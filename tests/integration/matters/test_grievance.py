"""A grievance from filing to its close-out number, through the services, on a real database."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import text

from models.clock.values import ZONE
from models.errors import Conflict, NotFound
from services.matters.audit import verify_everything
from services.matters.store import load_matter
from services.unit_of_work import Database
from tests.integration.matters.desk import (
    DISPATCHER,
    FILER,
    HEAD,
    OFFICER,
    OTHER_HEAD,
    UNIT,
    Desk,
    grievance,
)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, datetime(2026, 9, 24, 10, tzinfo=ZONE))


def on(desk: Desk, day: str) -> None:
    desk.now = datetime.combine(date.fromisoformat(day), desk.now.time(), ZONE)


def test_a_grievance_goes_the_whole_way(desk: Desk) -> None:
    receipt = desk.file(key="one", **grievance())
    assert receipt.number == "西咸诉〔2026〕00001号"
    with desk.database.reading() as connection:
        stored = load_matter(connection, receipt.number)
    assert stored.facts.running("handle").due_on == date(2026, 9, 30)  # 25–27 September off
    number = receipt.number
    desk.do(number, "dispatch_matter", DISPATCHER, unit=UNIT)
    desk.do(number, "sign_in", OFFICER, handler="officer")
    desk.do(number, "contact_filer", OFFICER, how="phone", outcome="已联系")
    on(desk, "2026-09-28")
    answer = "供电企业已于今日上门勘察，九月三十日前通电。"
    desk.do(number, "answer_matter", OFFICER, answer=answer, result="resolved")
    on(desk, "2026-09-29")
    desk.do(number, "call_back", DISPATCHER, outcome="confirmed", notes="企业认可")
    desk.do(number, "evaluate", FILER, score=5)
    closed = desk.do(number, "close_out", DISPATCHER, cause="between_departments")
    assert closed.state == "closed"
    with desk.database.reading() as connection:
        row = load_matter(connection, number).facts.row
    assert (row.close_out_number, row.result) == ("西咸诉销〔2026〕00001号", "resolved")


def test_log_and_rows_agree_and_a_change_is_found(desk: Desk) -> None:
    number = desk.file(**grievance()).number
    desk.do(number, "dispatch_matter", DISPATCHER, unit=UNIT)
    desk.do(number, "sign_in", OFFICER, handler="officer")
    desk.do(number, "ask_filer", OFFICER, what="请补充报装申请编号")
    report = verify_everything(desk.database)
    assert (report.ok, report.matters, report.events) == (True, 1, 4), report.broken
    with desk.database.transaction() as connection:
        connection.execute(text("UPDATE matter SET unit = 'tax_bureau'"))
        connection.execute(
            text("UPDATE matter_clock SET due_on = due_on + 1 WHERE kind = 'supply'")
        )
    faults = verify_everything(desk.database).broken
    assert {(fault.params["part"], fault.params["name"]) for fault in faults} == {
        ("matter", "unit"),
        ("clock", "due_on"),
    }


def test_the_same_request_twice_is_one_matter_and_one_act(desk: Desk) -> None:
    first = desk.file(key="one", **grievance())
    again = desk.file(key="one", **grievance())
    assert (again.number, again.repeated) == (first.number, True)
    with pytest.raises(Conflict):
        desk.file(key="one", **grievance(title="另一件事"))
    done = desk.do(first.number, "dispatch_matter", DISPATCHER, key="two", unit=UNIT)
    repeated = desk.do(first.number, "dispatch_matter", DISPATCHER, key="two", unit=UNIT)
    assert (repeated.version, repeated.repeated) == (done.version, True)


def test_a_refusal_uses_no_number(desk: Desk) -> None:
    with pytest.raises(Exception, match="category"):
        desk.file(**grievance(category="nothing"))
    assert desk.file(**grievance()).number == "西咸诉〔2026〕00001号"
    assert desk.file(**grievance()).number == "西咸诉〔2026〕00002号"


def test_what_is_not_theirs_is_not_there(desk: Desk) -> None:
    number = desk.file(**grievance()).number
    with pytest.raises(NotFound):
        desk.do(number, "sign_in", OTHER_HEAD, handler="officer")
    with desk.database.reading() as connection, pytest.raises(NotFound):
        load_matter(connection, number, HEAD)


def test_the_log_is_append_only(desk: Desk) -> None:
    desk.file(**grievance())
    with pytest.raises(Exception, match="refused"), desk.database.transaction() as connection:
        connection.execute(text("UPDATE matter_event SET actor = 'nobody'"))
