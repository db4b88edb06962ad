"""A sentence about something, with what it is about: translated where it is shown.

The English sentence is the key of its translation; parameters fill its placeholders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from config.texts import Word
from models.errors import KaigongError
from models.values import Text

NAMELESS: Mapping[str, Text] = {}


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence. A parameter may be a text in two languages, an error, or a list."""

    code: str
    """Stable name of the kind of statement, e.g. ``limit_changed``."""
    sentence: str
    params: Mapping[str, object] = field(default_factory=dict)

    def message(
        self,
        translate: Callable[[str], str] = str,
        language: str = "en",
        names: Mapping[str, Text] = NAMELESS,
    ) -> str:
        """The sentence for a person; ``translate`` maps the English one.

        ``names`` are put in place of codes and keys, for people who do not know them by heart.
        """
        values = {
            key: _shown(value, translate, language, names) for key, value in self.params.items()
        }
        return translate(self.sentence).format(**values)

    def as_dict(
        self, translate: Callable[[str], str] = str, language: str = "en"
    ) -> dict[str, object]:
        """The statement as the command line gives it out."""
        return {
            "code": self.code,
            "item": self.params.get("item"),
            "message": self.message(translate, language),
        }


def _shown(
    value: object, translate: Callable[[str], str], language: str, names: Mapping[str, Text]
) -> str:
    if isinstance(value, Word):
        return translate(value)
    if isinstance(value, Statement):
        return value.message(translate, language, names)
    if isinstance(value, KaigongError):
        return value.sentence(translate)
    if isinstance(value, Text):
        return value.in_language(language)
    if isinstance(value, list | tuple):
        separator = ", " if language.startswith("en") else "、"
        return separator.join(_shown(element, translate, language, names) for element in value)
    name = names.get(value) if isinstance(value, str) else None
    return name.in_language(language) if name else str(value)
