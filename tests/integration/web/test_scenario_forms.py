"""The forms that write a scenario's text, and the way from nothing to a sound scenario."""

from __future__ import annotations

import re

import pytest

from rules.scenarios.editing import values_of
from rules.scenarios.editing.changes import item_of
from rules.scenarios.reading import read_scenario
from services.scenarios.scenario_files import catalogue
from tests.support.drafting import EDIT, KEY, start_drafting, text_of
from tests.support.people import LEADER
from tests.support.portal import Browser, Page, Town


@pytest.fixture
def town(town: Town) -> Town:
    start_drafting(town)
    return town


def fill(browser: Browser, address: str, **values) -> Page:
    """The page that shows what a form would change."""
    return browser.send(browser.open(address).form(address), step="preview", **values)


def keep(browser: Browser, shown: Page) -> Page:
    return browser.send(shown.form(EDIT), step="save")


def test_a_limit_is_changed_in_its_line_alone(town, admin):
    before = text_of(town)
    shown = fill(admin, f"{EDIT}/items/A07", promised_days="2")
    assert shown.status == 200
    assert text_of(town) == before
    assert shown.region("改动内容").says("days: 1, source")
    assert shown.region("改动内容").says("本次修改没有带来新的问题")
    assert keep(admin, shown).status == 200
    after = text_of(town)
    changed = [
        (a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b
    ]
    assert len(changed) == 1
    assert "use: A07" in changed[0][1]
    assert item_of(values_of(after), "A07")["promised"] == {"days": 2, "source": "[D]"}


def test_a_form_that_is_sent_as_it_came_changes_nothing(town, admin):
    for entry in values_of(text_of(town))["items"]:
        address = f"{EDIT}/items/{entry['use']}"
        shown = fill(admin, address)
        assert shown.status == 422, (entry, re.findall(r'class="(?:gone|new)".*', shown.html))
        assert shown.alert("文本已是如此")
    for address in (f"{EDIT}/basics", f"{EDIT}/attributes", f"{EDIT}/stages/land", PROMISES):
        assert fill(admin, address).alert("文本已是如此"), address


def test_a_fault_that_a_change_brings_is_told_before_it_is_saved(town, admin):
    shown = fill(admin, f"{EDIT}/items/A07", promised_days="90")
    assert shown.region("将要改动的行").says("本次修改带来")
    assert "told-error" in shown.html


def test_condition_department_order_and_papers(town, admin):
    page = admin.open(f"{EDIT}/items/B02")
    form = page.form(f"{EDIT}/items/B02")
    rows = [name for name in form.fields if name.startswith("material_")]
    assert form.fields["material_0"] == ["form_planning"]
    shown = admin.send(
        form,
        step="preview",
        when_choice="!project.phased_permit",
        department="admin_approval_bureau",
        after=["A07", "A11"],
        **{rows[-1]: "parcel_map", rows[5]: ""},
    )
    keep(admin, shown)
    entry = item_of(values_of(text_of(town)), "B02")
    assert entry["when"] == "!project.phased_permit"
    assert entry["department"] == "admin_approval_bureau"
    assert entry["after"] == ["A07", "A11"]
    papers = [one["material"] for one in entry["materials"]]
    assert papers[-1] == "parcel_map"
    assert form.fields[rows[5]][0] not in papers
    assert "basis" not in str(entry["materials"])

    page = admin.open(f"{EDIT}/items/B02")
    shown = admin.send(page.form(f"{EDIT}/items/B02"), step="preview", materials_catalogue="yes")
    keep(admin, shown)
    assert "materials" not in item_of(values_of(text_of(town)), "B02")


def test_a_condition_is_put_together_from_a_number_and_its_bound(town, admin):
    address = f"{EDIT}/items/B03"
    sent = {"when_choice": "compared", "when_attribute": "pit_depth", "when_sign": ">="}
    shown = fill(admin, address, **sent, when_bound="5.5")
    assert shown.region("改动内容").entry("B03 防空地下室报建审批")
    keep(admin, shown)
    assert item_of(values_of(text_of(town)), "B03")["when"] == "project.pit_depth >= 5.5"
    form = admin.open(address).form(address)
    assert [form.fields[name][0] for name in ("when_choice", "when_attribute", "when_bound")] == [
        "compared",
        "pit_depth",
        "5.5",
    ]
    refused = fill(admin, address, **sent, when_bound="deep")
    assert refused.status == 422
    assert refused.alert("请填写用于比较的数值")


def test_a_change_is_told_in_words_and_the_last_item_of_a_bundle_takes_it_along(town, admin):
    assert (
        fill(admin, f"{EDIT}/items/A07", promised_days="2")
        .region("改动内容")
        .entry("A07 建设用地规划许可证")
    )
    for bundle in values_of(text_of(town))["bundles"]:
        for code in [one for one in bundle["items"] if item_of(values_of(text_of(town)), one)]:
            address = f"{EDIT}/items/{code}"
            remove = [form for form in admin.open(address).forms if form.action == address][1]
            keep(admin, admin.send(remove, step="remove"))
    values = values_of(text_of(town))
    assert "bundles" not in values
    assert "value_out_of_range" not in admin.open(EDIT).html


def test_an_item_comes_with_what_it_usually_comes_after_and_goes_again(town, admin):
    before = text_of(town)
    choice = admin.open(f"{EDIT}/items/new?stage=land")
    assert f"{EDIT}/items/new?use=A02&stage=land" in choice.links
    assert f"{EDIT}/items/new?use=A01&stage=land" not in choice.links
    page = admin.open(f"{EDIT}/items/new?use=A02&stage=land")
    keep(admin, admin.send(page.form(f"{EDIT}/items/new"), step="preview"))
    after = text_of(town)
    assert item_of(values_of(after), "A02")["stage"] == "land"
    address = f"{EDIT}/items/A02"
    remove = [form for form in admin.open(address).forms if form.action == address][1]
    keep(admin, admin.send(remove, step="remove"))
    assert text_of(town) == before


def test_who_is_exempt_and_which_stages_are_one(town, admin):
    """Both are written where the forms say, and a missing rule is told before anything is saved."""
    address = f"{EDIT}/items/A11"
    shown = fill(admin, address, exempt_choice="project.key_project")
    assert "told-error" in shown.html
    shown = fill(admin, address, exempt_choice="project.key_project", exempt_basis="示例 [P:1]")
    assert keep(admin, shown).status == 200
    exempt = {"when": "project.key_project", "basis": "示例 [P:1]"}
    assert item_of(values_of(text_of(town)), "A11")["exempt"] == exempt
    form = admin.open(address).form(address)
    assert form.fields["exempt_choice"] == ["project.key_project"]
    keep(admin, fill(admin, address, exempt_choice=""))
    assert "exempt" not in item_of(values_of(text_of(town)), "A11")

    address = f"{EDIT}/stages/planning"
    said = {"merge_choice": "project.key_project", "merge_basis": "示例 [P:1]"}
    shown = fill(admin, address, merge_stage="joint_acceptance", **said)
    assert "told-error" in shown.html
    keep(admin, fill(admin, address, merge_stage="construction_permit", **said))
    stages = {one["key"]: one for one in values_of(text_of(town))["stages"]}
    rule = {"stage": "construction_permit", "when": "project.key_project", "basis": "示例 [P:1]"}
    assert stages["planning"]["merge_into"] == rule


def test_an_item_of_its_own(town, admin):
    page = admin.open(f"{EDIT}/items/new?own=yes&stage=planning")
    shown = admin.send(
        page.form(f"{EDIT}/items/new"),
        step="preview",
        code="X01",
        name_zh="日照复核",
        mode="internal",
        department="natural_resources_planning_bureau",
        promised_days="2",
        after=["A07"],
    )
    keep(admin, shown)
    text = text_of(town)
    assert item_of(values_of(text), "X01")["name"] == {"zh": "日照复核", "en": "日照复核"}
    assert read_scenario(text, catalogue()).publishable


def test_stages_names_and_attributes(town, admin):
    address = f"{EDIT}/stages/new"
    page = admin.open(address)
    keep(
        admin,
        admin.send(
            page.form(address), step="preview", key="extra", name_zh="其他", after_stage="planning"
        ),
    )
    stages = [one["key"] for one in values_of(text_of(town))["stages"]]
    assert stages.index("extra") == stages.index("planning") + 1
    address = f"{EDIT}/stages/extra"
    remove = [form for form in admin.open(address).forms if form.action == address][1]
    keep(admin, admin.send(remove, step="remove"))
    assert "extra" not in text_of(town)

    keep(admin, fill(admin, f"{EDIT}/basics", name_zh="另一个名称", promise_days="18"))
    values = values_of(text_of(town))
    assert values["name"]["zh"] == "另一个名称"
    assert values["promise"]["days"] == 18

    page = admin.open(f"{EDIT}/attributes")
    form = page.form(f"{EDIT}/attributes")
    rows = sum(name.startswith("key_") for name in form.fields)
    spare = rows - 1
    wanted = {
        f"key_{spare}": "land_mode",
        f"type_{spare}": "choice",
        f"choices_{spare}": "transfer，allocation",
        f"default_{spare}": "transfer",
        f"name_{spare}_zh": "供地方式",
    }
    keep(admin, admin.send(form, step="preview", **wanted))
    attribute = values_of(text_of(town))["attributes"][-1]
    assert attribute["choices"] == ["transfer", "allocation"]
    assert admin.open(f"{EDIT}/items/A07").says("供地方式 = transfer")


PROMISES = f"{EDIT}/promises"


def test_lang1_half_a_year_between_two_events_is_promised_by_form(town, admin):
    half_a_year = {
        "key_0": "land_to_works",
        "name_0_zh": "半年内开工",
        "days_0": "6",
        "unit_0": "month",
        "about_0": "between",
        "from_0": "A07",
        "from_0_happening": "accepted",
        "to_0": "C07",
        "source_0": "[D]",
    }
    shown = fill(admin, PROMISES, **half_a_year)
    assert shown.region("将要改动的行").says("from: A07.accepted")
    keep(admin, shown)
    (promise,) = values_of(text_of(town))["promises"]
    assert promise == {
        "key": "land_to_works",
        "name": {"zh": "半年内开工", "en": "半年内开工"},
        "from": "A07.accepted",
        "to": "C07",
        "days": 6,
        "unit": "month",
        "source": "[D]",
    }
    # It is drawn over what it limits, sent as it came it changes nothing, and goes with its key.
    assert admin.open(EDIT).region("流程图").says("半年内开工")
    assert fill(admin, PROMISES).alert("文本已是如此")
    keep(admin, fill(admin, PROMISES, key_0=""))
    assert "promises" not in values_of(text_of(town))


def test_lang1_items_together_and_what_cannot_hold_is_told_at_its_promise(town, admin):
    page = admin.open(PROMISES)
    assert fill(admin, PROMISES, key_0="three", days_0="5", about_0="together").alert("items_0")
    assert fill(admin, PROMISES, key_0="three").alert("days_0")
    three = {"items_0": ["B02", "C07"], "unit_0": "working_day", "about_0": "together"}
    form = page.form(PROMISES)
    shown = admin.send(form, step="preview", key_0="three", name_0_zh="合并", days_0="1", **three)
    assert "told-error" in shown.html
    keep(admin, shown)
    told = admin.open(PROMISES)
    assert "told_0_0" in told.html
    keep(admin, fill(admin, PROMISES, days_0="90"))
    assert values_of(text_of(town))["promises"][0]["items"] == ["B02", "C07"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"promised_days": "many"}, "many"),
        ({"promised_days": "99999"}, "99999"),
        ({"promised_days": "-1"}, "-1"),
        ({"promised_days": "٣"}, "٣"),
        ({"promised_source": "x" * 600}, "500"),
    ],
)
def test_wrong_input_is_told_beside_what_was_typed(town, admin, values, words):
    before = text_of(town)
    page = fill(admin, f"{EDIT}/items/A07", **values)
    assert page.status == 422
    assert page.alert(words)
    assert text_of(town) == before


