"""Case CHAR1: whoever types what a document could not show is told at once which character it is."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from services.cases.registration import register_project
from services.documents.characters import NotPrintable, check_printable
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
