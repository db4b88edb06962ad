"""Every state, act, role and the like has its words, in both languages."""

from __future__ import annotations

from enum import StrEnum

import pytest

from config.texts import ACT, CLOCK, Word, catalogue, entry_of, translator
from models.cases.states import (
    ClockState,
    DeficiencyState,
    DocumentState,
    ItemState,
    Light,
    MaterialState,
    ProjectState,
)
from models.people.actor import Role
from models.scenarios.definition import ItemMode, MaterialClass, SpecialProcedure
from rules.cases.clocks.registry import KINDS
from rules.cases.declarations.registry import registry
from rules.cases.progress import StageState, WaitsFor
from rules.cases.transitions import ActNotAllowed, check_transition
from services.wording.words import act_word, all_words, clock_phrase, clock_word, word

#: What is named by its value in a sentence, e.g. in a refusal.
NAMED: tuple[type[StrEnum], ...] = (
    ProjectState,
    ItemState,
    MaterialState,
    DeficiencyState,
    ClockState,
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
    assert [value for value in kind if entry_of(Word.of(value)) not in chinese] == []


@pytest.mark.parametrize("kind", SHOWN)
def test_a_value_that_pages_show_has_a_word(kind):
    english, chinese = translator("en"), translator("zh-CN")
    for value in kind:
        assert word(value, chinese) not in (value.value, word(value, english))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_of_clock_has_words(kind):
    chinese = translator("zh-CN")
    assert entry_of(Word(kind.key, CLOCK)) in catalogue("zh-CN")
    for words in (clock_word, clock_phrase):
        assert words(kind.key) != kind.key
        assert words(kind.key, chinese) not in (kind.key, words(kind.key))


def test_every_act_is_translated_in_both_forms():
    chinese = catalogue("zh-CN")
    assert [act for act in registry().acts if (ACT, act) not in chinese] == []
    assert [act for act in registry().acts if act_word(act) == act] == []


def test_every_word_is_translated():
    chinese = catalogue("zh-CN")
    assert [words for words in all_words() if entry_of(words) not in chinese] == []


def test_a_refusal_is_chinese_to_the_last_word():
    with pytest.raises(ActNotAllowed) as refused:
        check_transition("approve_item", "A1", ItemState.GRANTED)
    refusal = refused.value
    sentence = refusal.sentence(translator("zh-CN"))
    for english in ("granted", "approve_item", "accepted", "item:"):
        assert english not in sentence
    assert "A1" in sentence