def test_a_text_with_faults_of_its_own_is_corrected_first(town, admin):
    editor = admin.open(EDIT)
    admin.send(editor.form(EDIT), source="key: [\n", step="save")
    page = admin.open(f"{EDIT}/items/A07")
    assert page.status == 422
    assert page.region("请更正所填内容").says("须先更正")


def test_forms_are_for_administrators_and_drafts(town, admin):
    assert town.browser(LEADER).open(f"{EDIT}/items/A07").status == 403
    page = admin.open(f"/scenarios/{KEY}/1/edit/items/A07")
    assert page.status == 422
    assert page.region("请更正所填内容").says("已固定")
    assert admin.open(f"{EDIT}/items/Z99").status == 404
    assert admin.open(f"{EDIT}/stages/nowhere").status == 404


# --- from nothing ----------------------------------------------------------------------------------

CHOSEN = {
    "items_land": ["E0", "A01", "A07"],
    "items_planning": ["B02"],
    "items_construction_permit": ["C01", "C03", "C05"],
    "items_joint_acceptance": ["W1", "D01", "D11", "D13", "D20"],
}


def test_a_scenario_from_the_catalogue_is_sound_at_once(town, admin):
    assert "/scenarios/new?from=catalogue" in admin.open("/scenarios/new").links
    page = admin.open("/scenarios/new?from=catalogue")
    found = admin.send(
        page.form("/scenarios/new"),
        key="data-centre",
        name_zh="数据中心项目",
        promise_days="20",
        **CHOSEN,
    )
    assert found.status == 200
    assert found.says("数据中心项目")
    text = text_of(town, "data-centre", 1)
    reading = read_scenario(text, catalogue())
    assert reading.errors == ()
    assert reading.definition.item["B02"].after == ("A07",)
    assert reading.definition.item["D11"].part_of == "D01"
    assert reading.definition.item["C05"].when is None
    assert reading.definition.item["D20"].after == ("D01",)
    assert text.startswith("# 由事项库生成")


