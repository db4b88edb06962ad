"""The two commands about matters: what an act is comes from the kind."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from models.matters.definition import AboutType, Identity
from models.plain_text import AS_LINE
from models.values import Name

Line = Annotated[
    str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True), AS_LINE
]
Long = Annotated[str, StringConstraints(max_length=5_000, strip_whitespace=True)]
Word40 = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class FileMatter(_Command):
    """File a matter 登记: it gets a number, and its limits start."""

    act: Literal["file_matter"] = "file_matter"
    kind: Annotated[Name, Field(description="Key of the kind.")]
    title: Annotated[Line, Field(description="What it is, in one line.")]
    text: Annotated[Long, Field(description="What happened and what is asked for.")] = ""
    class_: Annotated[
        Name | None, Field(alias="class", description="Class; the first of the kind, without it.")
    ] = None
    category: Annotated[Name | None, Field(description="Category of the kind.")] = None
    channel: Annotated[
        Name | None, Field(description="Channel it came by; the first, without it.")
    ] = None
    identity: Annotated[Identity, Field(description="Who may know the filer.")] = Identity.NAMED
    enterprise: Annotated[
        Word40 | None, Field(description="Credit code of the enterprise it is filed for.")
    ] = None
    about_type: Annotated[
        AboutType | None, Field(description="What kind of thing it is about.")
    ] = None
    about: Annotated[Word40 | None, Field(description="Code or key of what it is about.")] = None
    about_item: Annotated[Word40 | None, Field(description="Item of the project.")] = None
    region: Annotated[
        Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")] | None,
        Field(description="District in whose series it is numbered; the new area's, without it."),
    ] = None
    form: Annotated[dict[str, Any], Field(description="Fields of the kind, by key.")] = Field(
        default_factory=dict
    )

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, populate_by_name=True
    )


class ActOnMatter(_Command):
    """Do an act of the kind on a matter."""

    act: Annotated[Name, Field(description="Key of the act.")]
    form: Annotated[dict[str, Any], Field(description="Fields of the act's form, by key.")] = Field(
        default_factory=dict
    )
    version: Annotated[
        int | None,
        Field(ge=1, description="Version that was looked at; another one is a conflict."),
    ] = None
