"""What conditions of a kind may ask for, and what a matter answers (``docs/matters.md``).

``matter.NAME`` and ``clock.KEY.NAME`` are fixed lists; ``form.ACT.FIELD`` and the records of a kind
(``call_back.outcome``) follow from its acts. No time, no name of a person, no free text decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from models.cases.clock import ClockFacts
from models.cases.states import ClockState
from models.matters.definition import Identity, KindDefinition
from models.matters.facts import EntryFacts, MatterFacts
from models.scenarios.forms import FieldType
from models.values import AttributeValue
from rules.scenarios.conditions.evaluation import MISSING, Lookup, Missing, evaluate
from rules.scenarios.conditions.language import Attribute, Filled

MATTER, CLOCK, ACTOR = "matter", "clock", "actor"
#: Types of what may be asked for, as the verifier knows them.
TEXT, TRUTH, NUMBER = "text", "truth", "number"

#: Of the matter → how it answers, and in which type.
OF_MATTER: Final[Mapping[str, tuple[str, Callable[[MatterFacts], AttributeValue]]]] = {
    "class": (TEXT, lambda facts: facts.row.class_key),
    "category": (TEXT, lambda facts: facts.row.category),
    "channel": (TEXT, lambda facts: facts.row.channel),
    "about_type": (TEXT, lambda facts: facts.row.about_type),
    "identity": (TEXT, lambda facts: facts.row.identity.value),
    "anonymous": (TRUTH, lambda facts: facts.row.identity is Identity.ANONYMOUS),
    "round": (NUMBER, lambda facts: facts.row.round),
    "forced": (TRUTH, lambda facts: facts.row.forced),
    "has_unit": (TRUTH, lambda facts: facts.row.unit is not None),
    "has_supervisor": (TRUTH, lambda facts: facts.row.supervisor is not None),
    "result": (TEXT, lambda facts: facts.row.result),
}
#: Of a clock.
OF_CLOCK: Final[Mapping[str, Callable[[ClockFacts | None, date], bool]]] = {
    "running": lambda clock, _today: clock is not None and clock.state is ClockState.RUNNING,
    "held": lambda clock, _today: clock is not None and clock.state is ClockState.SUSPENDED,
    "stopped": lambda clock, _today: clock is not None and clock.state is ClockState.STOPPED,
    "over": lambda clock, today: clock is not None and _is_over(clock, today),
}
#: Of everything that acts record, beside the fields of their forms.
OF_RECORD: Final[Mapping[str, str]] = {
    "given": TRUTH,
    "count": NUMBER,
    "days": NUMBER,
    "ever": NUMBER,
    "unit": TEXT,
}


def _is_over(clock: ClockFacts, today: date) -> bool:
    return clock.state is ClockState.RUNNING and clock.due_on is not None and clock.due_on < today


def asks_of(kind: KindDefinition) -> frozenset[str]:
    """The words with which what a condition asks for may begin."""
    return frozenset({MATTER, CLOCK, *recorded_by(kind)})


def recorded_by(kind: KindDefinition) -> Mapping[str, tuple[str, ...]]:
    """What acts of a kind record → the acts that do."""
    records: dict[str, list[str]] = {}
    for key, act in kind.acts.items():
        if act.records is not None:
            records.setdefault(act.records, []).append(key)
    return {name: tuple(acts) for name, acts in records.items()}


def known_to(kind: KindDefinition) -> Mapping[str, str]:
    """Everything that a condition of a kind may ask for → its type."""
    known = {f"{MATTER}.{name}": type_ for name, (type_, _) in OF_MATTER.items()}
    known |= {f"{CLOCK}.{key}.{name}": TRUTH for key in kind.clocks for name in OF_CLOCK}
    for key, act in kind.acts.items():
        for field in act.form:
            known[f"form.{key}.{field.key}"] = _TYPES.get(field.type, TEXT)
            if act.records is not None:
                known[f"{act.records}.{field.key}"] = _TYPES.get(field.type, TEXT)
        if act.records is not None:
            known |= {f"{act.records}.{name}": type_ for name, type_ in OF_RECORD.items()}
    return known


_TYPES: Mapping[FieldType, str] = {
    FieldType.INTEGER: NUMBER,
    FieldType.DECIMAL: NUMBER,
    FieldType.BOOLEAN: TRUTH,
}


def lookup(
    facts: MatterFacts, today: date, act: str | None = None, form: Mapping[str, Any] | None = None
) -> Lookup:
    """What a matter answers on a day; ``form`` is that of the act which is being done."""

    def answer(operand: Attribute | Filled) -> AttributeValue | Missing:
        if isinstance(operand, Filled):
            if operand.item == act and form is not None:
                return _value(form.get(operand.field))
            entry = facts.brought(operand.item)
            return MISSING if entry is None else _value(entry.form.get(operand.field))
        return _attribute(facts, today, operand)

    return answer


def _attribute(facts: MatterFacts, today: date, operand: Attribute) -> AttributeValue | Missing:
    if operand.of == MATTER:
        known = OF_MATTER.get(operand.name)
        value = None if known is None else known[1](facts)
        return MISSING if value is None else value
    if operand.of == CLOCK:
        key, _, name = operand.name.partition(".")
        asked = OF_CLOCK.get(name)
        return MISSING if asked is None else asked(facts.clock(key), today)
    return _recorded(facts, operand)


def _recorded(facts: MatterFacts, operand: Attribute) -> AttributeValue | Missing:
    entries = facts.recorded(operand.of)
    match operand.name:
        case "given":
            return bool(entries)
        case "count":
            return len(entries)
        case "days":
            return len({entry.on for entry in entries})
        case "ever":
            return sum(entry.records == operand.of for entry in facts.entries.values())
    last: EntryFacts | None = entries[-1] if entries else None
    if operand.name == "unit":
        return MISSING if last is None or last.unit is None else last.unit
    return MISSING if last is None else _value(last.form.get(operand.name))


def _value(value: Any) -> AttributeValue | Missing:
    return MISSING if value is None or isinstance(value, list) else value


def holds(kind: KindDefinition, condition: str | None, asked: Lookup) -> bool | None:
    """Whether a condition of a kind holds; ``None`` where a value that decides it is not there."""
    if condition is None:
        return True
    return evaluate(condition, asked, forms=True, asks=asks_of(kind))