def test_a_scenario_like_another_keeps_its_comments(town, admin):
    page = admin.open(f"/scenarios/new?from={KEY}")
    admin.send(page.form("/scenarios/new"), key="like-it", name_zh="参照项目", promise_days="25")
    text = text_of(town, "like-it", 1)
    assert "# Marks: [S] document of the customer" in text
    values = values_of(text)
    assert (values["key"], values["version"], values["promise"]["days"]) == ("like-it", 1, 25)
    assert read_scenario(text, catalogue()).publishable


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"key": KEY, "name_zh": "甲"}, "已有标识为"),
        ({"key": "Data Centre", "name_zh": "甲"}, "Data Centre"),
        ({"key": "data-centre", "name_zh": ""}, "请填写场景名称"),
        ({"key": "data-centre", "name_zh": "甲", "promise_days": "soon"}, "soon"),
    ],
)
def test_a_wrong_beginning_is_told(admin, values, words):
    page = admin.open("/scenarios/new?from=catalogue")
    found = admin.send(page.form("/scenarios/new"), **{**CHOSEN, **values})
    assert found.status in {404, 422}
    assert found.alert(words)
    ticked = found.form("/scenarios/new").fields["items_land"]
    assert ticked == ["E0", "A01", "A07"]


def test_nothing_chosen_is_told(admin):
    page = admin.open("/scenarios/new?from=catalogue")
    found = admin.send(page.form("/scenarios/new"), key="empty", name_zh="空")
    assert found.alert("至少勾选一个事项")


