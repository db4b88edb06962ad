"""Everything the rules tell has words in both languages, and nothing else is kept."""

from __future__ import annotations

import ast
import re

import pytest
from jinja2 import Environment, UndefinedError, meta

from config import notice_templates as texts
from config.notice_templates import (
    CLOSING,
    READERS,
    UnknownTemplate,
    alert_templates,
    notice_templates,
    render,
)
from rules.cases.declarations.registry import registry
from rules.installation.policy import LADDER
from services.notices.texts import reader_of
from tests.support.places import ROOT

pytestmark = pytest.mark.source

TEMPLATES = sorted(set(notice_templates()) - {CLOSING})


def told() -> set[tuple[str | None, str]]:
    """Audience (``None`` where it is computed) and template of every ``tell`` in the rules."""
    found = set()
    for path in (ROOT / "rules").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", None) == "tell":
                audience, template = node.args[:2]
                assert isinstance(template, ast.Constant), ast.unparse(node)
                found.add((constant(audience), template.value))
    return found


#: Told with every act that an agent does for the enterprise, whichever it is.
OF_AGENTS = "agent_acted"
#: Told beside the acts: by a new calendar, by the watch, of versions of scenarios and of matters.
OTHERS = {
    ("person:somebody", "matter_moved"),
    ("department:somewhere", "matter_moved"),
    ("enterprise:91610000MA6TNBTX2K", "matter_moved"),
    ("leader", "matter_moved"),
    ("steward", "calendar_changed"),
    ("enterprise", "calendar_changed"),
    ("steward", "warning_missed"),
    ("enterprise", "warning_missed"),
    ("department_head:", "calendar_changed"),
    ("department_head:", "voided_too_early"),
    ("steward", "voided_too_early"),
    ("department_head:", "lapsed_too_early"),
    ("steward", "lapsed_too_early"),
    ("enterprise", "lapsed_too_early"),
    ("administrator", "holiday_notice_missing"),
    ("administrators_but:admin", "scenario_requested"),
    ("person:admin", "scenario_published"),
    ("person:admin", "scenario_declined"),
    ("person:somebody", "account_invited"),
    ("person:somebody", "password_reset"),
    ("person:somebody", "account_unused"),
    ("person:somebody", "handover_drawn_up"),
    ("person:somebody", "post_ending"),
    ("leader", "post_ending"),
    ("person:somebody", "steward_chosen"),
    ("person:somebody", "choice_declined"),
    ("person:somebody", "handover_unsigned"),
    ("leader", "handover_unsigned"),
}


def constant(audience: ast.expr) -> str | None:
    if isinstance(audience, ast.Constant):
        return str(audience.value)
    if isinstance(audience, ast.JoinedStr) and isinstance(audience.values[0], ast.Constant):
        return str(audience.values[0].value)
    return None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whoever_is_told_has_words(language):
    for audience, template in told() | OTHERS:
        assert template in notice_templates(), template
        if audience is not None:
            assert notice_templates()[template].wording(reader_of(audience), language)


def test_every_rung_of_the_ladder_has_words():
    for rung in LADDER:
        template = notice_templates()[f"warning_{rung.key}"]
        for reader in ("steward", "officer", "leader", "alert"):
            assert template.wording(reader, "zh")
            assert template.wording(reader, "en")


def test_no_text_is_kept_that_nobody_tells():
    spoken = {template for _, template in told() | OTHERS} | {
        f"warning_{rung.key}" for rung in LADDER
    }
    assert set(TEMPLATES) == spoken


@pytest.mark.parametrize("name", TEMPLATES)
def test_both_languages_have_the_same_wordings(name):
    by_language = {
        language: {reader for reader, one in notice_templates()[name].wordings if one == language}
        for language in ("zh", "en")
    }
    assert by_language["zh"] == by_language["en"]
    assert by_language["zh"] <= set(READERS)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_readme_lists_every_variable(name):
    readme = (texts.TEMPLATES / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`([a-z_]+)(?:\.[a-z_]+)?`", readme))
    text = (texts.TEMPLATES / f"{name}.yaml").read_text(encoding="utf-8")
    environment = Environment(autoescape=True)
    environment.filters |= {"day": str, "listed": str}
    assert meta.find_undeclared_variables(environment.parse(text)) <= listed


def test_bad_news_goes_to_the_installation_too():
    assert set(alert_templates()) >= {"warning_red", "warning_supervision", "approval_voided"}


def test_a_text_that_nobody_wrote_is_an_error():
    with pytest.raises(UnknownTemplate):
        render("nothing_of_the_kind", "enterprise", "zh-CN", {})
    with pytest.raises(UndefinedError):
        render("item_granted", "enterprise", "zh-CN", {})


def test_what_acts_and_events_declare_is_what_they_tell():
    tables = registry()
    declared = {notice for act in tables.acts.values() for notice in act.notices}
    declared |= {notice for kind in tables.events.values() for notice in kind.notices}
    assert declared | {OF_AGENTS} == {template for _, template in told()}
