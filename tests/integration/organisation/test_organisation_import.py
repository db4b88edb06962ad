"""The organisation from a workbook: all or nothing, every fault with its row, twice is once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from cli.main import run
from config.texts import translator
from services.people.organisation import know_shipped_units, units_of
from services.people.posts import posts
from services.people.units.book import NotAWorkbook
from services.people.units.checking import organisation_faults
from services.people.units.importing import (
    OrganisationNotImported,
    import_organisation,
    preview,
)
from tests.support.ledger import Ledger
from tests.support.people import STEWARD

ENGLISH = translator("en")
UNITS = ("单位编码", "类别", "名称", "上级单位", "生效日期")
POSTS = ("账号", "任职", "所在单位", "生效日期")
ABSENCES = ("账号", "开始时间", "结束时间", "代理人")


@pytest.fixture
def area(ledger: Ledger) -> Ledger:
    with ledger.database.transaction() as connection:
        know_shipped_units(connection)
    return ledger


def book(folder: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "organisation.xlsx"
    workbook.save(path)
    return path


def sound(ledger: Ledger, folder: Path) -> Path:
    begins = (ledger.now + timedelta(days=1)).isoformat()
    ends = (ledger.now + timedelta(days=9)).isoformat()
    return book(
        folder,
        单位=[UNITS, ("park_a", "park", "甲园区", "jinghe", "2026-01-01")],
        任职=[POSTS, (STEWARD.login, "project_steward", "park_a", "2026-01-01")],
        离岗=[ABSENCES, (STEWARD.login, begins, ends, "idle")],
    )


def test_a_workbook_is_shown_first_then_written_and_twice_is_once(area, tmp_path):
    path = sound(area, tmp_path)
    shown = preview(area.database, path, area.now)
    assert [line.change for line in shown.lines] == ["create"] * 3
    assert "jinghe" in shown.left_out
    assert posts(area.database) == ()
    assert import_organisation(area.database, path, area.now) == shown
    with area.database.reading() as connection:
        assert units_of(connection)["park_a"].name_zh == "甲园区"
    again = import_organisation(area.database, path, area.now)
    assert [line.change for line in again.lines] == ["same"] * 3
    assert len(posts(area.database)) == 1


WRONG: Mapping[str, tuple[str, str]] = {
    "parent: atlantis of lost: there is no such unit": ("units", "2"),
    "circle": ("units", "3"),
    "kind: castle": ("units", "5"),
    "login: nobody": ("posts", "2"),
    "unit: moon": ("posts", "3"),
    "=1+1 is a formula": ("posts", "4"),
    "substitute: steward would lead back to idle": ("absences", "3"),
    "colour": ("absences", "1"),
}


def test_every_fault_is_one_sentence_with_its_row_and_nothing_is_written(area, tmp_path):
    day = "2026-01-01"
    begins = (area.now + timedelta(days=1)).isoformat()
    ends = (area.now + timedelta(days=9)).isoformat()
    path = book(
        tmp_path,
        units=[
            UNITS,
            ("lost", "park", "失园", "atlantis", day),
            ("round", "park", "圆园", "square", day),
            ("square", "park", "方园", "round", day),
            ("high", "castle", "高园", "jinghe", day),
            ("fine", "park", "好园", "jinghe", day),
        ],
        posts=[
            POSTS,
            ("nobody", "project_steward", "jinghe", day),
            (STEWARD.login, "project_steward", "moon", day),
            (STEWARD.login, "project_steward", "=1+1", day),
        ],
        absences=[
            (*ABSENCES, "colour"),
            (STEWARD.login, begins, ends, "idle"),
            ("idle", begins, ends, STEWARD.login),
        ],
    )
    with pytest.raises(OrganisationNotImported) as refused:
        import_organisation(area.database, path, area.now)
    faults = {
        (fault.sheet, str(fault.row), fault.error.sentence(ENGLISH))
        for fault in refused.value.faults
    }
    for words, place in WRONG.items():
        there = [fault[2] for fault in faults if fault[:2] == place]
        assert any(words in sentence for sentence in there), (words, there)
    with area.database.reading() as connection:
        assert "fine" not in units_of(connection)


def test_what_is_no_workbook_is_refused(area, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK no zip")
    with pytest.raises(NotAWorkbook):
        preview(area.database, path, area.now)


def test_a_place_without_a_steward_and_a_person_without_a_post_are_sentences(area, tmp_path):
    import_organisation(area.database, sound(area, tmp_path), area.now)
    sentences = [fault.sentence(ENGLISH) for fault in organisation_faults(area.database, area.now)]
    assert any("place: qinhan has no project steward" in sentence for sentence in sentences)
    assert not any("park_a" in sentence for sentence in sentences)
    path = book(
        tmp_path,
        posts=[(*POSTS, "终止日期"), ("idle", "duty_steward", "", "2025-01-01", "2025-02-01")],
    )
    import_organisation(area.database, path, area.now)


def test_a_post_that_reaches_no_project_is_a_sentence(area, tmp_path):
    """A station lies in a place, and no project in a station."""
    day = "2026-01-01"
    path = book(tmp_path, posts=[POSTS, (STEWARD.login, "project_steward", "station_huizhi", day)])
    import_organisation(area.database, path, area.now)
    sentences = [fault.sentence(ENGLISH) for fault in organisation_faults(area.database, area.now)]
    (sentence,) = (each for each in sentences if "station_huizhi" in each)
    assert sentence.endswith("give the post over jinghe.")


def test_the_command_shows_faults_on_standard_error(area, tmp_path, configured, capsys):
    path = book(tmp_path, posts=[POSTS, ("nobody", "project_steward", "jinghe", "2026-01-01")])
    assert run(["unit", "import", str(path)]) == 2
    assert "2" in capsys.readouterr().err
    path = book(tmp_path, units=[UNITS, ("park_a", "park", "甲园区", "jinghe", "2026-01-01")])
    assert run(["unit", "import", str(path), "--dry-run", "--json"]) == 0
    assert '"create"' in capsys.readouterr().out


def test_the_page_shows_row_by_row_what_would_change_and_takes_all_or_nothing(
    tmp_path, town, admin
):
    with town.database.transaction() as connection:
        know_shipped_units(connection)
    page = admin.open("/admin/organisation/import")
    path = book(tmp_path, units=[UNITS, ("park_a", "park", "甲园区", "jinghe", "2026-01-01")])
    form = page.form("/admin/organisation/import")
    sent = {"file": ("book.xlsx", path.read_bytes())}
    looked = admin.send(form, files=sent)
    assert looked.says("park_a", "尚未写入")
    assert "甲园区" not in admin.open("/admin/organisation").html
    assert admin.send(form, files=sent, take="1").status == 200
    assert "甲园区" in admin.open("/admin/organisation").html
    path = book(tmp_path, posts=[POSTS, ("nobody", "project_steward", "jinghe", "2026-01-01")])
    refused = admin.send(form, files={"file": ("book.xlsx", path.read_bytes())}, take="1")
    assert refused.status == 422
    assert "nobody" in refused.html
