"""Everything a person reads in the portal has Chinese words; every state, act and event has some."""

from __future__ import annotations

import re

import pytest

from config.texts import ACT, Word, catalogue, entry_of
from models.cases import commands as c
from models.cases.consultation import ConsultationState
from models.cases.states import (
    ClockState,
    DeficiencyState,
    DocumentState,
    ItemState,
    Light,
    MaterialState,
    ProjectState,
    Verdict,
)
from models.clock.values import Unit
from models.documents.official_document import DocumentCategory, Standing
from models.enterprises.credit import CreditKind, CreditState
from models.people.actor import Role
from models.scenarios.definition import MaterialClass, SpecialProcedure
from rules.cases.calendar_change import KIND
from rules.cases.declarations.registry import registry
from rules.cases.progress import StageState, WaitsFor
from services.cases.views import timeline
from services.wording.words import _BY_TYPE, act_word, all_words
from tests.support import texts_in_code
from tests.support.places import ROOT
from web.menu import MENU_WORDS
from web.pages.cases.project_tabs import TAB_WORDS
from web.problems import REMEDIES, TITLES

pytestmark = pytest.mark.source

ENUMERATIONS = (
    ClockState,
    ConsultationState,
    CreditKind,
    CreditState,
    DeficiencyState,
    DocumentCategory,
    DocumentState,
    ItemState,
    Light,
    MaterialClass,
    MaterialState,
    ProjectState,
    Role,
    SpecialProcedure,
    StageState,
    Standing,
    Unit,
    Verdict,
    WaitsFor,
)


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param(texts_in_code.in_templates, id="templates"),
        pytest.param(texts_in_code.called, id="code"),
        pytest.param(texts_in_code.remedies, id="remedies"),
        pytest.param(all_words, id="words"),
        pytest.param(timeline.all_sentences, id="timeline"),
        pytest.param(texts_in_code.forms, id="forms"),
        pytest.param(
            lambda: [*TITLES.values(), *REMEDIES.values(), *MENU_WORDS, *TAB_WORDS], id="tables"
        ),
    ],
)
def test_every_sentence_is_translated(sentences):
    found = texts_in_code.entries(sentences())
    assert found
    assert sorted(found - set(catalogue("zh-CN"))) == []


@pytest.mark.parametrize("enumeration", ENUMERATIONS, ids=lambda e: e.__name__)
def test_every_value_has_words(enumeration):
    for value in enumeration:
        assert (type(value), value.value) in _BY_TYPE, value


def test_every_act_has_words_in_its_refusals():
    chinese = catalogue("zh-CN")
    for act in registry().acts:
        assert act_word(act) != act
        assert (ACT, act) in chinese
    for state in ItemState:
        assert entry_of(Word.of(state)) in chinese


def test_every_act_on_an_item_can_be_tried_and_has_its_place_on_the_page():
    kinds = [kind for kind in vars(c).values() if isinstance(kind, type)]
    on_items = {
        kind.model_fields["act"].default
        for kind in kinds
        if issubclass(kind, c.ItemCommand) and kind is not c.ItemCommand
    }
    acts = registry().acts
    assert on_items == set(registry().on_items)
    people = [acts[act] for act in registry().on_items if acts[act].by_people]
    places = [(act.form.folded, act.form.place) for act in people]
    assert len(set(places)) == len(people)
    assert len({act.place for act in people}) == len(people)


def test_every_special_part_of_a_form_has_its_file_and_every_file_its_act():
    named = {act.form.template for act in registry().acts.values() if act.form.template}
    assert named == {path.stem for path in (ROOT / "web" / "templates" / "acts").glob("*.html")}


def test_every_event_has_a_sentence():
    recorded = set()
    for path in (ROOT / "rules").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        recorded |= set(re.findall(r"\.record\(\s*\"([A-Z]\w+)\"", source))
        recorded |= set(re.findall(r"\bEvent\(\s*\"([A-Z]\w+)\"", source))
    assert len(recorded) > 20
    assert recorded | {KIND} == set(registry().events)
