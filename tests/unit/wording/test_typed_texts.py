"""What a person typed stays as typed, whatever words of ours it looks like; our words are translated."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from string import Formatter

import pytest

from config.texts import ACT, Word, catalogue, translator
from models.cases.states import DeficiencyState, ItemState
from models.errors import InvalidInput, KaigongError, NotFound
from models.findings import Finding, FindingKind, Severity
from models.people.actor import Actor, Role
from models.statements import Statement
from models.values import Text
from rules.cases.clocks.kinds import PHASE_LAPSED
from rules.cases.permissions import RoleMayNotAct, check_permission
from services.cases.views.timeline import sentence
from services.cases.views.values.project_records import EventRow
from services.documents.files import FileEmpty
from services.wording.names import reason_words
from tests.support.states import received
from tests.support.texts_in_code import errors

CHINESE = translator("zh-CN")
#: Words that the catalogue knows, in a context or as a sentence, and that a person may type.
TYPED = ("granted", "Open", "approver", "yes", "Fill this in.")


def test_the_typed_texts_of_these_tests_would_be_translated_as_words_of_ours():
    known = {text for _, text in catalogue("zh-CN")}
    assert set(TYPED) <= known


@pytest.mark.parametrize("typed", TYPED)
def test_word1_no_refusal_translates_what_was_typed(typed):
    """Whatever a parameter is called, but for the field and the remedy, which are always ours."""
    shown, translated = 0, []
    for kind in errors():
        names = {name for _, name, _, _ in Formatter().parse(kind.template) if name}
        if names - {"field", "remedy"} and kind.sentence is KaigongError.sentence:
            refusal = kind.__new__(kind)
            KaigongError.__init__(refusal, **dict.fromkeys(names, typed))
            shown += 1
            if typed not in refusal.sentence(CHINESE):
                translated.append(kind)
    assert shown > 150
    assert translated == []


def test_a_login_is_no_role_and_a_role_is_a_word():
    play = received().play
    stranger = Actor("approver", Role.LEADER)
    with pytest.raises(RoleMayNotAct) as refused:
        check_permission(stranger, "approve_item", play.facts, play.facts.definition("A1"))
    said = refused.value.sentence(CHINESE)
    assert "approver" in said
    assert "审批人" in said
    assert "准予" in said
    assert "approve_item" not in said


def test_a_project_and_a_file_keep_their_names():
    project = NotFound(
        field="project", value="Open", remedy="Look it up on the page of the project."
    )
    assert "Open" in project.sentence(CHINESE)
    assert project.sentence(CHINESE).startswith("项目")
    assert "granted" in FileEmpty(name="granted").sentence(CHINESE)


def test_words_states_and_lists_of_them_are_translated():
    class Shown(KaigongError):
        template = "{act}: {state} {owed} {known}"

    shown = Shown(
        act=Word("approve_item", ACT),
        state=ItemState.OPEN,
        owed=[DeficiencyState.OPEN, Word("none")],
        known=["open", "none"],
    )
    assert shown.sentence(CHINESE) == "准予: 可申报 待补交 / 无 open / none"
    assert shown.sentence() == "approve_item: open open / none open / none"


def test_names_stand_in_place_of_codes_and_of_nothing_else():
    class Named(KaigongError):
        template = "{item} {value} {actor}"

    names = {"land": Text(zh="用地", en="Land")}
    named = Named(item="land", value="land", actor="land")
    assert named.sentence(CHINESE, names) == "用地 land land"
    assert named.sentence(str, names) == "Land land land"
    assert named.sentence(CHINESE) == "land land land"


def test_a_refusal_from_another_process_keeps_its_words():
    refusal = InvalidInput(field="title", value=Word("none"), remedy="Fill this in.")
    kind, params = pickle.loads(pickle.dumps((type(refusal), refusal.params)))  # noqa: S301
    assert kind(**params).sentence(CHINESE) == refusal.sentence(CHINESE)
    assert "无" in refusal.sentence(CHINESE)


def test_the_time_line_repeats_what_was_typed():
    play = received().play
    event = EventRow(
        seq=9,
        at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        kind="ItemDenied",
        item="A1",
        actor="approver",
        actor_name=None,
        role="approver",
        data={"reason": "granted"},
    )
    assert sentence(event, play.facts, "zh-CN", CHINESE).endswith("granted")


def test_a_reason_is_translated_only_where_the_passing_of_time_gave_it():
    assert reason_words("Open", CHINESE) == "Open"
    assert reason_words(PHASE_LAPSED, CHINESE) != PHASE_LAPSED


def test_findings_and_statements_translate_their_words_alone():
    kind = FindingKind("x", Severity.ERROR, "{kind} {name} {value}", "")
    finding = Finding(kind, (), {"kind": "item", "name": "granted", "value": "Open"})
    assert finding.parts(CHINESE)[0] == "事项 granted Open"
    statement = Statement(
        "x", "{state} {value}", {"state": Word.of(ItemState.OPEN), "value": "open"}
    )
    assert statement.message(CHINESE) == "可申报 open"
