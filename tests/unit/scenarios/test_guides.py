"""Guides for applicants: exactly what the scenario asks, in order, and never a default shown as law."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pypdf
import pytest

from cli.main import run
from config.texts import catalogue as texts
from config.texts import entry_of, translator
from models.errors import KaigongError
from models.scenarios.definition import ItemDefinition, ScenarioDefinition
from rules.scenarios import guides as guide_rules
from rules.scenarios.guides import Mark, Provider, guide, marks, weakest
from services.scenarios.guides import guide_items, guide_words, guides
from services.scenarios.guides import pages as guide_pages
from services.scenarios.guides import text as guide_text
from services.scenarios.guides.guide_items import ITEM_LABELS
from services.scenarios.guides.guide_words import WORDS
from services.scenarios.guides.guides import guide_for
from services.scenarios.guides.text import LABELS, REMEDIES, SILENCE
from services.scenarios.scenario_files import shipped
from tests.support.play import Play
from tests.support.yard import YARD

SHIPPED = {key: reading.definition for key, reading in shipped().items()}
EVERY = pytest.mark.parametrize("key", SHIPPED)
BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])


def told(scenario, attributes=None, language="zh-CN"):
    return guide_for(scenario, attributes, translator(language), language)


@EVERY
def test_every_item_stands_once_after_what_it_waits_for(key):
    found = guide(SHIPPED[key])
    codes = [one.definition.code for one in found.items]
    exempt = {one.definition.code for one in found.exempt if one.definition.always_exempt}
    assert sorted([*codes, *exempt]) == sorted(SHIPPED[key].item)
    for place, one in enumerate(found.items):
        for code in one.waits_for:
            assert codes.index(code) < place, (one.definition.code, code)


@EVERY
def test_the_list_names_every_material_once(key):
    found = guide(SHIPPED[key])
    asks = [item for item in SHIPPED[key].items if not item.always_exempt]
    asked = {one.material for item in asks for one in item.materials}
    assert sorted(one.material.key for one in found.materials) == sorted(asked)
    providers = [one.provider for one in found.materials]
    assert providers == sorted(providers, key=list(_order()).index)


def _order():
    return (Provider.APPLICANT, Provider.COMMITMENT, Provider.DOCUMENT, Provider.REGISTER)


@pytest.mark.parametrize("phased", [True, False])
def test_for_one_project_it_is_what_a_registered_project_has_to_go_through(phased):
    play = Play(YARD, phased=phased)
    found = guide(YARD, {"phased": phased})
    needed = {code for code, item in play.facts.items.items() if item.state != "not_required"}
    assert {one.definition.code for one in found.items} == needed
    assert all(one.when is None for one in found.items)
    for one in found.items:
        required = play.facts.definition(one.definition.code).required
        assert {each.material.key for each in one.materials} == set(required)


def test_answers_that_no_project_can_give_are_refused():
    for wrong in ({"phased": "perhaps"}, {"height": 3}):
        with pytest.raises(KaigongError):
            guide(YARD, wrong)


@pytest.mark.parametrize(
    ("source", "found", "least"),
    [
        ("建筑法第8条 [L]", (Mark.STATUTE,), Mark.STATUTE),
        (
            "建筑法第7至9条 [L]; 分阶段施工许可 [S:004]",
            (Mark.STATUTE, Mark.DOCUMENT),
            Mark.DOCUMENT,
        ),
        ("[C:1,D]", (Mark.PUBLISHED,), Mark.PUBLISHED),
        ("[D]", (Mark.DISTRICT,), Mark.DISTRICT),
        ("建筑法 [L] [M]", (Mark.STATUTE, Mark.UNVERIFIED), Mark.UNVERIFIED),
        ("建筑法", (Mark.UNMARKED,), Mark.UNMARKED),
        (None, (Mark.UNMARKED,), Mark.UNMARKED),
    ],
)
def test_marks(source, found, least):
    assert marks(source) == found
    assert weakest(source) is least


@EVERY
@BOTH
def test_marks_become_words_and_nothing_uncertain_is_law(key, language):
    blocks, view = told(SHIPPED[key], language=language)
    text = guide_pages.as_markdown(blocks)
    assert re.findall(r"\[[A-Z](?::[^\]]*)?\]", text) == []
    assert re.findall(r"\{\w+\}", text) == []
    for item in view["items"]:
        # A part runs inside the limit of its whole, which is the one that is told.
        limits = () if item["part_of"] else (item["statutory"], item["promised"])
        for limit in (*limits, item["legal_basis"]):
            if limit is not None and limit["authority"] in ("district", "unverified"):
                words = {"district": "district default", "unverified": "not verified yet"}
                said = translator(language)(words[limit["authority"]])
                assert said in text


@EVERY
def test_a_promise_is_never_called_statute(key):
    _, view = told(SHIPPED[key])
    for item in view["items"]:
        if item["promised"] is not None:
            assert item["promised"]["authority"] != "statute", item["code"]


def test_every_word_is_translated():
    chinese = texts("zh-CN")
    assert [
        one
        for one in (*WORDS, *LABELS, *ITEM_LABELS, *SILENCE, *REMEDIES)
        if entry_of(one) not in chinese
    ] == []


def test_what_happens_when_nobody_answers_and_the_remedies_are_told():
    blocks, _ = told(YARD, language="en")
    text = guide_pages.as_markdown(blocks)
    assert "within 5 working days of the receipt" in text
    assert "counts as accepted from the day of its receipt" in text
    assert "Silence is no grant." in text
    assert "within sixty days" in text
    assert "within 30 working days of the approval" in text


class Tags(HTMLParser):
    """Whether every tag that opens also closes."""

    def __init__(self):
        super().__init__()
        self.open, self.faults = [], []

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


#: Fields of an item that a guide leaves to officers and machines, each with its reason.
LEFT_OUT = {
    "identifier": "a name in exports",
    "category": "decides which law applies, which the basis says",
    "yellow": "warns the authority",
    "utility": "the department is the utility",
    "supervised_by": "comes with the permit on its own",
    "when_basis_voided": "told when it happens",
    "joint_handling": "shows in the limit by statute",
    "works": "its name says it",
}


@pytest.mark.source
def test_a_guide_says_everything_that_a_scenario_says_of_an_item():
    source = "\n".join(
        Path(module.__file__).read_text(encoding="utf-8")
        for module in (guide_items, guide_words, guide_text, guides, guide_rules)
    )
    fields = set(ItemDefinition.model_fields) - set(LEFT_OUT)
    assert sorted(name for name in fields if not re.search(rf"\.{name}\b", source)) == []


def hostile():
    document = YARD.model_dump(mode="json", by_alias=True)
    document["items"][0]["name"] = {"zh": "<script>alert(1)</script>|", "en": "<b>|x"}
    return ScenarioDefinition.model_validate(document)


@BOTH
def test_names_are_text_in_every_format(language):
    blocks, view = told(hostile(), language=language)
    html = guide_pages.as_page(blocks, language)
    tags = Tags()
    tags.feed(html)
    assert (tags.open, tags.faults) == ([], [])
    assert "<script" not in html
    assert "<b>" not in html
    rows = [
        line for line in guide_pages.as_markdown(blocks).splitlines() if line.startswith("| 1 |")
    ]
    assert all(len(re.findall(r"(?<!\\)\|", row)) in (5, 7, 8) for row in rows)
    json.dumps(view)
    assert guide_pages.as_pdf(blocks, language).startswith(b"%PDF")


def test_the_pdf_says_the_same():
    blocks, _ = told(YARD, {"phased": False}, language="en")
    content = guide_pages.as_pdf(blocks, "en")
    read = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    for word in ("Guide for applicants: yard", "item A1", "Remedies"):
        assert word in read
    assert guide_pages.as_pdf(blocks, "en") == content


def call(capsysbinary, *arguments):
    code = run(["scenario", "guide", *arguments])
    output = capsysbinary.readouterr()
    return code, output.out.decode(), output.err.decode()


def test_on_the_command_line(capsysbinary, tmp_path):
    code, out, _ = call(capsysbinary, "factory-warehouse", "--lang", "zh-CN")
    assert code == 0
    assert out.startswith("# ")
    assert "## 一次性告知清单" in out
    arguments = ("factory-warehouse", "--set", "own_land=true", "--lang", "en", "--format", "json")
    code, out, _ = call(capsysbinary, *arguments)
    view = json.loads(out)
    assert view["attributes"]["own_land"] is True
    assert "A07" not in {one["code"] for one in view["items"]}
    assert {"step", "code", "statutory", "promised", "materials"} <= set(view["items"][0])
    assert call(capsysbinary, *arguments[:-2], "--json")[1] == out
    file = tmp_path / "guide.pdf"
    assert call(capsysbinary, "factory-warehouse", "--format", "pdf", "-o", str(file))[0] == 0
    assert file.read_bytes().startswith(b"%PDF")
    code, out, _ = call(capsysbinary, "factory-warehouse", "--format", "html")
    assert out.startswith("<!doctype html>")
    for wrong in ("own_land", "own_land=perhaps", "nothing=1"):
        code, out, err = call(capsysbinary, "factory-warehouse", "--set", wrong)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
