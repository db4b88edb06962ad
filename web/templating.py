"""The template engine and the helpers that every template may use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from config.texts import colon
from models.clock.values import Unit
from models.scenarios.definition import Text
from rules.cases.context import ZONE
from rules.cases.declarations.form import Form, PromptedField, prompted_fields
from rules.cases.declarations.registry import registry
from services.cases.views.timeline import day
from services.wording.attribute_words import choice_word
from services.wording.names import reason_words
from services.wording.words import act_word, clock_word, word

STATIC = Path(__file__).parent / "static"


@cache
def environment() -> Environment:
    """The template engine, one for the process: every value is escaped, an unknown name is a fault."""
    engine = Environment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    engine.globals |= {"static": static_address, "form_of": form_of, "fields_of": fields_of}
    return engine


def form_of(act: str) -> Form:
    """How the form of an act looks."""
    return registry().acts[act].form


def fields_of(act: str) -> tuple[PromptedField, ...]:
    """What the form of an act asks for by itself."""
    declared = registry().acts[act]
    return prompted_fields(declared.command, declared.form)


@cache
def static_address(name: str) -> str:
    """Address of a static file; it changes with the content, so browsers may keep it for ever."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={mark}"


@dataclass(frozen=True)
class Language:
    """How one viewer reads: names, words, dates and numbers of days."""

    tag: str
    translate: Callable[[str], str]
    today: date

    def helpers(self) -> Mapping[str, Any]:
        """What templates use, under its short name."""
        return {
            "_": self.translate,
            "lang": self.tag,
            "today": self.today,
            "t": self.name,
            "w": lambda value: word(value, self.translate),
            "clock_word": lambda kind: clock_word(kind, self.translate),
            "act_word": lambda act: act_word(act, self.translate),
            "choice": lambda key: choice_word(key, self.translate),
            "day": lambda value: day(value, self.tag),
            "short": self.short,
            "weekday": self.weekday,
            "moment": self.moment,
            "left": self.left,
            "length": self.length,
            "colon": colon(self.tag),
            "names_of": self.all_names,
            "reason_words": lambda text: reason_words(text, self.translate),
        }

    def name(self, text: Text | Mapping[str, str] | None) -> str:
        """A name in the viewer's language."""
        if text is None:
            return ""
        bilingual = text if isinstance(text, Text) else Text.model_validate(text)
        return bilingual.in_language(self.tag)

    def short(self, value: date) -> str:
        """A day as short as the year allows."""
        if value.year != self.today.year:
            return day(value, self.tag)
        if self.tag.startswith("zh"):
            return f"{value.month}月{value.day}日"
        return day(value, self.tag).rpartition(" ")[0]

    def weekday(self, value: date) -> str:
        """A day with the day of the week, as in a diary."""
        names = self.translate("Mon Tue Wed Thu Fri Sat Sun").split()
        return f"{self.short(value)} {names[value.weekday()]}"

    def moment(self, value: datetime) -> str:
        """A day and a time in Beijing time."""
        local = value.astimezone(ZONE)
        return f"{self.short(local.date())} {local:%H:%M}"

    def left(self, days: int | None) -> str:
        """Working days that are left, or by which something is late."""
        _ = self.translate
        if days is None:
            return ""
        if days < 0:
            return _("{days} working days late").format(days=-days)
        if days == 0:
            return _("due today")
        return _("{days} working days left").format(days=days)

    def length(self, days: int | None, unit: Unit) -> str:
        """A limit: so many days of a kind."""
        if days is None:
            return ""
        if days == 0:
            return self.translate("the same day")
        return f"{days} {word(unit, self.translate)}"

    def all_names(self, names: Iterable[Text]) -> str:
        """Several names in a sentence."""
        return self.listed([self.name(name) for name in names])

    def listed(self, words: list[str]) -> str:
        """A list in a sentence."""
        return ("、" if self.tag.startswith("zh") else ", ").join(words)
