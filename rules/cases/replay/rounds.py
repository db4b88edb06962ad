"""The case rounds of a project rebuilt from its log, act by act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from models.cases.case_round import CaseRound, merged
from models.cases.facts import ProjectFacts
from models.cases.states import ProjectState
from models.scenarios.definition import ScenarioDefinition
from rules.cases.context import Context
from rules.cases.replay.entries import Happened
from rules.cases.replay.fold import fold
from rules.cases.replay.replayed import Replayed
from rules.cases.rounds import Moment, Stamps, changed_rounds

Entry = tuple[datetime, Happened]


def rounds_of_log(
    facts: ProjectFacts,
    log: Iterable[Entry],
    versions: Mapping[int, ScenarioDefinition],
    context: Context,
) -> dict[tuple[str, int], CaseRound]:
    """(item, round) → what the log says of it; last days and counted days as the context's calendar and
    policy give them.
    """
    replayed = Replayed(facts.scenario, versions)
    rounds: dict[tuple[str, int], CaseRound] = {}
    for act in _acts(log):
        before = dict(replayed.items)
        fold(replayed, (happened for _, happened in act))
        at, first = act[0]
        moment = Moment(first.on, at, context.calendar, context.policy.clock)
        events = [happened.event for _, happened in act]
        stamps = _stamps(facts, replayed)
        for change in changed_rounds(before, replayed, replayed.scenario, stamps, events, moment):
            rounds[change.key] = merged(rounds.get(change.key), change)
    return rounds


def _acts(log: Iterable[Entry]) -> Iterator[list[Entry]]:
    """The entries of each act; the first entry of an act names it."""
    act: list[Entry] = []
    for entry in log:
        if "act" in entry[1].event.data and act:
            yield act
            act = []
        act.append(entry)
    if act:
        yield act


def _stamps(facts: ProjectFacts, replayed: Replayed) -> Stamps:
    project: Mapping[str, Any] = replayed.project
    state = ProjectState(str(project.get("state", ProjectState.ACTIVE)))
    return Stamps(facts.region, facts.enterprise, project.get("steward"), state)
