"""The audit: a whole ledger passes, and whatever was altered is found and named."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.errors import NotFound
from models.people.actor import SYSTEM
from models.scenarios.definition import SpecialProcedure
from services.cases.audit import AuditReport, verify
from services.cases.audit.faults import EndCutOff, EventAltered, EventMissing, RowDiffers
from services.cases.lifecycle import advance_stage
from services.cases.watch.deadlines import watch
from tests.support.ledger import FILE, Ledger
from tests.support.people import head
from tests.support.play import SIGNED
from tests.support.yard import PLANNING


def eventful(ledger: Ledger) -> str:
    """A project to which nearly everything happened."""
    do, hand_in = ledger.do, ledger.hand_in
    project = ledger.register()
    identity = ledger.facts(project).id
    advance_stage(ledger.database, identity, "land", ledger.now)
    do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    hand_in(project, "plan")
    do(project, c.SubmitApplication(item="A1"))
    do(project, c.RequestCorrection(item="A1", materials={"plan": "a page is missing (art. 32)"}))
    hand_in(project, "plan")
    do(project, c.SupplyCorrection(item="A1"))
    do(project, c.AcceptApplication(item="A1"))
    procedure = SpecialProcedure.EXPERT_REVIEW
    do(project, c.SuspendClock(item="A1", procedure=procedure, planned_days=3))
    ledger.go_to(date(2026, 11, 6))
    do(project, c.ResumeClock(item="A1", result="they agree"))
    do(project, c.ExtendLimit(item="A1", reason="complicated"), head(PLANNING))
    do(project, c.SubmitApplication(item="A2", defer=("archive", "survey"), commitment=SIGNED))
    ledger.go_to(date(2026, 11, 20))
    watch(ledger.database, ledger.now)  # warnings, and silence accepts the incomplete A2
    hand_in(project, "insurance")
    do(project, c.IssuePreliminaryOpinion(item="A2"))
    do(project, c.ApproveItem(item="A1"))
    advance_stage(ledger.database, identity, "land", ledger.now)
    do(project, c.RecordDelivery(item="A1"))
    made = c.MakeUpMaterial(item="A2", material="survey", file_name="s.pdf", sha256=FILE)
    do(project, made)
    do(project, c.VerifyMakeUp(item="A2", material="survey", correct=False, reason="blurred"))
    # Nobody was reminded meanwhile: the reminder comes first, and then the opinion is voided.
    for day in (date(2027, 1, 20), date(2027, 2, 1)):
        ledger.go_to(day)
        watch(ledger.database, ledger.now)
    advance_stage(ledger.database, identity, "land", ledger.now)  # begins its second round
    return project


def alter(ledger: Ledger, statement: str, **values: object) -> None:
    """What somebody with the keys of the database could do."""
    with ledger.database.transaction() as connection:
        connection.execute(text("ALTER TABLE case_event DISABLE TRIGGER ALL"))
        connection.execute(text(statement), values)
        connection.execute(text("ALTER TABLE case_event ENABLE TRIGGER ALL"))


def fault(report: AuditReport) -> str:
    assert not report.ok
    assert report.first_broken is not None
    return report.first_broken.sentence()


def test_an_empty_ledger_is_whole(ledger):
    report = verify(ledger.database)
    assert (report.ok, report.events, report.projects, report.first_broken) == (True, 0, 0, None)


def test_a_whole_ledger_passes_and_every_event_is_counted(ledger):
    projects = [eventful(ledger), ledger.granted(), ledger.register(phased=True)]
    report = verify(ledger.database)
    assert report.first_broken is None, fault(report)
    assert report.projects == 3
    assert report.events == ledger.count("case_event")
    kinds = ledger.scalar("SELECT array_agg(DISTINCT kind) FROM case_event")
    for kind in ("WarningGiven", "ApplicationDeemedAccepted", "ApprovalVoided", "RoundStarted"):
        assert kind in kinds
    one = verify(ledger.database, projects[1])
    assert one.ok
    assert 0 < one.events < report.events


def test_a_project_that_is_not_there(ledger):
    with pytest.raises(NotFound):
        verify(ledger.database, "2611-611102-04-01-999999")


@pytest.mark.parametrize(
    "change",
    [
        "data = replace(data::text, 'granted', 'denied')::json",
        "data = (data::text || ' ')::json",
        "kind = 'ItemDenied'",
        "item = 'A2'",
        "actor = 'somebody'",
        "role = 'leader'",
        "at = at + interval '1 second'",
        "command_key = 'other'",
        "hash = sha256('other')",
    ],
)
def test_one_altered_event_is_found(ledger, change):
    whole, altered = ledger.granted(), ledger.granted()
    alter(
        ledger,
        f"UPDATE case_event SET {change} WHERE kind = 'ItemApproved' AND project_id ="
        " (SELECT id FROM project WHERE code = :code)",
        code=altered,
    )
    report = verify(ledger.database)
    sentence = fault(report)
    assert isinstance(report.first_broken, EventAltered)
    assert altered in sentence
    assert f"event {report.first_broken.seq} " in sentence
    assert verify(ledger.database, whole).ok
    assert {found.params["project"] for found in report.broken} == {altered}


def test_a_missing_event_is_found(ledger):
    project = ledger.granted()
    alter(ledger, "DELETE FROM case_event WHERE seq = 3")
    report = verify(ledger.database)
    assert isinstance(report.first_broken, EventMissing)
    assert report.first_broken.seq == 3
    assert project in fault(report)


def test_a_log_that_was_cut_off_is_found(ledger):
    ledger.granted()
    alter(ledger, "DELETE FROM case_event WHERE seq = (SELECT max(seq) FROM case_event)")
    assert isinstance(verify(ledger.database).first_broken, EndCutOff)


def test_an_event_put_in_again_with_a_fitting_chain_is_found_by_the_head(ledger):
    """Whoever rewrites the last event and its hash still contradicts what the project remembers."""
    ledger.granted()
    last = "(SELECT max(seq) FROM case_event)"
    alter(ledger, f"UPDATE case_event SET hash = sha256('x') WHERE seq = {last}")
    assert not verify(ledger.database).ok


@pytest.mark.parametrize(
    ("change", "part", "name"),
    [
        ("UPDATE item SET state = 'granted' WHERE code = 'A2'", "item A2", "state"),
        ("UPDATE item SET round = 2 WHERE code = 'A1'", "item A1", "round"),
        ("UPDATE item SET decided_on = '2026-01-05' WHERE code = 'A1'", "item A1", "decided_on"),
        ("UPDATE item SET handler = 'somebody' WHERE code = 'A1'", "item A1", "handler"),
        ("DELETE FROM item WHERE code = 'B0'", "item B0", "row"),
        (
            "UPDATE clock SET due_on = '2030-01-01' WHERE kind = 'delivery'",
            "clock A1/delivery/1/",
            "due_on",
        ),
        (
            "UPDATE clock SET history = '[]', started_on = NULL WHERE kind = 'delivery'",
            "clock A1/delivery/1/",
            "history",
        ),
        ("DELETE FROM clock WHERE kind = 'delivery'", "clock A1/delivery/1/", "row"),
        (
            f"UPDATE material SET sha256 = '{'c' * 64}' WHERE key = 'plan'",
            "material plan",
            "sha256",
        ),
        ("UPDATE project SET steward = 'idle'", "project", "steward"),
        ("UPDATE project SET title = 'another'", "project", "title"),
        ("UPDATE project SET version = version + 1", "project", "version"),
        ("UPDATE stage SET opened_on = '2026-01-05' WHERE key = 'land'", "stage land", "opened_on"),
        (
            "INSERT INTO deficiency SELECT id, 'A1', 1, 'plan', 'cured' FROM project",
            "deficiency A1/1/plan",
            "row",
        ),
    ],
)
def test_a_row_that_its_events_do_not_tell_is_found(ledger, change, part, name):
    project = ledger.granted()
    assert verify(ledger.database).ok
    with ledger.database.transaction() as connection:
        connection.execute(text(change))
    report = verify(ledger.database)
    assert isinstance(report.first_broken, RowDiffers)
    sentence = fault(report)
    assert project in sentence
    assert part in sentence
    assert name in sentence


def test_rows_that_no_act_would_read_are_found(ledger):
    """An act looks only into the tables that its project says hold something of it."""
    eventful(ledger)
    with ledger.database.transaction() as connection:
        assert connection.execute(text("SELECT parts FROM project")).scalar_one()
        connection.execute(text("UPDATE project SET parts = '{}'"))
    assert "parts is []" in fault(verify(ledger.database))


def test_work_that_goes_on_meanwhile_disturbs_nothing(ledger, monkeypatch):
    """The walk sees one moment: acts that are committed while it reads are not in it."""
    project = ledger.granted()
    real = __import__("services.cases.audit.rows", fromlist=["load"]).load

    def load_and_act(connection, identity, **more):
        ledger.do(project, c.IssueDocument(item="A1"), SYSTEM)
        monkeypatch.setattr("services.cases.audit.rows.load", real)
        return real(connection, identity, **more)

    monkeypatch.setattr("services.cases.audit.rows.load", load_and_act)
    before = ledger.count("case_event")
    report = verify(ledger.database)
    assert (report.ok, report.events) == (True, before)
    assert ledger.count("case_event") > before


def test_a_new_holiday_notice_moves_no_row_by_itself(ledger, monkeypatch):
    """The last day that the log tells stays right until the rows follow the new calendar."""
    from rules.clock.calendar import WorkingCalendar
    from services.clock.working_calendar import working_calendar
    from services.installation.policy import context_for

    ledger.granted()
    known = working_calendar()
    other = WorkingCalendar(
        [], lambda year: ({date(year, 11, day): "feast" for day in range(3, 20)}, ()), "feasts"
    )
    assert other != known
    monkeypatch.setattr("services.installation.policy.working_calendar", lambda: other)
    assert context_for(SYSTEM, ledger.now).calendar == other
    assert verify(ledger.database).ok
