"""Two administrators at the same draft: what one saved, a form that the other had open does not undo."""

from __future__ import annotations

import pytest

from rules.scenarios.editing import values_of
from rules.scenarios.editing.changes import item_of, stage_of
from tests.support.drafting import EDIT, start_drafting, text_of
from tests.support.page import Form
from tests.support.portal import SECOND_ADMINISTRATOR, Browser, Page, Town

A11 = f"{EDIT}/items/A11"
ATTRIBUTES, BASICS, LAND = f"{EDIT}/attributes", f"{EDIT}/basics", f"{EDIT}/stages/land"


@pytest.fixture
def town(town: Town) -> Town:
    start_drafting(town)
    return town


@pytest.fixture
def other(town: Town) -> Browser:
    """A second administrator."""
    return town.browser(SECOND_ADMINISTRATOR)


def form_of(browser: Browser, address: str) -> Form:
    return browser.open(address).form(address)


def save(browser: Browser, form: Form, **values) -> None:
    shown = browser.send(form, step="preview", **values)
    assert shown.status == 200, shown.lines
    assert browser.send(shown.form(EDIT), step="save").status == 200


def values(town: Town):
    return values_of(text_of(town))


def a11(town: Town):
    return item_of(values(town), "A11")


def test_edit1_what_a_colleague_saved_stays_where_the_other_changes_something_else(
    town, admin, other
):
    form, late = form_of(admin, A11), form_of(other, A11)
    save(admin, form, promised_days="6")
    shown = other.send(late, step="preview", when_basis_voided="void")
    assert not shown.region("改动内容").says("时限")
    assert other.send(shown.form(EDIT), step="save").status == 200
    assert a11(town)["promised"]["days"] == 6
    assert a11(town)["when_basis_voided"] == "void"


def test_edit1_both_changes_of_one_field_stand_side_by_side(town, admin, other):
    form, late = form_of(admin, A11), form_of(other, A11)
    save(admin, form, promised_days="6", when_basis_voided="void")
    refused = other.send(late, step="preview", promised_days="4", joint_handling="yes")
    assert refused.status == 409
    both = refused.region("双方都改过的内容")
    assert both.says("days: 6")
    assert both.says("days: 4")
    assert a11(town)["promised"]["days"] == 6
    # Sent again by whoever saw both, it holds; what only the other changed stays.
    save(other, refused.form(A11))
    assert a11(town)["promised"]["days"] == 4
    assert a11(town)["when_basis_voided"] == "void"
    assert a11(town)["joint_handling"] is True


def test_edit1_a_third_change_meanwhile_is_shown_again(town, admin, other):
    form, late = form_of(admin, A11), form_of(other, A11)
    save(admin, form, promised_days="6")
    refused = other.send(late, step="preview", promised_days="4")
    save(admin, form_of(admin, A11), promised_days="7")
    again = other.send(refused.form(A11), step="preview")
    assert again.status == 409
    assert again.region("双方都改过的内容").says("days: 7")


def test_edit1_papers_and_order_that_both_added_are_both_there(town, admin, other):
    form, late = form_of(admin, A11), form_of(other, A11)
    spare = [name for name in form.fields if name.startswith("material_")][-1]
    save(admin, form, **{spare: "parcel_map"}, after=[*form.fields.get("after", []), "A08"])
    assert spare in late.fields
    save(
        other,
        late,
        **{spare: "land_contract"},
        after=[*late.fields.get("after", []), "A12"],
    )
    papers = [paper["material"] for paper in a11(town)["materials"]]
    assert {"parcel_map", "land_contract"} <= set(papers)
    assert len(papers) == len(set(papers))
    assert {"A08", "A12"} <= set(a11(town)["after"])


def test_edit1_the_scenario_its_stages_and_attributes_alike(town, admin, other):
    late = {address: form_of(other, address) for address in (BASICS, LAND, ATTRIBUTES)}
    save(admin, form_of(admin, BASICS), promise_days="19")
    save(other, late[BASICS], name_en="Another name")
    assert (values(town)["promise"]["days"], values(town)["name"]["en"]) == (19, "Another name")

    save(admin, form_of(admin, LAND), lead="housing_construction_bureau")
    save(other, late[LAND], name_en="The land")
    stage = stage_of(values(town), "land")
    assert (stage["lead"], stage["name"]["en"]) == ("housing_construction_bureau", "The land")

    spare = max(int(name[4:]) for name in late[ATTRIBUTES].fields if name.startswith("key_"))
    new = {f"key_{spare}": "tall", f"type_{spare}": "boolean", f"name_{spare}_zh": "高层"}
    save(admin, form_of(admin, ATTRIBUTES), **new, default_0="true")
    again = {f"key_{spare}": "deep", f"type_{spare}": "boolean", f"name_{spare}_zh": "深"}
    save(other, late[ATTRIBUTES], **again)
    attributes = {attribute["key"]: attribute for attribute in values(town)["attributes"]}
    assert {"tall", "deep"} <= attributes.keys()
    assert next(iter(attributes.values()))["default"] is True


def test_edit1_what_was_changed_meanwhile_is_not_taken_out_unseen(town, admin, other):
    _, late = (form for form in other.open(A11).forms if "A11" in form.action)
    save(admin, form_of(admin, A11), promised_days="6")
    refused = other.send(late, step="remove")
    assert refused.status == 409
    assert refused.region("双方都改过的内容").says("days: 6")
    assert refused.form(A11).fields["promised_days"] == ["6"]
    _, form = (form for form in refused.forms if "A11" in form.action)
    shown = other.send(form, step="remove")
    assert shown.status == 200
    assert "step=save" in [button for form in shown.forms for button in form.buttons]


def test_edit1_a_form_that_carries_nonsense_is_refused(town, admin):
    page: Page = admin.send(form_of(admin, A11), step="preview", seen="{no", promised_days="6")
    assert page.status == 422
    assert page.says("请重新打开表单")
