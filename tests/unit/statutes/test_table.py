"""The table of statutes: whole, sound, and every pointer of it leads somewhere."""

from __future__ import annotations

import json
from datetime import date

import pytest

from cli.main import run
from models.statutes import StatuteMark, StatuteRow
from rules.cases.clocks.registry import KINDS as CLOCKS
from rules.cases.declarations.registry import registry
from rules.scenarios.verifier import KINDS as FINDINGS
from services.documents.register import document_register
from services.scenarios.scenario_files import catalogue
from services.scenarios.statutes import FILE, StatutesNotValid, lines, read_statutes, statutes
from tests.support.places import ROOT

ROWS = statutes().rows
BY_ID = pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
#: Rows that were wrong and are right now; each has its test, named after it.
MENDED = {
    "LL32-5", "LL42-1", "LL42-2", "CL7", "CL8-2", "CPM5", "Q11", "RED24", "RR20", "R673-10",
    "EIA22-1", "EIA25", "EC15-1", "WS26", "MR31", "WSR", "RR17-1", "RR17-2", "BE40", "RED23",
    "Q12", "GEO21", "FP12", "RE45-1", "GR11", "R673-13", "EIA22-2",
}  # fmt: skip


def known() -> dict[str, set[str]]:
    return {
        "item": set(catalogue().item),
        "clock": set(CLOCKS),
        "act": set(registry().acts),
        "document": set(document_register().document),
        "finding": {kind.code for kind in FINDINGS},
    }


@BY_ID
def test_every_place_exists(row: StatuteRow):
    here = known()
    lost = [place for place in row.places if place.split(":")[1] not in here[place.split(":")[0]]]
    assert lost == []


@BY_ID
def test_every_test_exists(row: StatuteRow):
    assert row.test is not None
    file, _, name = row.test.partition("::")
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_what_was_wrong_has_a_row_and_a_test_of_its_name():
    assert set(statutes().row) >= MENDED
    for row in MENDED:
        test = str(statutes().row[row].test)
        assert row.lower().replace("-", "_") in test


def test_only_statute_text_is_shown_as_law():
    of_orders = {
        line.row.id for line in lines(date(2026, 12, 1)) if line.act.mark is not StatuteMark.STATUTE
    }
    assert of_orders == {"CPM5", "WSR"}


@BY_ID
def test_a_limit_of_the_table_is_the_limit_of_the_catalogue(row: StatuteRow):
    """Where the row of a clock names items, their statutory limit is as long, and starts as it does."""
    if row.clock is None:
        return
    unit = row.clock.read_as.unit if row.clock.read_as else row.clock.unit
    for place in row.places:
        kind, _, code = place.partition(":")
        limit = catalogue().item[code].statutory if kind == "item" else None
        if limit is not None:
            assert (limit.days, limit.unit, limit.starts.value) == (
                row.clock.length,
                unit,
                row.clock.starts.value,
            )


def test_a_row_has_its_days_in_force():
    row = statutes().row["CL7"]
    act = statutes().act["cl"]
    assert row.in_force(date(2026, 11, 2), act.edition)
    assert not row.in_force(date(2019, 4, 22), act.edition)
    ended = row.model_copy(update={"until": date(2027, 1, 1)})
    assert ended.in_force(date(2027, 1, 1), act.edition)
    assert not ended.in_force(date(2027, 1, 2), act.edition)


def first_row() -> str:
    return FILE.read_text(encoding="utf-8").partition("rows:\n")[2].partition("\n  - id:")[0]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        pytest.param(lambda s: s + first_row() + "\n", "LL32-4: stands twice", id="two-rows"),
        pytest.param(lambda s: s.replace("    act: cl\n", "    act: nowhere\n", 1), "not listed", id="act"),
        pytest.param(lambda s: s.replace("    kind: clock\n", "    kind: form\n", 1), "limit", id="kind"),
        pytest.param(lambda s: s.replace("length: 5,", "length: -1,", 1), "clock.length", id="length"),
        pytest.param(lambda s: s.replace("reason: local guides count working days, ", "", 1), "reason", id="read-as"),
        pytest.param(lambda s: s.replace("starts: received, ", "", 1), "starts", id="start"),
        pytest.param(lambda s: s.replace("edition: 2019-04-23, ", "", 1), "edition", id="edition"),
        pytest.param(lambda s: s.replace("    scope: enforced\n", "    scop: enforced\n", 1), "are scope", id="typo"),
        pytest.param(lambda s: s.replace("    scope: enforced\n", "    scope: enforced\n    scope: told\n", 1), "twice", id="key"),
    ],
)  # fmt: skip
def test_a_table_with_a_fault_is_refused_in_one_sentence(tmp_path, wrong, says):
    path = tmp_path / "statutes.yaml"
    text = FILE.read_text(encoding="utf-8")
    assert wrong(text) != text
    path.write_text(wrong(text), encoding="utf-8")
    with pytest.raises(StatutesNotValid) as refused:
        read_statutes(path)
    assert says in refused.value.sentence()


def test_the_command_lists_it(capsys):
    assert run(["statutes", "--act", "建筑法", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in listed] == ["CL7", "CL8-2"]
    assert listed[1]["clock"]["starts"] == "received"
    assert run(["statutes"]) == 0
    assert "CL8-2" in capsys.readouterr().out
