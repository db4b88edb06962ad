"""What all commands share: texts that people write, forms, and whom a command is about."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from models.definition import ItemCode, Key
from models.values import Name

Login = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=64)]
#: No control characters but tabulator and line breaks: PostgreSQL's JSON cannot hold them all.
PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Sentence = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=PRINTABLE),
]
Remark = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=PRINTABLE)
]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=PRINTABLE)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


#: A whole number stays one, and so does a truth: neither is read from a text.
Filled = (
    Annotated[bool, Field(strict=True)]
    | Annotated[int, Field(strict=True)]
    | Annotated[float, Field(strict=True, allow_inf_nan=False)]
    | Annotated[Remark, Field(strict=True)]
)
FilledForm = Annotated[
    dict[Name, Filled],
    Field(max_length=100, description="Fields of the item's form, by key."),
]


#: What a notice of corrections names, and in so many words what is wrong with each.
Faults = Annotated[
    dict[Key, Remark],
    Field(max_length=100, description="What has to be corrected, by key: what is wrong with it."),
]


class ProjectCommand(BaseModel):
    """An act on a project as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    act: str


class ItemCommand(ProjectCommand):
    """An act on one approval item of a project."""

    item: ItemCode
    seen_version: Annotated[
        int | None,
        Field(description="Version of the item that the person saw; a newer one is a conflict."),
    ] = None


class Commitment(BaseModel):
    """A signed commitment 承诺书: what was promised, by whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Sentence
    signer: Sentence
