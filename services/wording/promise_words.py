"""Promises of a scenario in words."""

from __future__ import annotations

from collections.abc import Callable

from config.texts import translator
from models.scenarios.definition import (
    NamedPromise,
    PromiseDefinition,
    ScenarioDefinition,
    Text,
)
from models.scenarios.promises import Happening, parts_of
from services.wording.words import word

Translate = Callable[[str], str]

WHOLE = "{days} working days for all counted approvals"
TOGETHER = "{length} for {items} together"
BETWEEN = "{length} from {start} to {end}"
#: What an event of a promise is called; a decision is called like its item.
EVENTS = {
    Happening.OPENED: "{item} can be applied for",
    Happening.RECEIVED: "{item} is applied for",
    Happening.ACCEPTED: "{item} is accepted",
}
REGISTERED = "the registration"
ALL_DONE = "the last counted approval"


def promise_name(scenario: ScenarioDefinition, key: str) -> Text:
    """What a promise is called, by its key; the key where the scenario no longer makes it."""
    promise = _promise(scenario, key)
    if promise is None:
        return Text(zh=key, en=key)
    if isinstance(promise, NamedPromise):
        return promise.name
    zh, en = (
        promise_text(scenario, promise, translator(language), language)
        for language in ("zh-CN", "en")
    )
    return Text(zh=zh, en=en)


def promise_source(scenario: ScenarioDefinition, key: str) -> str | None:
    """The document that promises it."""
    promise = _promise(scenario, key)
    return promise.source if promise is not None else None


def _promise(scenario: ScenarioDefinition, key: str) -> PromiseDefinition | None:
    return next((promise for promise in scenario.all_promises if promise.named == key), None)


def promise_text(
    scenario: ScenarioDefinition,
    promise: PromiseDefinition,
    translate: Translate,
    language: str,
) -> str:
    """What is promised: how long, from what to what."""
    space = "" if language.startswith("zh") else " "
    length = f"{promise.days}{space}{word(promise.unit, translate)}"
    if promise.is_whole:
        return translate(WHOLE).format(days=promise.days)
    if promise.items:
        comma = "、" if language.startswith("zh") else ", "
        named = comma.join(_item(scenario, code, language) for code in promise.items)
        return translate(TOGETHER).format(length=length, items=named)
    start, end = (
        _event(scenario, event, translate, language) for event in (promise.start, promise.end)
    )
    return translate(BETWEEN).format(
        length=length, start=start or translate(REGISTERED), end=end or translate(ALL_DONE)
    )


def _event(
    scenario: ScenarioDefinition, event: str | None, translate: Translate, language: str
) -> str | None:
    item, happening = parts_of(event) if event is not None else (None, Happening.DECIDED)
    if item is None:
        return None
    name = _item(scenario, item, language)
    sentence = EVENTS.get(happening)
    return translate(sentence).format(item=name) if sentence is not None else name


def _item(scenario: ScenarioDefinition, code: str, language: str) -> str:
    definition = scenario.item.get(code)
    return definition.name.in_language(language) if definition is not None else code
