"""The text of a notice for one reader: names instead of keys, dates instead of ISO texts.

The content of a notice is stored as keys (``params``); here they become the names that the reader's
language has for them. Dates come from the event the notice tells of, so that a text stays what it
was however often it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from jinja2 import TemplateError
from sqlalchemy import Connection, Row

from config.notice_templates import READERS, Letter, UnknownTemplate, render
from config.settings import get_settings
from config.texts import Word, colon, context_of, translator
from models.cases.commitment import EndGround
from models.cases.supervision import SupervisionKind
from models.clock.calendar import DayKind
from models.clock.values import ClockEventKind
from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition, SpecialProcedure, Text
from rules.cases.clocks.registry import KINDS
from rules.cases.context import ZONE
from rules.cases.legal_dates import PHRASES
from services.installation.sealing import Sealer
from services.scenarios.published import definition
from services.wording.attribute_words import corrections
from services.wording.filling import instructions
from services.wording.names import (
    department_name,
    document_name,
    faults,
    item_name,
    material_name,
    subject_name,
)
from services.wording.words import act_word, clock_phrase, word

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
#: Names that a notice about a matter tells in both languages: its kind says them.
OF_A_MATTER = ("kind", "act", "state")
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


def changed_day(day: Mapping[str, Any], translate: Callable[[str], str]) -> str:
    """A sentence for a day changed by a new calendar; ``day`` is an entry of ``changed_days``."""
    sentence = DAYS[day["after"]] if day["name"] else NAMELESS_DAYS[day["after"]]
    return translate(sentence).format(day=day["date"], name=day["name"])


class NoText(KaigongError):
    template = "template: {template} has no text for this notice: {reason}. Correct it in config/templates/notices."
    field = "template"


def reader_of(audience: str) -> str:
    """The templates' name for the kind of reader of an audience."""
    return audience if audience in READERS else "officer"


