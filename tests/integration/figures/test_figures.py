"""Figures on a played ledger, held against a count by hand over its log."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import NamedTuple

import pytest
from sqlalchemy import text

from cli.main import run
from models.cases import commands as c
from models.clock.values import ZONE
from models.people.actor import Actor
from rules.figures.catalogue import DEFINITIONS, FIGURES
from rules.figures.counting import Tally
from rules.figures.definition import Cut, FigureUnit, Span
from services.clock.working_calendar import working_calendar
from services.figures.query import figure_query, figures
from services.figures.verification import verify
from tests.support.ledger import Ledger, as_owner
from tests.support.people import ADMINISTRATOR, APPLICANT, CLERK, LEADER, STEWARD, handler, head
from tests.support.yard import HOUSING, LAND, PLANNING

PERIOD = Span(date(2026, 11, 1), date(2027, 1, 1), date(2026, 12, 31))
NOTICE = {"plan": "a page is missing (art. 32)"}
PROMISED, STATUTORY = 5, 20


def ask(ledger: Ledger, viewer: Actor | None = LEADER, cut: Cut | None = None, span: Span = PERIOD):
    cuts = () if cut is None else (cut,)
    return {v.figure.key: v for v in figures(ledger.database, viewer, DEFINITIONS, span, cuts)}


@pytest.fixture(scope="module")
def played(module_ledger: Ledger) -> Ledger:
    """At once; within the promise; late for the promise; late for the statute and denied; withdrawn; open."""
    ledger = module_ledger
    ledger.granted()
    within, late, later, withdrawn, open_ = (ledger.register() for _ in range(5))
    for project in (within, late, later, withdrawn, open_):
        ledger.hand_in(project, "plan")
        ledger.do(project, c.SubmitApplication(item="A1"))
    for project in (late, later):
        ledger.do(project, c.RequestCorrection(item="A1", materials=NOTICE))
    once_more = c.RequestCorrection(item="A1", materials=NOTICE, override="left out the first time")
    ledger.do(within, c.AcceptApplication(item="A1"))
    ledger.do(withdrawn, c.WithdrawApplication(item="A1", reason="another site"))
    ledger.go_to(date(2026, 11, 4))
    for project in (late, later):
        ledger.hand_in(project, "plan")
        ledger.do(project, c.SupplyCorrection(item="A1"))
        if project == later:
            ledger.do(project, once_more, head(PLANNING))
            ledger.hand_in(project, "plan")
            ledger.do(project, c.SupplyCorrection(item="A1"))
        ledger.do(project, c.AcceptApplication(item="A1"))
    ledger.do(within, c.ApproveItem(item="A1"))
    ledger.go_to(date(2026, 11, 20))
    ledger.do(late, c.ApproveItem(item="A1"))
    ledger.go_to(date(2026, 12, 10))
    ledger.do(later, c.DenyItem(item="A1", reason="not as planned"))
    return ledger


class Case(NamedTuple):
    """What the log says of an application of A1, read event by event."""

    received: date
    accepted: date | None
    decided: date | None
    notices: int


def cases(ledger: Ledger) -> list[Case]:
    with ledger.database.reading() as connection:
        rows = connection.execute(
            text("SELECT project_id, kind, at FROM case_event WHERE item = 'A1' ORDER BY 1, seq")
        ).all()
    projects: dict[int, dict[str, list[date]]] = {}
    for project, kind, at in rows:
        day = datetime.astimezone(at, ZONE).date()
        projects.setdefault(project, {}).setdefault(kind, []).append(day)
    return [
        Case(
            days["ApplicationSubmitted"][0],
            days.get("ApplicationAccepted", [None])[0],
            (days.get("ItemApproved") or days.get("ItemDenied") or [None])[0],
            len(days.get("CorrectionRequested", ())),
        )
        for days in projects.values()
        if "ApplicationSubmitted" in days
    ]


def by_hand(ledger: Ledger) -> dict[str, tuple[int, int]]:
    calendar, known = working_calendar(), cases(ledger)
    decided = [case for case in known if case.decided]
    took = [len(calendar.working_days(case.accepted, case.decided)) for case in decided]
    accepted = [case for case in known if case.accepted]
    told = [case for case in known if case.notices]
    at_once = [case for case in accepted if case.accepted == case.received and not case.notices]
    return {
        "on_time_rate": (sum(days <= PROMISED for days in took), len(took)),
        "on_time_rate_statutory": (sum(days <= STATUTORY for days in took), len(took)),
        "accepted_at_once_rate": (len(at_once), len(accepted)),
        "instant_share_cases": (sum(d.accepted == d.decided for d in decided), len(decided)),
        "one_time_notice_rate": (sum(case.notices == 1 for case in told), len(told)),
        "repeated_notice_rate": (sum(case.notices > 1 for case in told), len(told)),
        "counted_days": (sum(took), len(took)),
    }


def test_the_database_answers_what_a_count_by_hand_gives(played):
    answered = ask(played)
    counted = {k: (v.tally.numerator, v.tally.denominator) for k, v in answered.items()}
    assert {key: counted[key] for key in by_hand(played)} == by_hand(played)
    assert counted == {
        "on_time_rate": (2, 4),
        "on_time_rate_statutory": (3, 4),
        "accepted_at_once_rate": (2, 4),
        "instant_share_cases": (1, 4),
        "one_time_notice_rate": (1, 2),
        "repeated_notice_rate": (1, 2),
        "counted_days": (0 + 2 + 12 + 26, 4),
        "received": (6, 6),
        "accepted": (4, 4),
        "accepted_by_silence": (0, 0),
        "concluded": (4, 4),
        "not_accepted": (0, 0),
        "withdrawn": (1, 1),
        # The land bureau opened an examination of its own in each of three projects, and let it lie.
        "open_cases": (3, 3),
        "newly_overdue": (2 + 3, 2 + 3),
        "newly_overdue_statutory": (1, 1),
        "open_overdue": (3, 3),
        "open_overdue_statutory": (0, 0),
        "online_share": (0, 0),
        "instant_share_windows": (0, 0),
        "correction_per_case": (3, 6),
        "first_pass_rate": (2, 4),
        "rework": (0, 0),
        "deferral_share": (0, 3),
        "voided": (0, 0),
        "restored": (0, 0),
    }
    days = answered["counted_days"].tally
    assert (days.median, days.ninth_decile, days.mean) == (2, 26, "10.00")


def test_the_log_gives_the_same(played):
    assert all(result.equal for result in verify(played.database, DEFINITIONS, PERIOD))


def test_rows_that_the_log_does_not_give_are_a_fault(ledger, configured, capsys):
    configured.setattr("services.timing.now", lambda: ledger.now)
    ledger.granted()
    assert run(["figures", "verify"]) == 0
    with as_owner(ledger.url) as connection:
        connection.execute(text("UPDATE case_round SET instant = false"))
    capsys.readouterr()
    assert run(["figures", "verify"]) == 1
    assert "依日志计算  100 %  1/1" in capsys.readouterr().out
    with as_owner(ledger.url) as connection:
        connection.execute(text("DELETE FROM case_round"))
    assert run(["figures", "rebuild", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"projects": 1}
    assert run(["figures", "verify"]) == 0


@pytest.mark.parametrize("cut", Cut)
def test_the_parts_add_up(played, cut):
    for value in ask(played, cut=cut).values():
        if cut not in value.figure.cut_by:
            assert value.parts == ()
            continue
        assert value.parts or not value.tally.denominator
        for column in ("numerator", "denominator"):
            parts = sum(getattr(part.tally, column) for part in value.parts)
            assert parts == getattr(value.tally, column)


def test_months_are_those_of_the_decision(played):
    parts = ask(played, cut=Cut.MONTH)["on_time_rate"].parts
    assert [(part.key, part.tally) for part in parts] == [
        ("2026-11", Tally(2, 3)),
        ("2026-12", Tally(0, 1)),
    ]


def test_everybody_has_the_figures_of_what_they_see(played):
    of_all = {key: value.tally for key, value in ask(played).items()}
    for viewer in (ADMINISTRATOR, CLERK, STEWARD, APPLICANT):
        assert {key: value.tally for key, value in ask(played, viewer).items()} == of_all
    for viewer in (None, Actor("other", STEWARD.role), handler(HOUSING)):
        assert {value.tally.denominator for value in ask(played, viewer).values()} == {0}
    own = {v: ask(played, handler(v)) for v in (PLANNING, LAND)}
    for key, tally in of_all.items():
        assert sum(own[v][key].tally.denominator for v in own) == tally.denominator, key
    assert own[LAND]["open_overdue"].tally == of_all["open_overdue"]
    assert own[LAND]["on_time_rate"].tally.denominator == 0


def test_what_was_decided_later_was_not_known(played):
    as_of = Span(PERIOD.since, date(2026, 11, 11), date(2026, 11, 10))
    assert ask(played, span=as_of)["on_time_rate"].tally == Tally(2, 2)


#: Of the others an open round's clock has the last day, or all that stands is asked.
BY_DAY = [figure for figure in DEFINITIONS if not (figure.stock or figure.late)]


@pytest.mark.parametrize("figure", BY_DAY, ids=lambda figure: figure.key)
def test_its_day_is_looked_up_by_an_index(played, figure):
    statement, values = figure_query(LEADER, figure, PERIOD, (Cut.DEPARTMENT,))
    with played.database.engine.connect() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(connection.execute(text(f"EXPLAIN {statement}"), values).scalars())
    assert f"ix_case_round_{figure.moment.day.removesuffix('_on')}" in plan


def test_an_empty_ledger_has_no_values(ledger, configured, capsys):
    configured.setenv("KAIGONG_LANGUAGE", "en")
    assert run(["figures", "--json", "--cut", "month"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [figure["key"] for figure in document["figures"]] == list(FIGURES)
    for figure in document["figures"]:
        nothing = "0" if figure["unit"] == "case" else None
        assert (figure["value"], figure["numerator"], figure["denominator"]) == (nothing, "0", "0")
        assert figure["cuts"] == []
    assert run(["figures"]) == 0
    shares = [figure for figure in DEFINITIONS if figure.unit is not FigureUnit.CASE]
    assert capsys.readouterr().out.count("—  no rounds in this period") == len(shares)
    assert run(["figures", "verify"]) == 0


def test_the_command(played, monkeypatch, capsys):
    from config.settings import get_settings

    monkeypatch.setenv("KAIGONG_DATABASE_URL", played.url)
    monkeypatch.setattr("services.timing.now", lambda: played.now)
    get_settings.cache_clear()
    asked = ("--from", "2026-11-01", "--as-of", "2026-12-10")
    assert run(["figures", *asked, "--cut", "department", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["as_of"] == "2026-12-10"
    assert document["period"] == {"from": "2026-11-01", "to": "2026-12-11"}
    shown = {figure["key"]: figure for figure in document["figures"]}
    kept, days = shown["on_time_rate"], shown["counted_days"]
    numbers = {"value": "50.00", "numerator": "2", "denominator": "4"}
    assert kept == {
        "key": "on_time_rate",
        "name": "按时办结率（承诺）",
        "unit": "percent",
        **numbers,
        "cuts": [{"cut": "department", "key": PLANNING, "name": "planning bureau(中)", **numbers}],
    }
    assert (days["value"], days["mean"], days["unit"]) == ("2", "10.00", "working_day")
    two = ("--cut", "department", "--cut", "month", "--json")
    assert run(["figures", *asked, *two]) == 0
    shown = {figure["key"]: figure for figure in json.loads(capsys.readouterr().out)["figures"]}
    first, *_ = shown["on_time_rate"]["cuts"]
    assert (first["cut"], first["key"]) == (["department", "month"], [PLANNING, "2026-11"])
    assert run(["figures", *asked]) == 0
    assert "按时办结率（承诺）  50.00 %  2/4" in capsys.readouterr().out
    assert run(["figures", "verify", *asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    get_settings.cache_clear()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--from", "2026-11-01", "--to", "2026-11-01"], "--from"),
        (["--as-of", "2999-01-01"], "--as-of"),
        (["--to", "yesterday"], "--to"),
        (["show", "nothing"], "nothing"),
        (["--cut", "weather"], "weather"),
    ],
)
def test_a_wrong_call_is_one_sentence(arguments, named, capsys):
    assert run(["figures", *arguments]) == 2
    assert named in capsys.readouterr().err


def test_a_figure_says_what_it_is(capsys):
    assert run(["figures", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [figure["key"] for figure in listed] == list(FIGURES)
    assert run(["figures", "show", "counted_days", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert {"formula", "excludes", "source", "moment", "cuts"} <= shown.keys()
    assert run(["figures", "show", "counted_days"]) == 0
    assert "不计入：" in capsys.readouterr().out
