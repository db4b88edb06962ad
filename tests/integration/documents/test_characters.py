"""Case CHAR1: whoever types what a document could not show is told at once which character it is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from config.settings import get_settings
from deployments.local.findings import State
from deployments.local.health import _characters
from models.cases import commands as c
from models.cases.states import ItemState
from services.cases.registration import register_project
from services.documents.characters import NotPrintable, check_printable
from services.documents.rendering import set_page
from tests.integration.documents.square_font import square_font
from tests.support.ledger import Ledger
from tests.support.people import CLERK

LACKING = ["\U00020001", "\U0002a700", "\U0001f600"]


@pytest.fixture
def ledger(open_ledger) -> Ledger:
    return open_ledger()


@pytest.mark.parametrize("char", LACKING)
def test_char1_a_title_is_refused_by_its_character(ledger, char):
    request = ledger.request(title=f"新厂房{char}一期")
    with pytest.raises(NotPrintable) as refused:
        register_project(ledger.database, request, CLERK, ledger.now)
    assert refused.value.field == "title"
    assert f"U+{ord(char):04X}" in str(refused.value)
    assert ledger.count("project") == 0


@pytest.mark.parametrize(
    "words", ["\U00020bb7\u4dae\u3653", "新厂房（一期）“甲”—№1 ㎡ ①", "Straße, naïve", "a\nb\tc"]
)
def test_char1_what_the_font_has_is_taken(words):
    check_printable("title", words)


@pytest.mark.parametrize("char", LACKING)
def test_char1_no_numbered_document_goes_out_with_a_box(ledger, char):
    project = ledger.accepted()
    with pytest.raises(NotPrintable) as refused:
        ledger.do(project, c.DenyItem(item="A1", reason=f"地名{char}有误"))
    assert refused.value.field == "reason"
    assert ledger.facts(project).items["A1"].state is ItemState.ACCEPTED
    ledger.do(project, c.DenyItem(item="A1", reason="地名有误"))


# --- fonts for rare characters ---------------------------------------------------------------------

RARE = "\U00020001"


@pytest.fixture
def rare(tmp_path, monkeypatch) -> Path:
    """A folder with a font that has one rare character, which the installation names."""
    (tmp_path / "rare.ttf").write_bytes(square_font([ord(RARE)]))
    monkeypatch.setenv("KAIGONG_RARE_FONTS", str(tmp_path))
    get_settings.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    get_settings.cache_clear()


def black(words: str, tmp_path: Path) -> int:
    """Dark points of a page with these words, in the font of the documents."""
    template = tmp_path / "page.typ"
    setting = '#set text(font: "Noto Sans CJK SC", size: 40pt)\n'
    template.write_text(setting + "#sys.inputs.words", encoding="utf-8")
    page = set_page(template, {"words": words}, "png")
    with Image.open(io.BytesIO(page)) as image:
        return sum(image.convert("L").histogram()[:50])


def test_what_a_font_of_the_installation_has_is_taken_and_printed(rare, tmp_path):
    check_printable("title", f"新厂房{RARE}一期")
    with pytest.raises(NotPrintable, match="2A700"):
        check_printable("title", f"新厂房{RARE}\U0002a700")
    # A square in our font; a letter of the documents' own font stays one.
    square, letter = black(RARE, tmp_path), black("丨", tmp_path)
    assert square > 4000 > letter > 0


def test_doctor_says_whether_rare_characters_print(rare, tmp_path):
    assert _characters(None).state is State.NOTE
    printing = _characters(rare)
    assert (printing.state, dict(printing.values)["count"]) == (State.UP, 1)
    broken = tmp_path / "broken"
    broken.mkdir()
    assert _characters(broken).state is State.DOWN
    (other := tmp_path / "other").mkdir()
    (other / "rare.ttf").write_bytes(b"no font at all")
    refused = _characters(other)
    assert (refused.state, dict(refused.values)["files"]) == (State.DOWN, "rare.ttf")
