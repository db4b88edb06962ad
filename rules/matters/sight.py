"""What of a matter somebody reads, and what of it they may do: one rule for page, API, export and notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from models.errors import KaigongError
from models.matters.definition import Identity, KindAct
from models.matters.facts import EntryFacts, MatterFacts
from models.values import Text
from rules.matters.asking import holds, lookup
from rules.matters.context import MatterContext
from rules.matters.decide import check_admitted
from rules.matters.predicates import holding

#: Who reads the name of a filer who hides it.
KNOWS_THE_NAME: Final = frozenset(
    {"filer", "filer_enterprise", "dispatcher", "office_head", "time"}
)
#: Who it is filed by, and reads only what is public of it.
OUTSIDE: Final = frozenset({"filer", "filer_enterprise"})
#: Who works on it, and reads everything but a hidden name.
INSIDE: Final = frozenset(
    {
        "dispatcher",
        "office_head",
        "unit",
        "head",
        "handler",
        "supervisor",
        "steward_of_project",
        "leader",
        "time",
    }
)


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that belongs to somebody in the state that the matter is in."""

    act: str
    declared: KindAct
    reasons: tuple[Text, ...] = ()
    """Why its guards would refuse it now, whatever is filled in."""

    @property
    def possible(self) -> bool:
        """Whether nothing stands in its way but its form."""
        return not self.reasons


def knows_the_name(facts: MatterFacts, context: MatterContext) -> bool:
    """Whether somebody reads who filed it."""
    named = facts.row.identity is Identity.NAMED
    return named or bool(KNOWS_THE_NAME & holding(context, facts))


def is_inside(facts: MatterFacts, context: MatterContext) -> bool:
    """Whether somebody works on it, and reads what is not public."""
    return bool(INSIDE & holding(context, facts))


def readable(
    facts: MatterFacts, context: MatterContext
) -> Iterator[tuple[EntryFacts, dict[str, Any]]]:
    """The entries that somebody may read, each with the values of its form that they may."""
    inside, named = is_inside(facts, context), knows_the_name(facts, context)
    for _, entry in sorted(facts.entries.items()):
        if entry.public or inside:
            fields = facts.kind.acts[entry.act].field
            filing = facts.kind.acts[entry.act].files
            yield (
                entry,
                {
                    key: value
                    for key, value in entry.form.items()
                    if not fields[key].private or (inside and (named or not filing))
                },
            )


def offers(facts: MatterFacts, context: MatterContext) -> tuple[Offer, ...]:
    """The acts that belong to somebody now, with what stands in their way."""
    return tuple(_offered(facts, context))


def _offered(facts: MatterFacts, context: MatterContext) -> Iterator[Offer]:
    who = holding(context, facts)
    asked = lookup(facts, context.act.today)
    for key, act in facts.kind.acts.items():
        if facts.row.state not in act.from_ or not _admitted(facts, key, context):
            continue
        if act.once_per_round and _done(facts, key):
            continue
        reasons = tuple(
            guard.refusal
            for guard in act.guards
            if (not guard.of or who.intersection(guard.of))
            and holds(facts.kind, guard.check, asked) is False
        )
        yield Offer(key, act, reasons)


def _admitted(facts: MatterFacts, act: str, context: MatterContext) -> bool:
    try:
        check_admitted(facts, act, context)
    except KaigongError:
        return False
    return True


def _done(facts: MatterFacts, act: str) -> bool:
    entries = facts.entries.values()
    return any(entry.act == act and entry.round == facts.row.round for entry in entries)
