"""Every refusal in Kaigong is one of these errors.

The template of a class is its sentence: it names the field, the value and the remedy, so that a
person who meets it knows what to do. Placeholders are filled from the keyword arguments; the
sentence is translated by :mod:`config.texts` where it is shown, never where it is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import ClassVar, Final

from config.texts import FIELD, Word
from models.findings import Finding
from models.values import Text

NAMELESS: Mapping[str, Text] = {}

#: Parameters that hold codes and keys of a scenario; a reader who knows its names is shown these.
CODES: Final = frozenset(
    {
        "allowed", "asked", "because", "before", "bundle", "department", "departments", "doubtful", "item",
        "key", "known", "material", "materials", "missing", "needed", "next", "owed", "owner",
        "own", "parties", "parts", "stage", "subject", "unfinished", "whole",
    }
)  # fmt: skip


class KaigongError(Exception):
    """A refusal, or something that went wrong: one sentence for the person who meets it."""

    #: The English sentence with its placeholders, which its translation is filed under.
    template: ClassVar[str] = "Something went wrong in Kaigong."
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

    def sentence(
        self, translate: Callable[[str], str] = str, names: Mapping[str, Text] = NAMELESS
    ) -> str:
        """The sentence for a person; ``translate`` maps the English template to their language.

        A parameter is shown as it is, as a person typed it, but for words of ours (a
        :class:`Word` or a member of an enumeration), texts in two languages, findings, and what
        is declared here: ``field`` and ``remedy`` are always ours, and ``names`` stand in place
        of codes and keys in the parameters of :data:`CODES`.
        """
        values = {
            key: self._shown(key, value, translate, names) for key, value in self.params.items()
        }
        return translate(self.template).format(**values)

    def _shown(
        self,
        key: str,
        value: object,
        translate: Callable[[str], str],
        names: Mapping[str, Text],
    ) -> object:
        if key == "field" and isinstance(value, str):
            return translate(Word(value, FIELD))
        if key == "remedy" and isinstance(value, str):
            return translate(value)
        return _shown(value, translate, names if key in CODES else NAMELESS)


def _shown(value: object, translate: Callable[[str], str], names: Mapping[str, Text]) -> object:
    """A parameter in words; a list of choices is joined by slashes."""
    if isinstance(value, Word | StrEnum):
        return translate(value if isinstance(value, Word) else Word.of(value))
    if isinstance(value, str):
        value = names.get(value, value)
    if isinstance(value, Text):
        return value.in_language(_language(translate))
    if isinstance(value, list | tuple | set | frozenset):
        return " / ".join(str(_shown(element, translate, names)) for element in value)
    if isinstance(value, Finding):
        return value.message(translate)
    return value


def _language(translate: Callable[[str], str]) -> str:
    """The language that ``translate`` answers in: a sentence that it leaves alone was English."""
    probe = InvalidInput.template
    return "en" if translate(probe) == probe else "zh-CN"


class InvalidInput(KaigongError):
    template = "{field}: {value} is not valid. {remedy}"


class NotFound(KaigongError):
    template = "{field}: {value} does not exist. {remedy}"


class NotPermitted(KaigongError):
    template = "actor: {actor} may not do this: {act}. {remedy}"
    field = "actor"


class Conflict(KaigongError):
    template = "{field}: {value} was changed by someone else in the meantime. {remedy}"


class NotAuthenticated(KaigongError):
    """Whoever asks is not who they say they are, as far as can be told."""


class TooOften(KaigongError):
    """What may be asked again a little later."""


class TooLarge(KaigongError):
    """More was sent than is taken."""


class Unavailable(KaigongError):
    template = "{part} is not available: {reason} {remedy}"
