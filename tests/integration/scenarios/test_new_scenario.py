"""One YAML file is a new scenario: a stage, items, papers, a form, a document and a body that no code knows."""

from __future__ import annotations

import pytest

from deployments.demo.cast import Cast
from deployments.demo.in_flight import DirectMachine, Nobody
from deployments.demo.play import Rehearsal
from deployments.demo.scenario_choice import NothingToPlay, chosen
from models.cases.states import ItemState, ProjectState
from services.cases import audit
from services.ledger.store import load
from services.scenarios import published as scenarios
from services.scenarios.scenario_files import NotPublishable
from tests.support.canteen import CANTEEN, KEY, canteen, published_by_two
from tests.support.places import ROOT
from tests.support.play import START, moment

S = ItemState


def played(database, definition, tales):
    """Projects from their registration to their end; their facts."""
    cast = Cast(database, definition)
    cast.gather({tale.enterprise: tale.enterprise_name for tale in tales})
    Rehearsal(database, cast, DirectMachine(database), Nobody()).play(tales)
    with database.reading() as connection:
        return [load(connection, tale.code, history=True).facts for tale in tales]


def test_projects_go_through_it_without_any_code(database):
    definition = published_by_two(database)
    tales = [canteen(1), canteen(2, gas_stove=False), canteen(3, seats=800)]
    usual, without_gas, large = played(database, definition, tales)
    for facts, needed in (
        (usual, {"A01", "K1", "K2", "K4"}),
        (without_gas, {"A01", "K1", "K4"}),
        (large, {"A01", "K1", "K2", "K3", "K4"}),
    ):
        assert facts.state is ProjectState.COMPLETED
        states = {code: item.state for code, item in facts.items.items()}
        assert {code for code, state in states.items() if state is not S.NOT_REQUIRED} == needed
        assert (states["K1"], states["K4"]) == (S.GRANTED, S.CONCLUDED)
        assert facts.items["A01"].correction_notices == 1
        assert facts.items["K1"].document_issued
        assert facts.items["K1"].form["stoves"] > 0
    assert audit.verify(database).ok


def test_a_demonstration_plays_a_file_of_an_administrator(database):
    choice = chosen(str(CANTEEN))
    with database.transaction() as connection:
        definition = choice.publish(connection, moment(START))
        assert scenarios.newest(connection, "industrial-simple")[1].version == 1
    assert definition.key == KEY
    first, second = played(database, definition, choice.stories(2, seed=7))
    assert first.state is second.state is ProjectState.COMPLETED
    assert {code for code, item in first.items.items() if item.correction_notices} == {"A01"}
    assert {owed.item for owed in first.deficiencies.values()} == {"K1"}
    assert not second.deficiencies


def test_a_demonstration_of_nothing_is_refused_before_anything_starts():
    for name in ("nonsense", "nonsense.yaml", str(ROOT / "config" / "scenarios")):
        with pytest.raises(NothingToPlay, match="industrial-simple"):
            chosen(name)
    with pytest.raises(NotPublishable, match="holds for no project"):
        chosen(str(ROOT / "tests" / "data" / "scenarios" / "condition_never.yaml"))
    assert chosen("municipal-road").definition.key == "municipal-road"


def test_no_code_knows_it():
    words = (KEY, "kitchen", "K1")
    for package in ("models", "rules", "services", "tasks", "flows", "web", "cli", "config"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert [word for word in words if f'"{word}' in text] == [], path
