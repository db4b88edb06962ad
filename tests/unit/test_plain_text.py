"""What people typed has one form: nothing hides in it, and what looks the same is the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from models.cases.commands.base import FileName, Remark, Sentence
from models.plain_text import line, login, passage
from services.cases.registration import RegisterProject
from services.documents.files import safe_name
from services.people.accounts import NewAccount

NOTHING = ["\u200b", "\u2060\ufeff", "\u202e\u202c", "\u3164", "\u200d \u00ad", "\u3000"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("（一期）①㎡“甲”\u3000乙", "（一期）①㎡“甲”\u3000乙"),
        ("e\u0301cole", "école"),
        ("e\u200b\u0301cole", "école"),
        ("厂房\u202e期一\u202c", "厂房期一"),
        ("厂\u200b房\ufeff", "厂房"),
        (" 一\t二\r\n三 ", "一 二 三"),
        ("一\u2028二\u0085三", "一 二 三"),
        ("\U00020bb7\u4dae", "\U00020bb7\u4dae"),
    ],
)
def test_a_title_keeps_what_is_meant_and_nothing_that_hides(typed, kept):
    assert line(typed) == kept


def test_a_passage_keeps_its_lines():
    assert passage("一\r\n二\u2029三\u200b\n") == "一\n二\n三"


@pytest.mark.parametrize("typed", ["ｚｈａｎｇ．ｓａｎ", " Zhang.San ", "zhang\u200b.san"])
def test_a_login_is_the_same_however_the_input_method_left_it(typed):
    assert login(typed) == "zhang.san"


@pytest.mark.parametrize("blank", NOTHING)
def test_a_text_of_which_nothing_is_seen_is_empty(blank):
    for kind in (Sentence, FileName):
        with pytest.raises(ValidationError, match="at least 1 character"):
            TypeAdapter(kind).validate_python(blank)
    assert TypeAdapter(Remark).validate_python(blank) == ""
    assert safe_name(blank) == "file"
    with pytest.raises(ValidationError, match="at least 2 characters"):
        RegisterProject(code="c", title=blank * 2, enterprise="e", scenario="s")
    with pytest.raises(ValidationError, match="name"):
        NewAccount(login="a", name=blank, role="leader", password="irrelevant here")


@given(st.text())
def test_the_form_is_final(typed):
    for tidy in (line, passage, login):
        assert tidy(tidy(typed)) == tidy(typed)
