"""Everything a person reads in the portal has Chinese words; every state, act and event has some."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from config.texts import catalogue
from models import commands as c
from models.actor import Role
from models.clock import Unit
from models.consultation import ConsultationState
from models.credit import CreditKind, CreditState
from models.definition import MaterialClass, SpecialProcedure
from models.official_document import DocumentCategory, Standing
from models.states import (
    ClockKind,
    ClockState,
    DeficiencyState,
    DocumentState,
    ItemState,
    Light,
    MaterialState,
    ProjectState,
    Verdict,
)
from rules.permissions import ROLES
from rules.planning import StageState, WaitsFor
from services.views import timeline
from services.views.possibilities import _SAMPLES
from services.wording.words import _BY_TYPE, act_word, all_words
from web.menu import MENU_WORDS
from web.pages.items import MAIN_ACTS, OTHER_ACTS
from web.problems import REMEDIES, TITLES
from web.templating import environment

ROOT = Path(__file__).parents[2]
ENUMERATIONS = (
    ClockKind,
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


def called(tree: ast.AST) -> Iterator[str]:
    """First arguments of ``_("…")`` and ``translate("…")``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in {"_", "translate"} and isinstance(node.args[0].value, str):
                yield node.args[0].value


def in_templates() -> Iterator[str]:
    engine = environment()
    for path in sorted((ROOT / "web" / "templates").glob("*.html")):
        tree = engine.parse(path.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            named = isinstance(call.node, nodes.Name) and call.node.name == "_"
            if named and isinstance(call.args[0], nodes.Const):
                yield call.args[0].value


def remedies() -> Iterator[str]:
    for path in sorted((ROOT / "web").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            remedy = isinstance(node, ast.keyword) and node.arg == "remedy"
            if remedy and isinstance(node.value, ast.Constant):
                yield node.value.value


def in_code() -> Iterator[str]:
    for path in sorted((ROOT / "web").rglob("*.py")):
        yield from called(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param(in_templates, id="templates"),
        pytest.param(in_code, id="code"),
        pytest.param(remedies, id="remedies"),
        pytest.param(all_words, id="words"),
        pytest.param(timeline.all_sentences, id="timeline"),
        pytest.param(lambda: [*TITLES.values(), *REMEDIES.values(), *MENU_WORDS], id="tables"),
    ],
)
def test_every_sentence_is_translated(sentences):
    chinese = catalogue("zh-CN")
    found = {" ".join(sentence.split()) for sentence in sentences()}
    assert found
    assert sorted(found - set(chinese)) == []


@pytest.mark.parametrize("enumeration", ENUMERATIONS, ids=lambda e: e.__name__)
def test_every_value_has_words(enumeration):
    for value in enumeration:
        assert (type(value), value.value) in _BY_TYPE, value


def test_every_act_has_words_in_its_refusals():
    chinese = catalogue("zh-CN")
    for act in ROLES:
        assert act_word(act) != act
        assert act in chinese
    for state in ItemState:
        assert state.value in chinese


def test_every_act_on_an_item_can_be_tried_and_has_its_place_on_the_page():
    kinds = [kind for kind in vars(c).values() if isinstance(kind, type)]
    on_items = {
        kind.model_fields["act"].default
        for kind in kinds
        if issubclass(kind, c.ItemCommand) and kind is not c.ItemCommand
    }
    people = {act for act in on_items if ROLES[act] - {Role.SYSTEM}}
    assert people == set(_SAMPLES)
    assert people == {*MAIN_ACTS, *OTHER_ACTS}


def test_every_event_has_a_sentence():
    recorded = set()
    for path in (ROOT / "rules").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        recorded |= set(re.findall(r"\.record\(\s*\"([A-Z]\w+)\"", source))
        recorded |= set(re.findall(r"\bEvent\(\s*\"([A-Z]\w+)\"", source))
    assert len(recorded) > 20
    assert sorted(recorded - set(timeline.SENTENCES)) == []
