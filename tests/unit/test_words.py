"""Every state, act, role and the like has its words, in both languages."""

from __future__ import annotations

from enum import StrEnum

import pytest

from config.texts import catalogue, translator
from models.actor import Role
from models.definition import ItemMode, MaterialClass, SpecialProcedure
from models.states import (
    ClockKind,
    ClockState,
    DeficiencyState,
    DocumentState,
    ItemState,
    Light,
    MaterialState,
    ProjectState,
)
from rules.decide import ACTS
from rules.planning import StageState, WaitsFor
from rules.transitions import ActNotAllowed
from services.wording.words import act_word, all_words, word

#: What is named by its value in a sentence, e.g. in a refusal.
NAMED: tuple[type[StrEnum], ...] = (
    ProjectState,
    ItemState,
    MaterialState,
    DeficiencyState,
    ClockState,
    ClockKind,
    DocumentState,
    Light,
    Role,
    SpecialProcedure,
    ItemMode,
)
SHOWN = (*(kind for kind in NAMED if kind is not ItemMode), StageState, WaitsFor, MaterialClass)


@pytest.mark.parametrize("kind", NAMED)
def test_a_value_that_sentences_name_is_translated(kind):
    chinese = catalogue("zh-CN")
    assert [value.value for value in kind if value.value not in chinese] == []


@pytest.mark.parametrize("kind", SHOWN)
def test_a_value_that_pages_show_has_a_word(kind):
    english, chinese = translator("en"), translator("zh-CN")
    for value in kind:
        assert word(value, chinese) not in (value.value, word(value, english))


def test_every_act_is_translated_in_both_forms():
    chinese = catalogue("zh-CN")
    assert [act for act in ACTS if act not in chinese] == []
    assert [act for act in ACTS if act_word(act) == act] == []


def test_every_word_is_translated():
    chinese = catalogue("zh-CN")
    assert [words for words in all_words() if words not in chinese] == []


def test_a_refusal_is_chinese_to_the_last_word():
    refusal = ActNotAllowed(item="A1", state="granted", act="approve_item", allowed=["accepted"])
    sentence = refusal.sentence(translator("zh-CN"))
    for english in ("granted", "approve_item", "accepted", "item:"):
        assert english not in sentence
    assert "A1" in sentence
