"""Which papers may be asked for and deferred, and what a refusal names."""

from __future__ import annotations

import pytest

from models.cases.facts import ItemFacts
from rules.cases.instruments.completeness import (
    MaterialHeldBySystem,
    MaterialNotDue,
    MaterialNotInCatalogue,
    NotDeferrable,
    check_asked_for,
    check_deferral,
    nameable,
)
from tests.support.play import Play
from tests.support.yard import YARD

A2 = YARD.item["A2"]


def item_of(play: Play, code: str = "A2") -> ItemFacts:
    return play.facts.items[code]


def test_a_notice_names_no_paper_that_is_deferred_or_promised():
    plain = item_of(Play().record("E0").apply("A2"))
    committed = item_of(Play().record("E0").apply("A2", defer=("archive",)))
    assert nameable(YARD, A2, plain) == tuple(A2.required)
    assert set(A2.required) - set(nameable(YARD, A2, committed)) == {"archive"}
    permit = YARD.item["B0"]
    assert "pledge" in nameable(YARD, permit, plain)
    assert "pledge" not in nameable(YARD, permit, committed)
    assert "drawings" in nameable(YARD, permit, committed)


def test_what_may_not_be_asked_for_is_named_with_its_item():
    committed = item_of(Play().record("E0").apply("A2", defer=("archive",)))
    with pytest.raises(MaterialNotDue) as refused:
        check_asked_for(YARD, A2, committed, ("archive",))
    assert "archive of A2 is covered" in refused.value.sentence()
    with pytest.raises(MaterialNotInCatalogue) as refused:
        check_asked_for(YARD, A2, committed, ("poem",))
    assert "poem is not in the list of A2" in refused.value.sentence()
    assert " / ".join(A2.required) in refused.value.sentence()
    bare = A2.model_copy(update={"materials": ()})
    with pytest.raises(MaterialNotInCatalogue) as refused:
        check_asked_for(YARD, bare, committed, ("plan",))
    assert refused.value.sentence().endswith("handed in: none.")
    held = next(m.key for m in YARD.materials if m.system_held)
    holding = next(i for i in YARD.items if held in i.required)
    with pytest.raises(MaterialHeldBySystem) as refused:
        check_asked_for(YARD, holding, committed, (held,))
    assert f"{held} is held by the system" in refused.value.sentence()


def test_what_may_not_be_deferred_is_named_with_what_may():
    with pytest.raises(NotDeferrable) as refused:
        check_deferral(A2, ("plan",))
    assert "plan of A2 is not deferrable" in refused.value.sentence()
    assert "archive" in refused.value.sentence()
    with pytest.raises(NotDeferrable) as refused:
        check_deferral(YARD.item["A1"], ("plan",))
    assert refused.value.sentence().endswith("choose among: none.")
