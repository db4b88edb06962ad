"""Day 31 does not depend on whose process was faster; what was handed in is told: D02 to D09."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ClockState, DeficiencyState, ItemState, VoidingState
from rules.cases.transitions import ActNotAllowed
from services.cases.audit import verify
from services.cases.watch.deadlines import watch
from services.enterprises.credit import record
from tests.support.ledger import FILE, Ledger
from tests.support.people import approver, handler, head
from tests.support.play import SIGNED
from tests.support.yard import DEFERRABLE, ENTERPRISE, LAND, PLANNING, asks, changed_item

BEIJING = ZoneInfo("Asia/Shanghai")
LAST = date(2026, 12, 14)
S, D = ItemState, DeficiencyState


def watched(ledger: Ledger, *days: date, hour: int = 0) -> None:
    for on in days:
        ledger.go_to(on)
        report = watch(ledger.database, datetime.combine(on, time(hour), BEIJING))
        assert report.failed == []


def granted(ledger: Ledger, *owed: str, item: str = "A2", project: str | None = None) -> str:
    """An item granted with deferred papers, and the enterprise reminded before their last day."""
    if project is None:
        project = ledger.register()
        ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    papers = {"plan", "survey", "insurance", "archive"} - set(owed)
    ledger.hand_in(project, *sorted(papers - set(ledger.facts(project).materials)))
    department = ledger.facts(project).items[item].department
    ledger.do(project, c.SubmitApplication(item=item, defer=owed, commitment=SIGNED))
    if ledger.facts(project).items[item].state is S.RECEIVED:
        ledger.do(project, c.AcceptApplication(item=item), handler(department))
    ledger.do(project, c.ApproveItem(item=item), approver(department))
    return project


def make_up(material: str, item: str = "A2") -> c.MakeUpMaterial:
    return c.MakeUpMaterial(item=item, material=material, file_name="a.pdf", sha256=FILE)


def back(item: str = "A2") -> c.VerifyMakeUp:
    return c.VerifyMakeUp(item=item, material="archive", correct=False, reason="wrong stamp")


def ledger_of(ledger: Ledger, project: str, item: str = "A2") -> dict[str, D]:
    rows = ledger.facts(project).deficiencies.values()
    return {owed.material: owed.state for owed in rows if owed.item == item and owed.round == 1}


@pytest.mark.parametrize("watch_first", [True, False], ids=["a", "b"])
@pytest.mark.parametrize("by_make_up", [True, False])
def test_d02_d03_day_31_does_not_depend_on_whose_process_was_faster(
    ledger, by_make_up, watch_first
):
    """(a) the watch at midnight, the paper at nine; (b) the paper at nine, verified, the watch at ten."""
    project = granted(ledger, "archive")
    watched(ledger, date(2026, 12, 8), LAST)
    if watch_first:
        watched(ledger, date(2026, 12, 15))
    ledger.go_to(date(2026, 12, 15))
    by_hand = c.SubmitMaterial(material="archive", file_name="a.pdf", sha256=FILE)
    ledger.do(project, make_up("archive") if by_make_up else by_hand)
    right = c.VerifyMakeUp(item="A2", material="archive", correct=True)
    with pytest.raises(ActNotAllowed):  # whatever comes now, it was voided
        ledger.do(project, right, handler(LAND))
    watched(ledger, date(2026, 12, 15), hour=10)
    assert ledger.facts(project).items["A2"].state is S.VOIDED
    assert ledger_of(ledger, project) == {"archive": D.HANDED_IN_LATE}
    [entry] = record(ledger.database, ENTERPRISE)
    assert (entry.item, entry.entered_on, entry.reason) == (
        "A2", date(2026, 12, 15), "not made good: archive"
    )  # fmt: skip
    # The authority may accept it, by an act of its own with a reason.
    ledger.do(project, c.ReinstateApproval(item="A2", reason="nobody was harmed"), head(LAND))
    assert ledger.facts(project).items["A2"].state is S.GRANTED
    assert verify(ledger.database).ok


def test_d02_the_next_phase_applied_for_a_day_late_lapsed_first(ledger):
    """The same of every last day of an applicant: what the watch would have done comes first."""
    project = ledger.register(phased=True)
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    for item, papers in (("A1", ()), ("A2", ("survey", "insurance", "archive")), ("B1", ())):
        for material in ({"A1": ("plan",), "A2": ("plan",), "B1": ("drawings",)}[item], papers):
            ledger.hand_in(project, *material)
        department = ledger.facts(project).items[item].department
        ledger.do(project, c.SubmitApplication(item=item))
        ledger.do(project, c.AcceptApplication(item=item), handler(department))
        ledger.do(project, c.ApproveItem(item=item), approver(department))
    promise = ledger.facts(project).clocks["B1", ClockKind.NEXT_PHASE, 1, ""]
    watched(ledger, promise.yellow_on, promise.due_on)
    ledger.go_to(date.fromordinal(promise.due_on.toordinal() + 1))
    ledger.do(project, c.SubmitApplication(item="B2"))
    kinds = "SELECT string_agg(kind, ' ' ORDER BY seq) FROM case_event WHERE project_id = 1"
    log = str(ledger.scalar(kinds)).split()
    assert log.index("PhaseLapsed") < log.index("NextPhaseApplied")
    assert verify(ledger.database).ok


def test_d05_the_ledger_tells_what_was_handed_in(ledger):
    project = granted(ledger, "archive", "insurance")
    watched(ledger, date(2026, 12, 8), LAST)
    ledger.do(project, make_up("archive"))
    watched(ledger, date(2026, 12, 15))
    assert ledger_of(ledger, project) == {"archive": D.UNVERIFIED, "insurance": D.EXPIRED}
    assert ledger.facts(project).items["A2"].state is S.VOIDED
    [entry] = record(ledger.database, ENTERPRISE)
    assert entry.reason == "not made good: insurance"
    # An appeal that is upheld leaves what came in time as it came.
    ledger.do(project, c.AppealVoiding(item="A2", reason="it was there"))
    upheld = c.DecideAppeal(item="A2", upheld=True, reason="it was")
    ledger.do(project, upheld, head(LAND))
    rows = ledger.facts(project).deficiencies
    again = {key[2]: row for key, row in rows.items() if key[1] == 2}
    assert (again["archive"].state, again["archive"].submitted_on) == (D.SUBMITTED, LAST)
    assert again["insurance"].state is D.OPEN
    assert verify(ledger.database).ok


def test_d06_nobody_falls_because_the_authority_took_fifteen_days(ledger):
    project = granted(ledger, "archive")
    watched(ledger, date(2026, 12, 8), LAST)
    ledger.do(project, make_up("archive"))
    facts = ledger.facts(project)
    limit = facts.clocks["A2", ClockKind.VERIFICATION, 1, "archive"]
    assert (limit.due_on, limit.state) == (date(2026, 12, 21), ClockState.RUNNING)
    # After its limit the department is warned, up to the supervision letter; the enterprise is not.
    watched(ledger, *(date(2026, 12, day) for day in range(15, 30)))
    letters = ledger.facts(project).supervision.values()
    assert [(task.clock, task.subject) for task in letters] == [("verification", "archive")]
    query = "SELECT count(*) FROM notice WHERE template = 'warning_red' AND audience = 'enterprise'"
    assert ledger.scalar(query) == 0
    ledger.go_to(date(2026, 12, 29))
    ledger.do(project, back(), handler(LAND))
    watched(ledger, date(2026, 12, 29), hour=12)
    owed = ledger.facts(project).deficiencies["A2", 1, "archive"]
    assert (owed.state, owed.due_on) == (D.OPEN, date(2027, 1, 6))
    told = "SELECT params ->> 'due_on' FROM notice WHERE template = 'make_up_returned'"
    assert ledger.scalar(told) == "2027-01-06"
    watched(ledger, date(2027, 1, 5), date(2027, 1, 6))
    assert ledger.facts(project).items["A2"].state is S.CONDITIONALLY_GRANTED
    watched(ledger, date(2027, 1, 7))
    assert ledger_of(ledger, project) == {"archive": D.EXPIRED}
    assert verify(ledger.database).ok


def test_d07_one_paper_is_one_broken_commitment(database_url):
    scenario = changed_item("A1", materials=(asks("plan"), asks("archive", DEFERRABLE)))
    ledger = Ledger(database_url, scenario)
    project = granted(ledger, "archive")
    granted(ledger, "archive", item="A1", project=project)
    watched(ledger, date(2026, 12, 8), LAST)
    ledger.do(project, make_up("archive"))
    watched(ledger, date(2026, 12, 19))
    ledger.do(project, back(), handler(LAND))
    watched(ledger, date(2026, 12, 19), hour=12)
    assert ledger_of(ledger, project, "A2") == {"archive": D.OPEN}
    assert ledger_of(ledger, project, "A1") == {"archive": D.SUBMITTED}
    ledger.do(project, back("A1"), handler(PLANNING))
    watched(ledger, *(date(2026, 12, day) for day in range(20, 32)))
    states = [ledger.facts(project).items[item].state for item in ("A1", "A2")]
    assert states == [S.VOIDED, S.VOIDED]
    assert len(record(ledger.database, ENTERPRISE)) == 1
    assert verify(ledger.database).ok
    ledger.close()


def test_d09_an_appeal_has_a_last_day_for_the_authority(ledger):
    project = granted(ledger, "archive")
    watched(ledger, date(2026, 12, 8), date(2026, 12, 15))
    assert ledger.facts(project).items["A2"].state is S.VOIDED
    voiding = ledger.facts(project).voidings["A2", 1]
    watched(ledger, voiding.appeal_until)
    ledger.do(project, c.AppealVoiding(item="A2", reason="it was there"))
    key = ("A2", ClockKind.APPEAL_DECISION, 1, "")
    clock = ledger.facts(project).clocks[key]
    assert (clock.started_on, clock.due_on) == (date(2027, 2, 15), date(2027, 4, 16))
    day = date(2027, 2, 15).toordinal()
    watched(ledger, *(date.fromordinal(day + n) for n in range(1, 72)))
    query = (
        "SELECT string_agg(DISTINCT template || ' ' || audience, ', ') FROM notice"
        " WHERE template LIKE 'warning%' AND params ->> 'clock' = 'appeal_decision'"
    )
    told = str(ledger.scalar(query))
    for rung in ("warning_yellow", "warning_red", "warning_head"):
        assert f"{rung} department_head:{LAND}" in told
        assert f"{rung} steward" in told
    assert "warning_supervision leader" in told
    ledger.do(project, c.DecideAppeal(item="A2", upheld=False, reason="it was not"), head(LAND))
    facts = ledger.facts(project)
    assert facts.voidings["A2", 1].state is VoidingState.DISMISSED
    assert key not in facts.clocks
    assert verify(ledger.database).ok
