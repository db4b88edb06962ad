"""Reading scenario files: what is in them, where it stands, and how bad ones are turned away."""

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.scenarios.definition import ScenarioDefinition
from models.scenarios.file import Catalogue
from rules.scenarios.reading import InvalidCatalogue, read_catalogue, read_scenario
from rules.scenarios.reading.catalogue import DefinedTwice
from rules.scenarios.reading.yaml_source import read_yaml
from services.scenarios.scenario_files import catalogue, shipped
from tests.unit.scenarios.test_scenario_findings import FOLDER

SOUND = (FOLDER / "sound.yaml").read_text()


def read(text):
    return read_scenario(text, catalogue())


def codes(text):
    return [found.code for found in read(text).findings]


def test_words_are_those_of_yaml_1_2():
    source = read_yaml("[yes, no, on, off, true, ~, 012, 1e3, .5, '1', 1.0, 0x1f, .inf]")
    assert source.data == [
        *("yes", "no", "on", "off"),
        *(True, None, 12, 1000.0, 0.5, "1", 1.0, "0x1f", ".inf"),
    ]


def test_places_count_characters_from_one():
    finding = read(
        'key: 示例\nname: {zh: 示, en: "中文", fr: x}\n' + SOUND.partition("\n")[2]
    ).errors
    assert [(f.code, f.line, f.column) for f in finding if f.code != "duplicate_key"] == [
        ("value_malformed", 1, 6),
        ("field_unknown", 2, 25),
    ]


def test_every_fault_is_reported_at_once():
    text = SOUND.replace("use: A01", "use: A01, afer: [], when: 3, part_of: no")
    assert codes(text) == ["field_unknown", "value_wrong_type", "value_malformed"]


def test_the_most_similar_fields_come_first():
    (finding,) = read(SOUND.replace("use: A01", "use: A01, afer: []")).findings
    assert finding.params["known"][0] == "after"
    assert "statutory" not in finding.params["known"]


def test_a_byte_order_mark_is_no_fault():
    assert read_scenario(SOUND.encode("utf-8-sig"), catalogue()).publishable


def test_windows_line_ends_are_no_fault():
    assert read(SOUND.replace("\n", "\r\n")).publishable


def test_a_definition_stands_on_its_own():
    for key, reading in shipped().items():
        stored = reading.definition.model_dump(mode="json", by_alias=True)
        again = ScenarioDefinition.model_validate(stored)
        assert again == reading.definition, key
        assert again.content_hash == reading.definition.content_hash
        named = {r.material for item in again.items for r in item.materials}
        assert named == set(again.material)


def test_the_hash_ignores_layout_and_version():
    reflowed = "# a comment\n" + SOUND.replace("promise: {days: 20}", "promise:\n  days:   20")
    newer = SOUND + "version: 7\n"
    assert len({read(text).definition.content_hash for text in (SOUND, reflowed, newer)}) == 1
    other = read(SOUND.replace("days: 20", "days: 19")).definition
    assert other.content_hash != read(SOUND).definition.content_hash


def test_what_is_handled_jointly_has_the_limit_of_joint_handling():
    """Licensing Law art. 42(2): 45 working days, unless the item's own statute says otherwise."""
    lines = SOUND.replace("{use: A01, stage: one}", "{use: A07, stage: one, joint_handling: true}")
    [picked] = read_scenario(lines.encode(), catalogue()).definition.items
    assert (picked.statutory.days, picked.joint_handling) == (45, True)
    assert catalogue().item["A07"].statutory.days == 20
    own = "{code: X1, identifier: x, name: {zh: 一, en: X}, stage: one, mode: internal,"
    own += " department: admin_approval_bureau, promised: {days: 5}, joint_handling: true}"
    lines = SOUND.replace("{use: A01, stage: one}", own)
    assert read_scenario(lines.encode(), catalogue()).definition.items[0].statutory.days == 45
    lines = lines.replace("joint_handling", "statutory: {days: 30}, joint_handling")
    assert read_scenario(lines.encode(), catalogue()).definition.items[0].statutory.days == 30


def test_a_pick_keeps_the_article_of_the_catalogue():
    path = FOLDER / "statutory_material_deferrable.yaml"
    item = read(path.read_text()).definition.item["A01"]
    assert all(requirement.basis for requirement in item.materials)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)
HOSTILE = {
    "yaml_alias": BOMB.encode(),
    "yaml_too_deep": b"[" * 900_000,
    "yaml_too_long": b"[" + b"x," * 400_000 + b"]",
    "file_too_large": b"x" * 5_000_000,
    "file_not_utf8": "key: 场景".encode("utf-16"),
    "yaml_syntax": b"? [a]\n: b\n",
    "yaml_documents": b"a: 1\n" + b"--- 1\n" * 100_000,
}


@pytest.mark.parametrize("code", HOSTILE)
def test_hostile_files_are_refused_quickly_and_without_growth(code):
    tracemalloc.start()
    begun = time.process_time()
    reading = read_scenario(HOSTILE[code], Catalogue())
    seconds = time.process_time() - begun
    grown = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [found.code for found in reading.findings] == [code]
    assert seconds < 5
    assert grown < 64_000_000


@pytest.mark.parametrize(
    "when",
    [
        "(" * 240 + "project.a" + ")" * 240,
        "!" * 480 + "project.a",
        "project.a" + " || project.a" * 37,
        "[1, 2].all(x, [1, 2].all(y, x > y))",
        "'" + "x" * 450,
        "project.a ? project.a : project.a",
        "\u202eproject.a",
        "project",
        "",
    ],
)
def test_hostile_conditions_are_answered_quickly(when):
    text = SOUND.replace("use: A01", f'use: A01, when: "{when}"')
    begun = time.process_time()
    assert not read(text).publishable
    assert time.process_time() - begun < 5


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_exception(text):
    read_scenario(text, Catalogue())


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_exception(content):
    read_scenario(content, Catalogue())


@given(st.data())
def test_a_file_with_one_character_changed_is_read_without_an_exception(data):
    place = data.draw(st.integers(0, len(SOUND) - 1))
    text = SOUND[:place] + data.draw(st.characters()) + SOUND[place + 1 :]
    for finding in read_scenario(text, catalogue()).findings:
        finding.message()


def test_a_faulty_catalogue_names_file_and_line():
    with pytest.raises(InvalidCatalogue, match=r"items\.yaml, line 3"):
        read_catalogue({"items.yaml": b"materials: []\nitems:\n  - {code: 1}\n"})
    paper = b"materials:\n  - {key: a, name: {zh: a, en: a}}\n"
    with pytest.raises(DefinedTwice, match=r"b\.yaml defines the material a again"):
        read_catalogue({"a.yaml": paper, "b.yaml": paper})
