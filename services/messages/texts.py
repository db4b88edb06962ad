"""A notice put into words for one reader: names instead of keys, dates instead of ISO texts.

What an act told is stored as keys (``params``); here they become the names that the reader's
language has for them. Dates come from the event the notice tells of, so that a text stays what it
was however often it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from jinja2 import TemplateError
from sqlalchemy import Connection, Row

from config.notice_templates import Letter, UnknownTemplate, render
from config.settings import get_settings
from config.texts import translator
from models.calendar import DayKind
from models.clock import ClockEventKind
from models.definition import ScenarioDefinition, Text
from models.errors import KaigongError
from models.states import ClockKind
from models.supervision import SupervisionKind
from rules.context import ZONE
from services.scenarios import definition
from services.wording.attribute_words import corrections
from services.wording.names import department_name, document_name, faults, item_name, material_name
from services.wording.words import word

#: What a query has to select and join for :func:`write`, beside ``notice n``.
COLUMNS = (
    "n.audience, n.template, n.item, n.params, n.created_at AS noticed_at, p.code, p.title AS"
    " project, p.scenario_id, e.name AS enterprise, s.name AS steward, v.data->'clocks' AS clocks,"
    " i.department"
)
JOINS = (
    "LEFT JOIN project p ON p.id = n.project_id"
    " LEFT JOIN enterprise e ON e.credit_code = p.enterprise LEFT JOIN account s ON s.login = p.steward"
    " LEFT JOIN item i ON i.project_id = n.project_id AND i.code = n.item"
    " LEFT JOIN case_event v ON v.project_id = n.project_id AND v.seq = n.seq"
)
#: How a clock is called in a sentence.
CLOCKS: Mapping[str, str] = {
    ClockKind.CORRECTION_WINDOW: "window to ask for corrections",
    ClockKind.DECISION: "limit to decide",
    ClockKind.DELIVERY: "limit to deliver the document",
    ClockKind.MAKE_UP: "limit to hand in what was deferred",
    ClockKind.CONSULTATION: "limit of the consulted department to answer",
    ClockKind.NEXT_PHASE: "period to apply for the next phase",
}
#: How a limit is called beside the other one.
LIMITS: Mapping[str, str] = {"promised": "promised limit", "statutory": "statutory limit"}
#: What a day is on a new calendar.
DAYS: Mapping[str, str] = {
    DayKind.MAKE_UP_DAY: "{day} is worked for {name}",
    DayKind.HOLIDAY: "{day} is a day off: {name}",
    DayKind.WORKING_DAY: "{day} is an ordinary working day, not a day off for {name}",
    DayKind.WEEKEND: "{day} is a weekend day, not worked for {name}",
}
NAMELESS_DAYS: Mapping[str, str] = {
    DayKind.MAKE_UP_DAY: "{day} is worked in exchange for a day off",
    DayKind.HOLIDAY: "{day} is a day off",
    DayKind.WORKING_DAY: "{day} is an ordinary working day",
    DayKind.WEEKEND: "{day} is a weekend day",
}


def changed_day(one: Mapping[str, Any], translate: Callable[[str], str]) -> str:
    """A day that a new calendar sees differently, as a sentence; ``one`` is of ``changed_days``."""
    sentence = DAYS[one["after"]] if one["name"] else NAMELESS_DAYS[one["after"]]
    return translate(sentence).format(day=one["date"], name=translate(one["name"]))


class NoText(KaigongError):
    """template: {template} has no text for this notice: {reason}. Correct it in config/templates/notices."""

    field = "template"


def reader_of(audience: str) -> str:
    """The kind of reader that an audience is, as the templates name it."""
    return audience if audience in ("enterprise", "steward", "leader") else "officer"


def write(connection: Connection, row: Row[Any], language: str, reader: str) -> Letter:
    """The words of the notice in ``row`` (see :data:`COLUMNS`). Raises ``NoText``."""
    try:
        if row.scenario_id is None:
            return render(row.template, reader, language, _about_no_project(row, language))
        scenario = definition(connection, row.scenario_id)
        return render(row.template, reader, language, _values(row, scenario, language))
    except (TemplateError, UnknownTemplate, KeyError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise NoText(template=row.template, reason=reason) from error


def _about_no_project(row: Row[Any], language: str) -> dict[str, Any]:
    """What concerns the whole installation: the calendar, or a version of a scenario and its page."""
    on = row.noticed_at.astimezone(ZONE).date()
    empty = dict.fromkeys(("project", "code", "enterprise", "steward", "item", "department"), "")
    said = dict(row.params)
    if "name" in said:
        said["name"] = Text.model_validate(said["name"]).in_language(language)
    if said.get("effective_on"):
        said["effective_on"] = date.fromisoformat(said["effective_on"])
    link = get_settings().public_url + said.pop("page", "")
    return {**said, **empty, "link": link, "on": on}


def _values(row: Row[Any], scenario: ScenarioDefinition, language: str) -> dict[str, Any]:
    names = _Names(scenario, language)
    item = scenario.item.get(row.item) if row.item else None
    params = row.params
    if row.template == "correction_requested":
        params = {"faults": faults(scenario, {**params, "item": row.item})}
    said = {key: names.of(key, value) for key, value in params.items()}
    # A stage's opening tells the key and the name of it; people read the name.
    said["stage"] = said.pop("name", None)
    return said | {
        "project": row.project,
        "code": row.code,
        "enterprise": row.enterprise,
        "steward": row.steward,
        "link": f"{get_settings().public_url}/projects/{row.code}",
        "on": row.noticed_at.astimezone(ZONE).date(),
        "item": item.name.in_language(language) if item else "",
        "department": names.department(row.department or item.department) if item else "",
        "due": _due(row.clocks, row.item),
    }


def _due(lines: list[dict[str, Any]] | None, item: str | None) -> dict[str, date | None]:
    """Last days that the act set, by the kind of clock; of several the last."""
    due: dict[str, date | None] = {kind.value: None for kind in ClockKind}
    for line in lines or ():
        if (
            line.get("item") == item
            and line.get("due_on")
            and line.get("event") != ClockEventKind.STOP
        ):
            found = date.fromisoformat(line["due_on"])
            due[line["clock"]] = max(found, due[line["clock"]] or found)
    return due


class _Names:
    """What keys are called in one language."""

    def __init__(self, scenario: ScenarioDefinition, language: str) -> None:
        self._scenario = scenario
        self._language = language
        translate = translator(language)
        self._by_param: Mapping[str, Callable[[Any], Any]] = {
            "material": self.material,
            "subject": self._subject,
            "consulted": self.department,
            "answered_by": self.department,
            "departments": lambda keys: [self.department(key) for key in keys],
            "materials": lambda keys: [self.material(key) for key in keys],
            "faults": lambda found: [self._fault(*one) for one in found],
            "items": lambda items: [self._text(found["name"]) for found in items],
            "name": self._text,
            "document": lambda kind: self._in_language(document_name(scenario, kind)),
            "bundle": self._text,
            "documents": lambda kinds: [
                self._in_language(document_name(scenario, kind)) for kind in kinds
            ],
            "waiting": self._items,
            "needed": self._items,
            "dropped": self._items,
            "corrected": lambda said: corrections(scenario, said, language, translate),
            "to": self.department,
            "because": lambda code: self._in_language(item_name(scenario, code)),
            "next": lambda code: self._in_language(item_name(scenario, code)),
            "happened_on": date.fromisoformat,
            "task": lambda kind: word(SupervisionKind(kind), translate),
            "procedure": lambda key: translate(key.replace("_", " ")),
            "clock": lambda kind: translate(CLOCKS[kind]),
            "due_on": date.fromisoformat,
            "reply_by": date.fromisoformat,
            "until": date.fromisoformat,
            "scheduled_for": date.fromisoformat,
            "until_passed": self._text,
            "held_on": date.fromisoformat,
            "moved": lambda moved: [self._moved(one) for one in moved],
            "changed_days": lambda days: [changed_day(one, translate) for one in days],
        }
        self._translate = translate

    def of(self, param: str, value: Any) -> Any:
        """A parameter as a reader sees it."""
        known = self._by_param.get(param)
        return value if known is None or value is None or value == "" else known(value)

    def material(self, key: str) -> str:
        return self._in_language(material_name(self._scenario, key))

    def _fault(self, name: Text, wrong: str) -> str:
        """What has to be corrected, and what is wrong with it."""
        colon = ": " if self._language.startswith("en") else "："
        return f"{self._in_language(name)}{colon}{wrong}"

    def _items(self, codes: list[str]) -> list[str]:
        return [self._in_language(item_name(self._scenario, code)) for code in codes]

    def _subject(self, key: str) -> str:
        """What a clock is about: the material that is owed, or the department that is asked."""
        asked = key in self._scenario.department and key not in self._scenario.material
        return self.department(key) if asked else self.material(key)

    def department(self, key: str) -> str:
        return self._in_language(department_name(self._scenario, key))

    def _moved(self, one: Mapping[str, Any]) -> dict[str, Any]:
        """A last day that a new calendar moved."""
        return {
            "item": self._in_language(item_name(self._scenario, one["item"])),
            "clock": self._translate(CLOCKS[one["clock"]]),
            "subject": self._subject(one["subject"]) if one["subject"] else "",
            "limit": self._translate(LIMITS[one["limit"]]),
            "before": date.fromisoformat(one["before"]),
            "after": date.fromisoformat(one["after"]),
            "days": one["days"],
        }

    def _in_language(self, text: Text) -> str:
        return text.in_language(self._language)

    def _text(self, value: Mapping[str, str]) -> str:
        return self._in_language(Text.model_validate(value))
