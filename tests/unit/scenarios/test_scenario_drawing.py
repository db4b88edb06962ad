"""The drawing of a scenario: boxes apart, arrows from left to right, the same picture every time."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.main import run
from models.scenarios.definition import ScenarioDefinition
from rules.scenarios.drawing import Drawing, TooLargeToDraw, draw
from rules.scenarios.verifier import critical_path
from services.scenarios.drawing import measure, svg, wrapped
from services.scenarios.scenario_files import read_file, shipped
from tests.support.sizes import size
from tests.unit.scenarios.test_scenario_findings import FOLDER

SHIPPED = {name: reading.definition for name, reading in shipped().items()}
STAGES = ["land", "planning", "utility_hookups"]
SVG = "{http://www.w3.org/2000/svg}"


def scenario(items: list[dict[str, object]]) -> ScenarioDefinition:
    """A scenario of such items, with every stage that they may name."""
    name = {"zh": "事项", "en": "item"}
    full = [
        {"identifier": str(item["code"]).lower(), "name": name, "department": "d", **item}
        for item in items
    ]
    stages = [{"key": kind, "kind": kind, "name": name, "lead": "d"} for kind in STAGES]
    return ScenarioDefinition.model_validate(
        {"key": "drawn", "name": name, "stages": stages, "items": full}
    )


@st.composite
def scenarios(draw_: st.DrawFn) -> ScenarioDefinition:
    """Scenarios of any order, circles and unknown prerequisites among them."""
    count = draw_(st.integers(1, 14))
    codes = [f"A{number}" for number in range(count)]
    items = []
    for code in codes:
        item: dict[str, object] = {
            "code": code,
            "stage": draw_(st.sampled_from([*STAGES, "nowhere"])),
            "after": draw_(st.lists(st.sampled_from([*codes, "X9"]), max_size=3)),
        }
        if draw_(st.booleans()):
            item["part_of"] = draw_(st.sampled_from(codes))
        items.append(item)
    return scenario(items)


def parsed(picture: str) -> ET.Element:
    """The picture, which has to be XML."""
    return ET.fromstring(picture.encode())  # noqa: S314 - our own picture


def apart(drawing: Drawing) -> None:
    for one, other in combinations(drawing.boxes, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        above = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert beside or above, (one.item.code, other.item.code)


def inside(drawing: Drawing) -> None:
    bands = {band.stage.key if band.stage else None: band for band in drawing.bands}
    for box in drawing.boxes:
        band = bands.get(box.item.stage) or bands[None]
        assert band.y < box.y
        assert box.y + box.height < band.y + band.height
        assert box.x > 0
        assert box.x + box.width < drawing.width
    for upper, lower in pairwise(drawing.bands):
        assert upper.y + upper.height < lower.y


def forward(drawing: Drawing) -> None:
    """An arrow runs to the right, and passes between the boxes of a column, not through one."""
    for arrow in drawing.arrows:
        if arrow.back:
            continue
        assert [point.x for point in arrow.route] == sorted(point.x for point in arrow.route)
        for start, end in zip(arrow.route[1:-1:2], arrow.route[2:-1:2], strict=True):
            assert start.y == end.y
            for box in drawing.boxes:
                crosses = box.x < end.x and start.x < box.x + box.width
                assert not (crosses and box.y < start.y < box.y + box.height), arrow


@given(scenarios())
@settings(max_examples=size(150), deadline=None)
def test_any_scenario_is_drawn_without_overlaps(found):
    drawing = draw(found)
    apart(drawing)
    inside(drawing)
    forward(drawing)
    assert draw(found) == drawing
    shown = [item.code for box in drawing.boxes for item in (box.item, *box.parts)]
    assert sorted(shown) == sorted(item.code for item in found.items)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_are_drawn_whole(name):
    found = SHIPPED[name]
    drawing = draw(found)
    apart(drawing)
    inside(drawing)
    forward(drawing)
    assert not any(arrow.back for arrow in drawing.arrows)
    path = critical_path(found)
    assert {box.item.code for box in drawing.boxes if box.critical} == set(path.items)
    assert drawing.days == path.days


def test_the_critical_path_of_the_simple_approval_is_one_line():
    drawing = draw(SHIPPED["industrial-simple"])
    steps = [(arrow.source, arrow.target) for arrow in drawing.arrows if arrow.critical]
    path = ["A01", "A07", "B02", "C01", "C05", "W0", "W1", "D01"]
    assert sorted(steps) == sorted(pairwise(path))


def test_a_circle_is_drawn_as_an_arrow_back():
    found = read_file(FOLDER / "cycle.yaml").definition
    drawing = draw(found)
    assert [(arrow.source, arrow.target) for arrow in drawing.arrows if arrow.back] == [
        ("A3", "A1")
    ]
    assert drawing.days is None


def test_utilities_stand_beside_and_parts_inside():
    drawing = draw(SHIPPED["industrial-simple"])
    assert drawing.bands[-1].stage.key == "utility_hookups"
    whole = next(box for box in drawing.boxes if box.item.code == "D01")
    assert [part.code for part in whole.parts] == ["D11", "D12", "D13", "D15", "D16"]


def test_more_than_a_picture_holds_is_refused_at_once():
    many = [{"code": f"A{n}", "stage": "land"} for n in range(201)]
    with pytest.raises(TooLargeToDraw, match="201 items"):
        draw(scenario(many))
    codes = [f"A{n}" for n in range(200)]
    chain = [
        {"code": code, "stage": "land", "after": codes[:place]} for place, code in enumerate(codes)
    ]
    with pytest.raises(TooLargeToDraw):
        draw(scenario(chain))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", SHIPPED)
def test_the_picture_is_xml_that_says_what_it_shows(name, language):
    found = SHIPPED[name]
    text = svg(found, language, link=lambda code: f"#{code}")
    root = parsed(text)
    assert found.name.in_language(language) in root.find(f"{SVG}title").text
    links = {a.get("href"): a.get("aria-label") for a in root.iter(f"{SVG}a")}
    for box in draw(found).boxes:
        assert box.item.name.in_language(language) in links[f"#{box.item.code}"]
    assert "style=" not in text
    assert "<style" not in text


def test_names_cannot_break_out_of_the_picture():
    evil = {"code": "A1", "stage": "land", "name": {"zh": "<script>&\"'", "en": "]]></svg>"}}
    for language in ("zh-CN", "en"):
        parsed(svg(scenario([evil]), language))


@given(st.text(max_size=60), st.integers(4, 30), st.integers(1, 3))
def test_wrapped_text_fits(text, width, lines):
    found = wrapped(text, width, lines)
    assert len(found) <= lines
    assert all(measure(line) <= width or line == "…" for line in found)


def test_words_stay_whole_and_chinese_breaks_anywhere():
    assert wrapped("Land use planning permit", 10, 2) == ["Land use planning", "permit"]
    assert wrapped("国有建设用地使用权首次登记", 11, 2) == ["国有建设用地使用权首次", "登记"]
    assert wrapped("国有建设用地使用权首次登记", 6, 1) == ["国有建设用…"]


def test_a_file_is_drawn_on_the_command_line(capsys):
    assert run(["scenario", "draw", "industrial-simple", "--lang", "en"]) == 0
    assert "Private industrial project" in capsys.readouterr().out
    assert run(["scenario", "draw", str(FOLDER / "cycle.yaml"), "--lang", "zh-CN"]) == 0
    parsed(capsys.readouterr().out)
    assert run(["scenario", "draw", str(FOLDER / "yaml_syntax.yaml")]) != 0
