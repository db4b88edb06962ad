"""``kaigong clock``: its JSON, its exit codes, its sentences; and the texts of the clock."""

from __future__ import annotations

import json

import pytest

import rules.clock.appending
import rules.clock.calendar
import rules.clock.calendar_notice
import rules.clock.projection
import rules.clock.spans
from cli.main import run
from config.settings import get_settings
from config.texts import Word, catalogue, entry_of
from models.errors import KaigongError
from models.scenarios.definition import SpecialProcedure
from rules.clock import explanation


@pytest.fixture
def kaigong(capsys):
    def call(*arguments):
        code = run(["clock", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def deadline(kaigong, *arguments):
    code, out, err = kaigong("deadline", *arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_deadline_as_json(kaigong):
    found = deadline(
        kaigong, "--start", "2026-11-02", "--length", "10", "--suspend", "2026-11-05:2026-11-12"
    )
    assert found["due_on"] == "2026-11-23"
    assert found["provisional"] is False
    assert found["counted_days"] == 10
    assert found["days"][0] == {
        "date": "2026-11-02",
        "counted": False,
        "reason": "起算当日不计入",
        "code": "first_day",
        "provisional": False,
    }
    assert sum(day["counted"] for day in found["days"]) == 10
    assert found["days"][-1]["date"] == "2026-11-23"


def test_the_district_chooses_how_a_suspension_is_counted(kaigong, tmp_path, monkeypatch):
    monkeypatch.setenv("KAIGONG_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    (tmp_path / "policy.yaml").write_text("suspension: {start_counts: false}\n")
    found = deadline(
        kaigong, "--start", "2026-11-02", "--length", "10", "--suspend", "2026-11-05:2026-11-12"
    )
    monkeypatch.undo()
    get_settings.cache_clear()
    assert found["due_on"] == "2026-11-24"
    assert [day["counted"] for day in found["days"] if day["date"] == "2026-11-05"] == [False]


@pytest.mark.parametrize(
    ("arguments", "due"),
    [
        (["--start", "2026-02-13", "--length", "5"], "2026-02-27"),
        (["--start", "2026-02-13", "--length", "5", "--mode", "notice"], "2026-02-26"),
        (["--start", "2026-11-02", "--length", "5", "--unit", "natural_day"], "2026-11-09"),
        (["--start", "2026-01-31", "--length", "1", "--unit", "month"], "2026-02-28"),
        (["--start", "2026-11-02", "--length", "10", "--extend", "5"], "2026-11-23"),
        (
            ["--start", "2026-11-02", "--length", "5", "--extend", "3", "--extend", "2"],
            "2026-11-16",
        ),
        (["--start", "2026-11-16", "--length", "0"], "2026-11-16"),
    ],
)
def test_deadlines(kaigong, arguments, due):
    assert deadline(kaigong, *arguments)["due_on"] == due


def test_several_overlapping_suspensions(kaigong):
    spans = ["2026-11-10:2026-11-13", "2026-11-05:2026-11-12", "2026-11-13:2026-11-13"]
    arguments = [word for span in spans for word in ("--suspend", span)]
    found = deadline(kaigong, "--start", "2026-11-02", "--length", "10", *arguments)
    assert found["due_on"] == "2026-11-24"


def test_an_open_suspension_has_no_due_date_yet(kaigong):
    arguments = ["--start", "2026-11-02", "--length", "10", "--suspend", "2026-11-05:"]
    found = deadline(kaigong, *arguments)
    assert (found["due_on"], found["suspended"], found["counted_days"]) == (None, True, 3)
    code, out, _ = kaigong("deadline", *arguments)
    assert (code, "已计 3 日后中止" in out) == (0, True)


def test_a_year_without_notice_is_provisional(kaigong):
    found = deadline(kaigong, "--start", "2026-12-30", "--length", "3")
    assert found["provisional"] is True
    assert found["days"][-1]["provisional"] is True
    assert "暂定" in found["days"][-1]["reason"]
    code, out, _ = kaigong("deadline", "--start", "2026-12-30", "--length", "3")
    assert (code, "暂定" in out) == (0, True)


def test_deadline_for_people(kaigong):
    code, out, err = kaigong("deadline", "--start", "2026-02-13", "--length", "5")
    assert (code, err) == (0, "")
    assert "调休上班（春节）" in out
    assert "届满日：2026-02-27（周五），计 5 日。" in out


def test_working_days(kaigong):
    code, out, _ = kaigong("working-days", "--from", "2026-02-13", "--to", "2026-02-28", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["working_days"] == len(found["days"]) == 6
    assert found["days"][0] == "2026-02-14"
    assert found["provisional"] is False
    code, out, _ = kaigong("working-days", "--from", "2024-12-31", "--to", "2025-12-31")
    assert (code, out.splitlines()[-1]) == (0, "共 248 个工作日")
    code, out, _ = kaigong("working-days", "--from", "2025-12-31", "--to", "2026-12-31", "--json")
    found = json.loads(out)
    # The last days wait for the notice of 2027.
    assert (code, found["working_days"], found["provisional"]) == (0, 248, True)
    code, out, _ = kaigong("working-days", "--from", "2026-12-31", "--to", "2027-01-04")
    assert (code, "暂定" in out) == (0, True)
    code, out, _ = kaigong("working-days", "--from", "2026-11-20", "--to", "2026-11-20", "--json")
    assert json.loads(out)["working_days"] == 0


GOOD = ["deadline", "--start", "2026-11-02", "--length", "10"]


@pytest.mark.parametrize(
    ("arguments", "field", "value"),
    [
        (["deadline", "--length", "10"], "--start", ""),
        (["deadline", "--start", "2026-11-02"], "--length", ""),
        (["deadline", "--start", "", "--length", "1"], "--start", "—"),
        (["deadline", "--start", "20261102", "--length", "1"], "--start", "20261102"),
        (["deadline", "--start", "2026-W45-1", "--length", "1"], "--start", "2026-W45-1"),
        (["deadline", "--start", "2026-02-29", "--length", "1"], "--start", "2026-02-29"),
        (["deadline", "--start", "２０２６-11-02", "--length", "1"], "--start", "２０２６-11-02"),
        (["deadline", "--start", "2026-11-02", "--length", "ten"], "--length", "ten"),
        (["deadline", "--start", "2026-11-02", "--length", "-1"], "--length", "-1"),
        (["deadline", "--start", "2026-11-02", "--length", "1.5"], "--length", "1.5"),
        (["deadline", "--start", "2026-11-02", "--length", "9" * 30], "--length", "999"),
        (["deadline", "--start", "2026-11-02", "--length", "999999999"], "", "2099-12-31"),
        (["deadline", "--start", "1999-11-02", "--length", "1"], "", "2001-01-01"),
        ([*GOOD, "--unit", "week"], "--unit", "week"),
        ([*GOOD, "--mode", "x"], "--mode", "x"),
        ([*GOOD, "--extend", "x"], "--extend", "x"),
        ([*GOOD, "--suspend", "2026-11-05"], "--suspend", "2026-11-05"),
        ([*GOOD, "--suspend", ":"], "--suspend", "—"),
        ([*GOOD, "--suspend", "2026-11-05:x"], "--suspend", "x"),
        ([*GOOD, "--suspend", "2026-11-05:2026-11-04"], "--suspend", "2026-11-05:2026-11-04"),
        ([*GOOD, "--suspend", "2026-11-01:2026-11-04"], "--suspend", "2026-11-01:2026-11-04"),
        ([*GOOD, "--unit", "month", "--length", "999999999"], "", "2099-12-31"),
        ([*GOOD, "--unit", "natural_day", "--length", "999999999"], "", "2099-12-31"),
        (["working-days", "--from", "2026-11-02"], "--to", ""),
        (["working-days", "--from", "x", "--to", "2026-11-02"], "--from", "x"),
        (["working-days", "--from", "2026-11-03", "--to", "2026-11-02"], "--to", "2026-11-02"),
        (["working-days", "--from", "2026-11-03", "--to", "2199-11-02"], "", "2099-12-31"),
        ([*GOOD, "--nonsense"], "--nonsense", ""),
        (["nonsense"], "nonsense", ""),
    ],
)
def test_wrong_calls_are_one_sentence(kaigong, arguments, field, value):
    code, out, err = kaigong(*arguments)
    assert (code, out) == (2, "")
    assert err.strip()
    assert len(err.strip().splitlines()) == 1
    assert field in err
    assert value in err
    assert "Traceback" not in err


MODULES = (
    rules.clock.calendar,
    rules.clock.calendar_notice,
    rules.clock.appending,
    rules.clock.projection,
    rules.clock.spans,
)
OWN_ERRORS = [
    pytest.param(value, id=name)
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, type)
    and issubclass(value, KaigongError)
    and value.__module__ == module.__name__
]


@pytest.mark.parametrize("error", OWN_ERRORS)
def test_every_refusal_of_the_clock_is_translated(error):
    assert entry_of(error.template) in catalogue("zh-CN")


def test_every_reason_for_a_day_is_translated():
    sentences = {
        *explanation._SENTENCES.values(),
        *explanation._NAMELESS.values(),
        explanation._NAMED_SUSPENSION,
        explanation._PROVISIONAL,
        *(Word.of(procedure) for procedure in SpecialProcedure),
    }
    assert {entry_of(text) for text in sentences} <= catalogue("zh-CN").keys()
