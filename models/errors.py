"""Every refusal in Kaigong is one of these errors.

The docstring of a class is its sentence: it names the field, the value and the remedy, so that a
person who meets it knows what to do. Placeholders are filled from the keyword arguments; the
sentence is translated by :mod:`config.texts` where it is shown, never where it is raised.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import ClassVar

from models.findings import Finding
from models.values import Text


class KaigongError(Exception):
    """Something went wrong in Kaigong."""

    #: Stable machine-readable name, e.g. ``act_not_allowed``; derived from the class name.
    code: ClassVar[str] = "kaigong_error"
    #: The input field at fault, or ``None`` when no single field is.
    field: str | None = None

    def __init_subclass__(cls) -> None:
        name = cls.__name__
        cls.code = "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")

    def __init__(self, *, field: str | None = None, **params: object) -> None:
        self.params: dict[str, object] = dict(params)
        if field is not None:
            self.field = field
        if self.field is not None:
            self.params.setdefault("field", self.field)
        super().__init__(self.sentence())

    @classmethod
    def template(cls) -> str:
        """The English sentence with its placeholders: the key that translations are filed under."""
        return " ".join((inspect.getdoc(cls) or "").split())

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The sentence for a person; ``translate`` maps the English template to their language."""
        values = {key: _shown(value, translate) for key, value in self.params.items()}
        return translate(self.template()).format(**values)


def _shown(value: object, translate: Callable[[str], str]) -> object:
    """A parameter as a person reads it; a list of choices is joined by slashes."""
    if isinstance(value, str):
        return translate(str(value))
    if isinstance(value, Text):
        return value.in_language(_language(translate))
    if isinstance(value, list | tuple | set | frozenset):
        return " / ".join(str(_shown(one, translate)) for one in value)
    if isinstance(value, Finding):
        return value.message(translate)
    return value


def _language(translate: Callable[[str], str]) -> str:
    """The language that ``translate`` answers in: a sentence that it leaves alone was English."""
    probe = InvalidInput.template()
    return "en" if translate(probe) == probe else "zh-CN"


class InvalidInput(KaigongError):
    """{field}: {value} is not valid. {remedy}"""


class NotFound(KaigongError):
    """{field}: {value} does not exist. {remedy}"""


class NotPermitted(KaigongError):
    """actor: {actor} may not do this: {act}. {remedy}"""

    field = "actor"


class Conflict(KaigongError):
    """{field}: {value} was changed by someone else in the meantime. {remedy}"""


class Unavailable(KaigongError):
    """{part} is not available: {reason} {remedy}"""
