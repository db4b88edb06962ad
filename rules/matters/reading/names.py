"""Whether everything that a kind names is there: without it no act of the kind could be carried out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from models.errors import KaigongError
from models.findings import Finding, FindingKind, Path
from models.matters.definition import FORM, Effects, KindAct, KindDefinition
from models.matters.facts import SETTABLE
from models.scenarios.forms import FieldType
from rules.matters.asking import asks_of, known_to
from rules.matters.predicates import PREDICATES
from rules.matters.reading import codes
from rules.scenarios.conditions.language import Attribute, Filled, parse, parts

_SETTABLE = frozenset({"class"} | (SETTABLE - {"class_key"}))


def check_names(kind: KindDefinition) -> Iterator[Finding]:
    """Every name that leads nowhere, every condition that asks for what is not there."""
    yield from _of_the_whole(kind)
    for key, act in kind.acts.items():
        yield from _of_act(kind, key, act)
    for key, clock in kind.clocks.items():
        yield from _predicates((clock.owner,), ("clocks", key, "owner"))
        for index, rung in enumerate(clock.ladder):
            yield from _predicates(rung.to, ("clocks", key, "ladder", index, "to"))
    yield from _conditions(kind)


def _of_the_whole(kind: KindDefinition) -> Iterator[Finding]:
    filing = [key for key, act in kind.acts.items() if act.files]
    if len(filing) != 1:
        yield Finding(codes.NO_FILING, ("acts",), {"count": len(filing)})
    if not any(state.final for state in kind.states.values()):
        yield Finding(codes.NO_FINAL_STATE, ("states",))
    if not counts(kind.number.pattern):
        params = {"value": kind.number.pattern}
        yield Finding(codes.NUMBER_NOT_COUNTING, ("number", "pattern"), params)
    closing = kind.ledger.close_out_number
    if closing is not None and not counts(closing):
        yield Finding(codes.NUMBER_NOT_COUNTING, ("ledger", "close_out_number"), {"value": closing})


def counts(pattern: str) -> bool:
    """Whether a pattern gives every matter of a year another number."""
    try:
        first, second = (pattern.format(region="0", year=0, seq=n) for n in (1, 2))
    except (KeyError, IndexError, ValueError, AttributeError):
        return False
    return first != second


def _of_act(kind: KindDefinition, key: str, act: KindAct) -> Iterator[Finding]:
    at: Path = ("acts", key)
    yield from _predicates((*act.by, *act.not_by, *act.tells), (*at, "by"))
    yield from _unknown(codes.STATE_UNKNOWN, key, act.from_, kind.states, (*at, "from"))
    yield from _unknown(codes.STATE_UNKNOWN, key, act.targets, kind.states, (*at, "to"))
    own = [name for name in (act.extends, act.on_end_of) if name is not None]
    yield from _unknown(codes.CLOCK_UNKNOWN, key, own, kind.clocks, at)
    for effects, place in ((act, at), *((way, (*at, "ways", i)) for i, way in enumerate(act.ways))):
        yield from _effects(kind, key, act, effects, place)
    yield from _form(key, act, at)
    if act.extends is not None:
        types = {field.key: field.type for field in act.form}
        if types.get("days") is not FieldType.INTEGER or "reason" not in types:
            yield Finding(codes.EXTENSION_MISSING, at, {"act": key})


def _effects(
    kind: KindDefinition, key: str, act: KindAct, effects: Effects, at: Path
) -> Iterator[Finding]:
    clocks = (*effects.starts, *effects.stops, *effects.holds, *effects.resumes)
    yield from _unknown(codes.CLOCK_UNKNOWN, key, clocks, kind.clocks, at)
    yield from _unknown(codes.FIELD_NOT_SETTABLE, key, effects.sets, _SETTABLE, (*at, "sets"))
    filled = [
        source.removeprefix(FORM)
        for source in effects.sets.values()
        if isinstance(source, str) and source.startswith(FORM)
    ]
    yield from _unknown(codes.FIELD_NOT_IN_FORM, key, filled, act.field, (*at, "sets"))
    for clock in effects.starts:
        for class_ in kind.classes if clock in kind.clocks else ():
            if kind.limit_of(clock, class_.key) is None:
                params = {"clock": clock, "act": key, "value": class_.key}
                yield Finding(codes.CLASS_WITHOUT_LIMIT, ("classes",), params)


def _form(key: str, act: KindAct, at: Path) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, field in enumerate(act.form):
        params = {"act": key, "value": field.key}
        if field.key in seen:
            yield Finding(codes.FIELD_TWICE, (*at, "form", index, "key"), params)
        if field.type is FieldType.CHOICE and len(field.choices) < 2:  # noqa: PLR2004 - one is no choice
            yield Finding(codes.CHOICE_WITHOUT_CHOICES, (*at, "form", index), params)
        seen.add(field.key)


def _predicates(names: Iterable[str], at: Path) -> Iterator[Finding]:
    for name in names:
        if name not in PREDICATES:
            params = {"value": name, "known": _near(name, PREDICATES)}
            yield Finding(codes.PREDICATE_UNKNOWN, at, params)


def _unknown(
    code: FindingKind, act: str, names: Iterable[str], known: Iterable[str], at: Path
) -> Iterator[Finding]:
    there = list(known)
    for name in names:
        if name not in there:
            yield Finding(code, at, {"act": act, "value": name, "known": _near(name, there)})


def _near(name: str, known: Iterable[str]) -> list[str]:
    """The known names, the most similar first."""
    listed = list(known)
    near = get_close_matches(name, listed, n=3)
    return near + [other for other in listed if other not in near]


# --- conditions ---------------------------------------------------------------------------------


def conditions_of(kind: KindDefinition) -> Iterator[tuple[str, Path, str]]:
    """Every condition of a kind: the act that it belongs to, its place, its text."""
    for key, act in kind.acts.items():
        at: Path = ("acts", key)
        for index, guard in enumerate(act.guards):
            yield key, (*at, "guards", index, "check"), guard.check
        for index, way in enumerate(act.ways):
            if way.when is not None:
                yield key, (*at, "ways", index, "when"), way.when
        for index, field in enumerate(act.form):
            if field.when is not None:
                yield key, (*at, "form", index, "when"), field.when


def _conditions(kind: KindDefinition) -> Iterator[Finding]:
    known, asks = known_to(kind), asks_of(kind)
    for act, at, text in conditions_of(kind):
        try:
            tree = parse(text, forms=True, asks=asks)
        except KaigongError as fault:
            yield Finding(codes.CONDITION_FAULTY, at, {"act": act, "problem": fault.sentence()})
            continue
        for part in parts(tree):
            name = asked_name(part)
            if name is not None and name not in known:
                params = {"act": act, "value": name, "known": get_close_matches(name, known, n=5)}
                yield Finding(codes.CONDITION_UNKNOWN, at, params)


def asked_name(part: object) -> str | None:
    """What a part of a condition asks for, as it is written."""
    match part:
        case Attribute(name, of):
            return f"{of}.{name}"
        case Filled(item, field):
            return f"form.{item}.{field}"
    return None
