"""``kaigong scenario``: exit codes and the documents that scripts read."""

import json

import pytest

from cli.main import run
from config.scenario_files import SCENARIOS, SCHEMA
from services.scenarios.schema import schema_text
from tests.unit.scenarios.test_scenario_findings import FOLDER
from tests.unit.scenarios.test_wrong_drafts import START, TWICE


@pytest.fixture(autouse=True)
def in_english(monkeypatch):
    from config.settings import get_settings

    monkeypatch.setenv("KAIGONG_LANGUAGE", "en")
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


def call(capsys, *arguments):
    code = run(["scenario", *map(str, arguments)])
    output = capsys.readouterr()
    return code, output.out, output.err


def test_validate_a_sound_file(capsys):
    code, out, err = call(capsys, "validate", SCENARIOS / "industrial-simple.yaml", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "ok": True,
        "errors": [],
        "warnings": [],
        "critical_path": {
            "days": 15,
            "items": ["A01", "A07", "B02", "C01", "C05", "W0", "W1", "D01"],
        },
        "promise": {"days": 20, "kept": True},
    }


@pytest.mark.parametrize("what", TWICE)
def test_code1_a_code_that_is_there_twice_is_told_and_not_a_fault_of_its_own(
    capsys, tmp_path, what
):
    added, lines = TWICE[what]
    path = tmp_path / "twice.yaml"
    path.write_text(START + added, encoding="utf-8")
    code, out, err = call(capsys, "validate", path, "--json")
    errors = json.loads(out)["errors"]
    assert (code, err) == (1, "")
    assert [one["line"] for one in errors if one["code"] == "duplicate"] == lines
    code, out, _ = call(capsys, "validate", path)
    assert code == 1
    assert "Keep one of the two, or give one another name." in out


def test_validate_names_every_fault(capsys):
    code, out, _ = call(capsys, "validate", FOLDER / "unknown_item.yaml", "--json")
    document = json.loads(out)
    assert code == 1
    assert not document["ok"]
    (fault,) = document["errors"]
    assert fault["code"] == "unknown_item"
    assert fault["path"] == "items[0].after[0]"
    assert fault["line"] == 7
    assert fault["message"].startswith("A1 comes after B9, which is no item of this scenario.")
    assert document["critical_path"] == {"days": None, "items": []}


def test_a_broken_promise_is_told_with_its_path(capsys):
    code, out, _ = call(capsys, "validate", FOLDER / "promise_broken.yaml", "--json")
    document = json.loads(out)
    assert code == 1
    assert document["promise"] == {"days": 20, "kept": False}
    assert document["critical_path"] == {"days": 21, "items": ["A1", "A2"]}
    assert "A1 → A2" in document["errors"][0]["message"]


def test_warnings_do_not_stand_in_the_way(capsys):
    code, out, _ = call(capsys, "validate", FOLDER / "unused_stage.yaml", "--json")
    document = json.loads(out)
    assert code == 0
    assert [one["code"] for one in document["warnings"]] == ["unused_stage"]


def test_for_people_each_finding_is_a_line_that_editors_jump_to(capsys):
    path = FOLDER / "unknown_stage.yaml"
    code, out, _ = call(capsys, "validate", path)
    assert code == 1
    assert out.startswith(f"{path}:8:")
    assert "error [unknown_stage] two is no stage of this scenario. The stages are: one." in out


@pytest.mark.parametrize("name", ["yaml_syntax", "yaml_alias", "yaml_too_deep"])
def test_unreadable_files_end_with_two(capsys, name):
    code, out, err = call(capsys, "validate", FOLDER / f"{name}.yaml")
    assert (code, out) == (2, "")
    assert f"[{name}]" in err
    assert "Traceback" not in err
    code, out, err = call(capsys, "validate", FOLDER / f"{name}.yaml", "--json")
    assert code == 2
    assert json.loads(out)["errors"][0]["code"] == name
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("path", ["no/such/file.yaml", "."])
def test_a_file_that_is_not_there(capsys, path):
    code, out, err = call(capsys, "validate", path)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert path in err


def test_list(capsys):
    code, out, _ = call(capsys, "list", "--json")
    rows = {row["key"]: row for row in json.loads(out)}
    assert code == 0
    assert len(rows) == 8
    industrial = rows["industrial-simple"]
    assert industrial["promised_days"] == 20
    assert industrial["version"] == 1
    assert len(industrial["stages"]) == 5
    assert "C05M" in industrial["items"]
    code, out, _ = call(capsys, "list")
    assert "industrial-simple" in out


def test_the_schema_is_in_step():
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "run 'make docs'"


def test_simulate_forecasts_days_promise_item_and_department(capsys):
    arguments = ("simulate", "industrial-simple", "--projects", "100", "--seed", "3", "--json")
    code, out, err = call(capsys, *arguments, "--begins", "2026-11-02")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert (document["projects"], document["completed"], document["seed"]) == (100, 100, 3)
    for days in (document["counted_days"], document["calendar_days"]):
        assert days["p50"] <= days["p80"] <= days["p95"]
    assert document["promise"]["days"] == 20
    assert 0 <= document["promise"]["share"] <= 1
    assert set(document["costliest_item"]) == {"item", "name", "days"}
    assert set(document["bottleneck"]) == {"department", "name", "waiting_days", "days"}
    assert call(capsys, *arguments, "--begins", "2026-11-02")[1] == out


def test_simulate_a_file_for_people(capsys):
    code, out, _ = call(capsys, "simulate", SCENARIOS / "municipal-road.yaml", "--projects", 20)
    assert code == 0
    assert out.startswith("20 projects simulated, 20 of them completed.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("industrial-simple", "--begins", "soon"),
        ("industrial-simple", "--capacity", "nobody=3"),
        ("industrial-simple", "--capacity", "admin_approval_bureau=0"),
        ("industrial-simple", "--projects", "0"),
        ("industrial-simple@x",),
        ("there/is/no/such.yaml",),
        (FOLDER / "cycle.yaml",),
    ],
)
def test_simulate_refuses_in_one_sentence(capsys, arguments):
    code, out, err = call(capsys, "simulate", *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_diff_in_words(capsys):
    code, out, _ = call(capsys, "diff", "industrial-simple", "industrial-simple")
    assert (code, out) == (0, "They say the same.\n")
    code, out, _ = call(capsys, "diff", "industrial-simple", "factory-warehouse", "--json")
    found = json.loads(out)
    assert code == 0
    assert {"code", "item", "message"} == set(found[0])
