"""Frozen values of definitions."""

from __future__ import annotations

from tests.support.yard import YARD


def test_a_copy_derives_anew_what_changed():
    known = YARD.item
    first, *others = YARD.items
    copy = YARD.model_copy(update={"items": tuple(others)})
    assert list(copy.item) == [item.code for item in others]
    assert first.code in known
    assert copy.content_hash != YARD.content_hash
    assert YARD.item is known


def test_two_that_say_the_same_are_equal_whatever_was_derived_from_them():
    one, two = (type(YARD).model_validate(YARD.model_dump(by_alias=True)) for _ in range(2))
    assert [found.whole is found for found in (one, two)] == [True, True]
    assert one == two
    assert one.item
    assert one == two
