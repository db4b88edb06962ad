"""The grievance, pure: each refusal with its reason, and the cases of the pages that it was built from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from models.clock.values import ZONE
from models.errors import KaigongError, NotPermitted
from models.matters.commands import ActOnMatter, FileMatter
from models.matters.facts import MatterFacts
from models.people.actor import Actor, Role
from rules.cases.context import Context
from rules.installation.policy import Policy
from rules.matters.context import MatterContext
from rules.matters.decide import decide_matter, file_matter
from rules.matters.replay import differences, folded
from rules.matters.sight import offers
from services.clock.working_calendar import working_calendar
from services.matters.kind_files import shipped

KIND = shipped()["grievance"].definition
OFFICE, UNIT, OTHER = "business_environment_office", "market_regulation_bureau", "tax_bureau"
FILER = Actor("zhang", Role.APPLICANT, enterprise="91610000MA6TNBTX2K")
DISPATCHER = Actor("dispatcher", Role.HANDLER, OFFICE)
OFFICE_HEAD = Actor("office_head", Role.DEPARTMENT_HEAD, OFFICE)
OFFICER = Actor("officer", Role.HANDLER, UNIT)
HEAD = Actor("head", Role.DEPARTMENT_HEAD, UNIT)
OTHER_HEAD = Actor("other_head", Role.DEPARTMENT_HEAD, OTHER)
ANSWER = "供电企业今日已上门勘察，确认报装资料齐全，本周内完成通电。"


class Play:
    """A grievance that is played day by day."""

    def __init__(self, day: str, hour: int = 10, **values: Any) -> None:
        self.on(day, hour)
        given = {"title": "用电报装没有答复", "class": "complex", "category": "government_service"}
        given |= {"form": {"expectation": "尽快通电"}, "kind": "grievance"} | values
        outcome = file_matter(1, KIND, FileMatter(**given), self.context(FILER))
        self.facts, self.events = outcome.facts, list(outcome.events)

    def on(self, day: str, hour: int = 10) -> None:
        """Go on on a day."""
        on = date.fromisoformat(day)
        self.now = datetime(on.year, on.month, on.day, hour, tzinfo=ZONE)

    def context(self, actor: Actor) -> MatterContext:
        """What an act of somebody needs."""
        act = Context(actor, self.now, working_calendar(), Policy())
        people = {person.login: person for person in (OFFICER, OTHER_HEAD)}
        units = frozenset({OFFICE, UNIT, OTHER})
        return MatterContext(act, units=units, people=people, number="no 1")

    def do(self, act: str, actor: Actor, **form: Any) -> MatterFacts:
        """Do an act."""
        command = ActOnMatter(act=act, form=form)
        outcome = decide_matter(self.facts, command, self.context(actor))
        self.facts = outcome.facts
        self.events += outcome.events
        return self.facts

    def in_hand(self) -> Play:
        """Dispatched and signed in."""
        self.do("dispatch_matter", DISPATCHER, unit=UNIT)
        self.do("sign_in", OFFICER, handler="officer")
        return self

    def answered(self, result: str = "resolved", **form: Any) -> Play:
        """Answered as well."""
        self.in_hand().do("answer_matter", OFFICER, answer=ANSWER, result=result, **form)
        return self

    def due(self, clock: str = "handle") -> date | None:
        """The last day of a clock."""
        return self.facts.clock(clock).due_on


def refused(play: Play, act: str, actor: Actor, **form: Any) -> str:
    """Why an act is refused."""
    with pytest.raises(KaigongError) as refusal:
        play.do(act, actor, **form)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("filed", "class_", "due"),
    [
        ("2026-09-24", "complex", "2026-09-30"),
        ("2026-09-25", "complex", "2026-09-30"),
        ("2026-09-30", "complex", "2026-10-10"),
        ("2026-10-03", "complex", "2026-10-10"),
        ("2026-10-03", "general", "2026-10-08"),
        ("2026-09-18", "complex", "2026-09-22"),
        ("2026-09-19", "general", "2026-09-20"),
        ("2026-09-20", "general", "2026-09-20"),
        ("2026-09-12", "general", "2026-09-14"),
        ("2026-09-25", "general", "2026-09-28"),
        ("2026-02-12", "complex", "2026-02-24"),
        ("2026-02-13", "complex", "2026-02-25"),
        ("2026-02-14", "complex", "2026-02-26"),
        ("2026-02-15", "general", "2026-02-24"),
        ("2026-04-30", "complex", "2026-05-08"),
        ("2026-05-08", "complex", "2026-05-12"),
        ("2026-06-17", "complex", "2026-06-23"),
        ("2026-12-29", "complex", "2027-01-04"),
    ],
)
def test_limits_run_from_the_filing(filed: str, class_: str, due: str) -> None:
    play = Play(filed, **{"class": class_})
    assert play.due() == date.fromisoformat(due)
    assert play.facts.clock("handle").provisional is filed.startswith("2026-12-29")


def test_a_changed_class_is_counted_from_the_filing_and_once() -> None:
    play = Play("2026-09-24", 9, **{"class": "general"})
    play.on("2026-09-24", 15)
    play.do("classify_matter", DISPATCHER, **{"class": "complex", "reason": "涉及多个部门"})
    assert play.due() == date(2026, 9, 30)
    again = {"class": "project", "reason": "再次调整"}
    assert "changed once" in refused(play, "classify_matter", DISPATCHER, **again)


def test_waiting_for_the_filer_holds_working_days_alone() -> None:
    play = Play("2026-11-05").in_hand()
    play.on("2026-11-06")
    play.do("ask_filer", OFFICER, what="请补充申请编号")
    play.on("2026-11-09")
    play.do("supply_information", FILER, text="编号如下")
    assert play.due() == date(2026, 11, 11)
    assert "once in a round" in refused(play, "ask_filer", OFFICER, what="请再补充材料")


def test_no_orders_circle() -> None:
    play = Play("2026-11-02")
    play.do("dispatch_matter", DISPATCHER, unit=UNIT)
    given = {"reason": "本单位无此项职责，应由税务部门办理", "basis": "职责清单第三条"}
    play.on("2026-11-03")
    play.do("return_dispatch", HEAD, suggested_unit=OTHER, **given)
    assert "just returned" in refused(play, "dispatch_matter", DISPATCHER, unit=UNIT)
    play.do("dispatch_matter", DISPATCHER, unit=OTHER)
    play.on("2026-11-04")
    play.do("return_dispatch", OTHER_HEAD, suggested_unit=UNIT, **given)
    assert "returned twice" in refused(play, "dispatch_matter", DISPATCHER, unit=UNIT)
    play.do("force_dispatch", OFFICE_HEAD, unit=UNIT, ground="协调会纪要")
    assert "assigned" in refused(play, "return_dispatch", HEAD, suggested_unit=OTHER, **given)
    assert play.due() == date(2026, 11, 5)


def test_a_return_comes_within_its_day_and_with_its_basis() -> None:
    play = Play("2026-09-24")
    play.do("dispatch_matter", DISPATCHER, unit=UNIT)
    given = {"reason": "本单位无此项职责，应由税务部门办理", "suggested_unit": OTHER}
    assert "basis" in refused(play, "return_dispatch", HEAD, **given)
    play.on("2026-09-29")
    late = refused(play, "return_dispatch", HEAD, basis="职责清单", **given)
    assert "responsible" in late


def test_closing_lists_every_guard_that_is_open() -> None:
    play = Play("2026-11-02").answered()
    reasons = refused(play, "close_out", DISPATCHER, cause="papers")
    assert "call-back" in reasons
    assert "evaluated" in reasons
    assert "answered" not in reasons


def test_who_answered_does_not_call_back() -> None:
    play = Play("2026-11-02").answered()
    with pytest.raises(NotPermitted):
        play.do("call_back", OFFICER, outcome="confirmed", notes="企业认可")


def test_unreachable_takes_three_attempts_on_two_days_and_silence_closes_later() -> None:
    play = Play("2026-11-02").answered()
    note = {"notes": "无人接听"}
    assert "three attempts" in refused(play, "call_back", DISPATCHER, outcome="unreachable", **note)
    for day in ("2026-11-02", "2026-11-02", "2026-11-03"):
        play.on(day)
        play.do("call_back", DISPATCHER, outcome="no_answer", **note)
    play.do("call_back", DISPATCHER, outcome="unreachable", **note)
    assert "evaluated" in refused(play, "close_out", DISPATCHER, cause="papers")
    play.on("2026-11-10")
    assert play.do("close_out", DISPATCHER, cause="papers").row.state == "closed"
    assert not play.facts.recorded("evaluation")


def test_a_dispute_begins_a_round_with_a_clock_of_its_own() -> None:
    play = Play("2026-11-02").answered()
    play.on("2026-11-04")
    play.do("call_back", DISPATCHER, outcome="disputed", notes="问题仍未解决")
    assert (play.facts.row.round, play.facts.row.state) == (2, "handling")
    assert play.due() == date(2026, 11, 9)
    assert "not answered" in refused_at_close(play)


def refused_at_close(play: Play) -> str:
    """Why a matter in hand is not closed, asked of the guards alone."""
    answered = replace(play.facts, row=replace(play.facts.row, state="answered"))
    play.facts = answered
    return refused(play, "close_out", DISPATCHER, cause="papers")


def test_it_is_reopened_once_and_round_one_stays_as_it_was() -> None:
    play = Play("2026-11-02").answered()
    play.on("2026-11-04")
    play.do("call_back", DISPATCHER, outcome="confirmed", notes="企业认可")
    play.do("evaluate", FILER, score=5)
    play.on("2026-11-06")
    play.do("close_out", DISPATCHER, cause="papers")
    assert play.due("reopening") == date(2026, 11, 23)
    play.on("2026-11-16")
    play.do("reopen_matter", FILER, reason="问题再次出现")
    assert (play.due(), play.facts.row.close_out_number) == (date(2026, 11, 19), None)
    first = play.facts.clocks["handle", 1, ""]
    assert (first.due_on, first.stopped_on) == (date(2026, 11, 5), date(2026, 11, 2))


def test_what_only_explains_is_signed_by_the_head() -> None:
    play = Play("2026-11-02").answered("explained", article="某条例第三条")
    play.do("call_back", DISPATCHER, outcome="confirmed", notes="企业理解")
    play.do("evaluate", FILER, score=3)
    assert "signed by the head" in refused(play, "close_out", DISPATCHER, cause="law")
    play.do("sign_answer", HEAD, view="同意")
    assert play.do("close_out", DISPATCHER, cause="law").row.result == "explained"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"category": "nothing"}, "category"),
        ({"category": "other"}, "why_other"),
        ({"form": {"expectation": "尽快通电", "phone": "12345"}}, "telephone"),
        ({"form": {}}, "expectation"),
        ({"form": {"expectation": "尽快通电", "amount": 3}}, "amount"),
        ({"identity": "anonymous"}, "signed in"),
        ({"class": "urgent"}, "urgent"),
    ],
)
def test_bad_filings_are_refused_by_name(values: dict[str, Any], reason: str) -> None:
    with pytest.raises(KaigongError, match=reason):
        Play("2026-11-02", **values)


def test_nobody_is_offered_what_the_guards_refuse() -> None:
    play = Play("2026-11-02").answered()
    by_act = {offer.act: offer for offer in offers(play.facts, play.context(DISPATCHER))}
    assert by_act["call_back"].possible
    assert not by_act["close_out"].possible
    assert "evaluate" not in by_act


def test_the_fold_of_the_events_is_the_matter() -> None:
    play = Play("2026-11-02").answered()
    play.on("2026-11-04")
    play.do("call_back", DISPATCHER, outcome="disputed", notes="问题仍未解决")
    assert list(differences(play.facts, folded(play.events), play.context(DISPATCHER))) == []