def write(connection: Connection, row: Row[Any], language: str, reader: str) -> Letter:
    """The text of the notice in ``row`` (see :data:`COLUMNS`). Raises ``NoText``."""
    try:
        if row.scenario_id is None:
            return render(row.template, reader, language, _about_no_project(row, language))
        scenario = definition(connection, row.scenario_id)
        return render(row.template, reader, language, _values(row, scenario, language))
    except (TemplateError, UnknownTemplate, KeyError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise NoText(template=row.template, reason=reason) from error


def _about_no_project(row: Row[Any], language: str) -> dict[str, Any]:
    """Values of a notice without project: the calendar, a scenario version or a matter, and its page."""
    on = row.noticed_at.astimezone(ZONE).date()
    empty = dict.fromkeys(("project", "code", "enterprise", "steward", "item", "department"), "")
    values = dict(row.params)
    for key in ("name", *OF_A_MATTER):
        if key in values:
            values[key] = Text.model_validate(values[key]).in_language(language)
    for key in ("effective_on", "until"):
        if values.get(key):
            values[key] = date.fromisoformat(values[key])
    link = get_settings().public_url + _path(values)
    return {**values, **empty, "link": link, "on": on}


def _path(values: dict[str, Any]) -> str:
    """The path that a letter leads to; one that opens an account was sealed."""
    sealed = values.pop("sealed", None)
    if sealed is not None:
        return Sealer(get_settings().signing_key).open(sealed.encode())
    return str(values.pop("page", ""))


def _values(row: Row[Any], scenario: ScenarioDefinition, language: str) -> dict[str, Any]:
    names = _Names(scenario, language)
    item = scenario.item.get(row.item) if row.item else None
    params = row.params
    if row.template == "correction_requested":
        known = {name: params[name] for name in ("override", "barred") if name in params}
        how = instructions(scenario, row.item, params, translator(language), language)
        params = {"faults": faults(scenario, {**params, "item": row.item}), **known}
        params["instructions"] = how
    values = {key: names.of(key, value) for key, value in params.items()}
    # A stage's opening tells the key and the name of it; people read the name.
    values["stage"] = values.pop("name", None)
    # Only what is about a promise for the project names one.
    values.setdefault("promise", None)
    return values | {
        "project": row.project,
        "code": row.code,
        "enterprise": row.enterprise,
        "steward": row.steward,
        "link": f"{get_settings().public_url}/projects/{row.code}",
        "guide": f"{get_settings().public_url}/guides/{scenario.key}",
        "sample": f"{get_settings().public_url}/guides/{scenario.key}/items/{row.item}/sample",
        "on": row.noticed_at.astimezone(ZONE).date(),
        "item": item.name.in_language(language) if item else "",
        "department": names.department(row.department or item.department) if item else "",
        "due": _due(row.clocks, row.item),
    }


def _due(lines: list[dict[str, Any]] | None, item: str | None) -> dict[str, date | None]:
    """Last days set by the act, by kind of clock; the latest of several."""
    due: dict[str, date | None] = dict.fromkeys(KINDS)
    for line in lines or ():
        if (
            line.get("item") == item
            and line.get("due_on")
            and line.get("event") != ClockEventKind.STOP
        ):
            due_on = date.fromisoformat(line["due_on"])
            due[line["clock"]] = max(due_on, due[line["clock"]] or due_on)
    return due


class _Names:
    """Names of keys in one language."""

    def __init__(self, scenario: ScenarioDefinition, language: str) -> None:
        self._scenario = scenario
        self._language = language
        translate = translator(language)
        self._by_param: Mapping[str, Callable[[Any], Any]] = {
            "material": self.material,
            "subject": self._subject,
            "promise": self._subject,
            "consulted": self.department,
            "answered_by": self.department,
            "departments": lambda keys: [self.department(key) for key in keys],
            "materials": lambda keys: [self.material(key) for key in keys],
            "barred": lambda keys: [self.material(key) for key in keys],
            "faults": lambda pairs: [self._fault(*pair) for pair in pairs],
            "items": lambda items: [self._text(item["name"]) for item in items],
            "name": self._text,
            "document": lambda kind: self._in_language(document_name(scenario, kind)),
            "bundle": self._text,
            "documents": lambda kinds: [
                self._in_language(document_name(scenario, kind)) for kind in kinds
            ],
            "waiting": self._items,
            "needed": self._items,
            "dropped": self._items,
            "corrected": lambda entries: corrections(scenario, entries, language, translate),
            "to": self.department,
            "handed_by": self.department,
            "because": lambda code: self._in_language(item_name(scenario, code)),
            "next": lambda code: self._in_language(item_name(scenario, code)),
            "happened_on": date.fromisoformat,
            "was": date.fromisoformat,
            "task": lambda kind: word(SupervisionKind(kind), translate),
            "procedure": lambda key: translate(
                Word(key.replace("_", " "), context_of(SpecialProcedure))
            ),
            "acted": lambda act: act_word(act, translate),
            "clock": lambda kind: clock_phrase(kind, translate),
            "ground": lambda key: word(EndGround(key), translate),
            "due_on": date.fromisoformat,
            "statutory_due_on": date.fromisoformat,
            "reply_by": date.fromisoformat,
            "until": date.fromisoformat,
            "scheduled_for": date.fromisoformat,
            "until_passed": self._text,
            "held_on": date.fromisoformat,
            "moved": lambda moved: [self._moved(limit) for limit in moved],
            "changed_days": lambda days: [changed_day(day, translate) for day in days],
        }
        self._translate = translate

    def of(self, param: str, value: Any) -> Any:
        """A parameter as shown to a reader."""
        known = self._by_param.get(param)
        return value if known is None or value is None or value == "" else known(value)

    def material(self, key: str) -> str:
        return self._in_language(material_name(self._scenario, key))

    def _fault(self, name: Text, wrong: str) -> str:
        """A faulty paper or field and its fault."""
        return f"{self._in_language(name)}{colon(self._language)}{wrong}"

    def _items(self, codes: list[str]) -> list[str]:
        return [self._in_language(item_name(self._scenario, code)) for code in codes]

    def _subject(self, key: str) -> str:
        """Subject of a clock: the owed material, the consulted department, the promise."""
        return self._in_language(subject_name(self._scenario, key))

    def department(self, key: str) -> str:
        return self._in_language(department_name(self._scenario, key))

    def _moved(self, limit: Mapping[str, Any]) -> dict[str, Any]:
        """A limit whose last day was moved by a new calendar; a stored date is no limit of a clock."""
        clock, which = limit["clock"], limit["limit"]
        phrase = self._translate(PHRASES[which]) if clock is None else ""
        return {
            "item": self._in_language(item_name(self._scenario, limit["item"])),
            "clock": phrase or clock_phrase(clock, self._translate),
            "subject": self._subject(limit["subject"]) if limit["subject"] else "",
            "limit": "" if phrase else self._translate(LIMITS[which]),
            "before": date.fromisoformat(limit["before"]),
            "after": date.fromisoformat(limit["after"]),
            "days": limit["days"],
        }

    def _in_language(self, text: Text) -> str:
        return text.in_language(self._language)

    def _text(self, value: Mapping[str, str]) -> str:
        return self._in_language(Text.model_validate(value))
