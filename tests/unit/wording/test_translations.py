"""One catalogue per language: whole, without leftovers, in its order; placeholders are kept."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from config.texts import LANGUAGES, LOCALES, Word, catalogue, catalogue_file, translator
from models.cases.states import ItemState
from models.enterprises.credit import CreditState
from tests.support import texts_in_code
from tests.support.catalogue import canonical

FILES = sorted(LOCALES.rglob("*.po"))


def placeholders(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field}


def test_there_is_one_catalogue_for_each_language_but_the_one_the_code_is_written_in():
    assert set(LANGUAGES) == {"zh-CN", "en"}
    assert [catalogue_file("zh-CN")] == FILES
    assert catalogue("en") == {}


def test_every_text_is_translated():
    shown = texts_in_code.shown()
    assert len(shown) > 1000
    assert sorted(shown - set(catalogue("zh-CN"))) == []


def test_every_error_is_translated():
    templates = {kind.template for kind in texts_in_code.errors()}
    assert len(templates) > 200
    assert sorted(texts_in_code.entries(templates) - set(catalogue("zh-CN"))) == []


def test_no_translation_is_left_over():
    leftovers = [entry for entry in catalogue("zh-CN") if not texts_in_code.may_be_shown(entry)]
    assert leftovers == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_catalogue_is_in_its_order(path):
    """``make texts`` puts it there; a text that stands twice shows here as well."""
    assert path.read_text(encoding="utf-8") == canonical(path)


def test_translations_keep_the_placeholders():
    wrong = [
        entry
        for entry, translation in catalogue("zh-CN").items()
        if placeholders(entry[1]) != placeholders(translation)
    ]
    assert wrong == []


def test_no_chinese_refusal_names_a_field_by_its_english_key():
    """Programs read the key beside the sentence; a person reads the thing's own name."""
    chinese = translator("zh-CN")
    refusals = {chinese(kind.template) for kind in texts_in_code.errors()}

    assert [sentence for sentence in refusals if re.match(r"[a-z_]+：", sentence)] == []


def test_a_word_means_what_its_context_says():
    chinese = translator("zh-CN")
    assert chinese("Open") == "打开"
    assert chinese(Word.of(ItemState.OPEN)) == "可申报"
    assert chinese(Word.of(CreditState.OPEN)) != chinese(Word.of(ItemState.OPEN))
    assert chinese("granted") == "granted"


def test_a_word_without_a_translation_stays_english():
    assert translator("zh-CN")(Word("no such word")) == "no such word"
    assert translator("en")(Word.of(ItemState.GRANTED)) == "granted"


def test_the_help_of_every_command_is_translated():
    helps = texts_in_code.entries(texts_in_code.helps())
    assert len(helps) > 100
    assert sorted(helps - set(catalogue("zh-CN"))) == []
