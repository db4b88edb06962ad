"""Which acts a person may do on an item now: each is tried on the facts, nothing is written.

The rules themselves answer, so a page never offers what would be refused; where an act belongs to
the person but not to the moment, the rule's own sentence says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from models.cases.commands import Entry, ProjectCommand
from models.cases.facts import ProjectFacts
from models.cases.states import ProjectState
from models.errors import KaigongError
from rules.cases.context import Context
from rules.cases.decide import decide
from rules.cases.declarations.act import Act, Situation
from rules.cases.declarations.form import PromptedField, entries
from rules.cases.declarations.registry import registry
from rules.cases.instruments.guards import GuardRefused
from rules.cases.permissions import concerns

#: What stands for a text that nobody has written yet.
TEXT = "-"


@dataclass(frozen=True, slots=True)
class Possibility:
    """An act open to the person's role; ``refusal`` says why it is not possible now."""

    act: str
    refusal: KaigongError | None = None

    @property
    def possible(self) -> bool:
        """Whether the act would succeed now."""
        return self.refusal is None


def possibilities(facts: ProjectFacts, code: str, context: Context) -> tuple[Possibility, ...]:
    """The acts on an item that belong to the actor in its state, in the order of an item's life."""
    if facts.state is not ProjectState.ACTIVE:
        return ()
    situation = Situation(facts, code, context)
    return tuple(_attempt(act, situation) for act in _own(situation) if _applies(act, situation))


def side_by_side(
    offered: Iterable[Possibility],
) -> tuple[list[Possibility], list[Possibility]]:
    """Acts with an open form, and those with a folded one, in the order of the page."""
    acts = registry().acts
    in_order = sorted(offered, key=lambda possibility: acts[possibility.act].form.place)
    folded = [possibility for possibility in in_order if acts[possibility.act].form.folded]
    return [possibility for possibility in in_order if possibility not in folded], folded


def sample(act: Act, situation: Situation) -> ProjectCommand:
    """A sample command by which an act is tried."""
    if act.sample is not None:
        return act.sample(situation)
    values = {name: value(situation.today) for name, value in _examples(act.command)}
    return act.command.model_validate({"item": situation.code, **values})


def _own(situation: Situation) -> Iterator[Act]:
    acts, actor = registry(), situation.actor
    for name in acts.in_state[situation.item.state]:
        act = acts.acts[name]
        mine = act.by_people and name in acts.of_role[actor.role]
        if mine and concerns(actor, situation.facts, situation.definition, act.business):
            yield act


def _applies(act: Act, situation: Situation) -> bool:
    """Whether the act applies to the item at all; otherwise it is not shown, not even as refused."""
    return act.offered is None or act.offered(situation)


def _attempt(act: Act, situation: Situation) -> Possibility:
    command = sample(act, situation)
    facts = situation.facts if act.foreseen is None else act.foreseen(situation)
    try:
        decide(facts, command, situation.context)
    except GuardRefused as refusal:
        # What is filled in is not known yet: its own form can be filled in so that it passes.
        open_ = refusal.own and act.fills_form
        return Possibility(act.name, None if open_ else refusal)
    except KaigongError as refusal:
        return Possibility(act.name, refusal)
    return Possibility(act.name)


@cache
def _examples(command: type[ProjectCommand]) -> tuple[tuple[str, Callable[[date], Any]], ...]:
    """A sample value for each required field."""
    required = (asked for asked in entries(command) if asked.required)
    return tuple((asked.name, _example(asked)) for asked in required)


def _example(asked: PromptedField) -> Callable[[date], Any]:
    if asked.entry is Entry.DAY:
        return lambda today: today
    value = _VALUES[asked.entry](asked) if asked.entry in _VALUES else TEXT
    return lambda _: value


_VALUES: dict[Entry, Callable[[PromptedField], Any]] = {
    Entry.NUMBER: lambda asked: max(asked.least or 1, 1),
    Entry.CHOICE: lambda asked: asked.choices[0][0],
    Entry.YES_OR_NO: lambda _: True,
}
