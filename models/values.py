"""What definitions are made of: keys, codes, names in two languages, frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

#: Signs of one text of a definition; a sentence has two hundred.
MAX_TEXT: Final = 2_000

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
ItemCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,7}$")]
#: A name that conditions can use: ``project.NAME``, ``form.ITEM.NAME``.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class Value(BaseModel):
    """A frozen value that refuses unknown fields, and texts that nobody could read."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=MAX_TEXT)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy that keeps nothing of what was derived: it is derived anew from what changed."""
        copy = super().model_copy(update=update, deep=deep)
        for derived in vars(copy).keys() - type(self).model_fields.keys():
            del vars(copy)[derived]
        return copy


class Text(Value):
    """A name in the two languages of the system."""

    zh: Annotated[str, Field(min_length=1, description="简体中文")]
    en: Annotated[str, Field(min_length=1, description="English")]

    def in_language(self, language: str) -> str:
        """The text in a language tag such as ``zh-CN`` or ``en``."""
        return self.en if language.startswith("en") else self.zh


#: Numbers as JSON and PostgreSQL hold them: whole ones in 64 bits, others within the same bounds.
WholeNumber = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
Number = Annotated[float, Field(ge=-(2**63), le=2**63, allow_inf_nan=False)]
#: What a project says of an attribute; ``None`` where nothing was said.
AttributeValue = bool | int | float | str | None
#: The same as an act may bring it.
SentAttribute = bool | WholeNumber | Number | str | None
