"""What items lean on: the bodies that decide, the documents that items end in, facts about projects."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from models.values import Key, Name, Text, Value

#: The page of every document that has none of its own.
CERTIFICATE = "certificate"


class DepartmentKind(StrEnum):
    """What kind of body decides an item."""

    DEPARTMENT = "department"
    UTILITY = "utility"
    """公用企业 and network operators: service, no public power."""
    EXTERNAL = "external"
    """A body outside the new area, or the applicant's own side."""


class DepartmentDefinition(Value):
    """A body that leads stages or decides items."""

    key: Annotated[Key, Field(description="Name in stages and items.")]
    name: Annotated[Text, Field(description="Name as people read it.")]
    kind: Annotated[
        DepartmentKind,
        Field(description="Whether it is a department, a utility or an outside body."),
    ] = DepartmentKind.DEPARTMENT


class DocumentDefinition(Value):
    """A licence, approval or opinion 证照批文 that an item ends in."""

    key: Annotated[Key, Field(description="Name in items and materials.")]
    name: Annotated[Text, Field(description="Title of the document.")]
    number_pattern: Annotated[
        str,
        Field(
            max_length=120,
            description="How its number is written: {region} {year} {date} {seq}; `{seq:05d}` pads. "
            "Gap-free per kind, region and year.",
        ),
    ]
    source: Annotated[str | None, Field(description="Where the pattern comes from, marked.")] = None
    template: Annotated[
        Key | None,
        Field(
            description="Page of its own: a file of config/templates/documents, without .typ. Without "
            "one, the page of certificates.",
            examples=["planning_permit_page"],
        ),
    ] = None

    @property
    def page(self) -> str:
        """Name of the template that its page is set in."""
        return self.template or CERTIFICATE

    def number(self, region: str, on: date, seq: int) -> str:
        """The number of the document that was the ``seq``-th of its kind, region and year."""
        return self.number_pattern.format(region=region, year=on.year, date=f"{on:%Y%m%d}", seq=seq)


class AttributeDefinition(Value):
    """A fact about a project that conditions may use."""

    key: Annotated[Name, Field(description="Name in conditions: project.KEY.")]
    type: Annotated[
        Literal["boolean", "integer", "decimal", "choice"],
        Field(description="What kind of value it has."),
    ]
    name: Annotated[Text, Field(description="The question as people read it.")]
    choices: Annotated[
        tuple[str, ...], Field(description="Possible values of a choice, at least two.")
    ] = ()
    default: Annotated[
        bool | int | float | str | None,
        Field(
            description="Value of a project that gives none; without one every project gives it."
        ),
    ] = None
