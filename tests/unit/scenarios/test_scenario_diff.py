"""What two versions say differently, in both languages."""

from __future__ import annotations

import pytest

from config.texts import translator
from models.scenarios.definition import (
    LimitDefinition,
    ScenarioDefinition,
    StageDefinition,
    StageKind,
)
from rules.scenarios.diff import differences
from services.scenarios.scenario_files import shipped
from tests.support.yard import LAND, PLANNING, YARD, asks, item, name


def changed(**items: dict[str, object]) -> ScenarioDefinition:
    kept = tuple(one.model_copy(update=items.get(one.code, {})) for one in YARD.items)
    return with_top(items=kept)


def with_top(**values: object) -> ScenarioDefinition:
    made = YARD.model_copy(update=values)
    return ScenarioDefinition.model_validate(made.model_dump(by_alias=True))


def sentences(after: ScenarioDefinition, before: ScenarioDefinition = YARD) -> list[str]:
    found = differences(before, after)
    for one in found:
        chinese = one.message(translator("zh-CN"), "zh-CN")
        assert translator("zh-CN")(one.sentence) != one.sentence
        assert "{" not in chinese
    return [one.message() for one in found]


def test_a_scenario_does_not_differ_from_itself():
    assert differences(YARD, YARD) == ()
    assert differences(YARD, with_top(version=2)) == ()
    for reading in shipped().values():
        assert differences(reading.definition, reading.definition) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"promised": LimitDefinition(days=4, source="test")},
            "A1: promised is 4 working days, test instead of 5 working days, test.",
        ),
        ({"department": LAND}, "A1: department is land bureau instead of planning bureau."),
        ({"stage": "permit"}, "A1: stage is permit instead of land."),
        ({"after": ("E0",)}, "A1 comes after E0 as well."),
        ({"when": "project.phased"}, "A1 is needed only where project.phased."),
        ({"document": None}, "A1: document is none instead of "),
        ({"special_procedures": ()}, "A1 may not be held by expert_review any more."),
        ({"counted": False}, "A1: counted is no instead of yes."),
    ],
)
def test_items_differ_in_words(change, said):
    found = sentences(changed(A1=change))
    assert any(sentence.startswith(said) for sentence in found), found


def test_conditions_come_go_and_change():
    assert "B0 is needed by every project now." in sentences(changed(B0={"when": None}))
    found = sentences(changed(B0={"when": "project.area > 5.0"}))
    assert "B0 is needed where project.area > 5.0, no longer where !project.phased." in found
    assert "B0 does not come after A2 any more." in sentences(changed(B0={"after": ("A1",)}))


def test_materials_come_go_and_change():
    materials = (asks("business_licence"), asks("drawings"))
    found = [one.code for one in differences(YARD, changed(A1={"materials": materials}))]
    assert found == ["material_not_asked", "material_changed", "material_asked"]
    assert len(sentences(changed(A1={"materials": materials}))) == 3


def test_items_are_added_and_removed():
    more = with_top(items=(*YARD.items, item("X1", "land", PLANNING)))
    added = "X1 item X1 is added to the stage land, decided by planning bureau."
    assert sentences(more) == [added]
    assert sentences(YARD, more) == ["X1 item X1 is taken out."]


def test_stages_the_promise_and_the_critical_path():
    extra = StageDefinition(key="extra", kind=StageKind.GENERIC, name=name("extra"), lead=LAND)
    assert sentences(with_top(stages=(*YARD.stages, extra))) == ["stage extra (extra) is added."]
    led = tuple(one.model_copy(update={"lead": PLANNING}) for one in YARD.stages)
    assert "stage land: lead is planning_bureau instead of land_bureau." in sentences(
        with_top(stages=led)
    )
    promise = YARD.promise.model_copy(update={"days": 18})
    assert sentences(with_top(promise=promise)) == ["promise is 18 instead of 60."]
    longer = changed(B2={"promised": LimitDefinition(days=9, source="test")})
    assert any(one.startswith("The counted critical path takes") for one in sentences(longer))


def test_the_order_is_told():
    found = sentences(with_top(stages=tuple(reversed(YARD.stages))))
    assert found == ["The order of stage is acceptance, permit, land now."]


def test_whatever_changes_the_hash_is_told():
    """Two shipped scenarios differ in nearly everything the language has."""
    readings = [reading.definition for reading in shipped().values()]
    for before in readings[:3]:
        for after in readings:
            told = differences(before, after)
            assert bool(told) == (before.content_hash != after.content_hash)
            for one in told:
                assert "{" not in one.message(translator("zh-CN"), "zh-CN")