def test_code1_a_code_that_is_there_twice_is_told_and_taken_out_by_form(town, admin):
    before = text_of(town)
    lines = before.splitlines(keepends=True)
    number = next(place for place, line in enumerate(lines) if "use: D12," in line) + 1
    lines.insert(number, "  - {use: D12, stage: joint_acceptance, after: [D01]}\n")
    page = admin.open(EDIT)
    checked = admin.send(page.form(EDIT), step="save", source="".join(lines))
    assert checked.status == 200
    assert checked.region("校验结果").says(f"第{number + 1}行")
    assert checked.region("校验结果").says("请保留其中一个，或给其中一个换名")
    # The later of the two goes, with nothing that refers to their code.
    _, form = (one for one in admin.open(f"{EDIT}/items/D12").forms if "D12" in one.action)
    shown = admin.send(form, step="remove")
    assert shown.html.count('class="gone"') == 1
    keep(admin, shown)
    assert text_of(town) == before


def test_order1_the_form_of_a_new_item_proposes_the_lawful_order(town, admin):
    form = admin.open(f"{EDIT}/items/new?use=D17").form(f"{EDIT}/items/new")
    shown = admin.send(form, step="preview")
    assert shown.status == 200
    keep(admin, shown)
    entry = item_of(values_of(text_of(town)), "D17")
    assert (entry["after"], entry["part_of"]) == (["W1"], "D01")
    broken = fill(admin, f"{EDIT}/items/D17", after=[], part_of="")
    assert broken.region("将要改动的行").says("W1")
    assert "order_against_law" in broken.html or "气象灾害防御条例" in broken.html
