"""The organisation as data: units in one tree, the posts of people over them, absences (``domain/stewards`` 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from models.cases.commands import Entry, Login, Prompt
from models.clock.values import ZONE
from models.people.post import Post
from models.plain_text import AS_LINE
from models.values import Key, Text


class UnitKind(StrEnum):
    """What a unit is."""

    NEW_AREA = "new_area"
    """新区."""
    NEW_CITY = "new_city"
    """新城."""
    PARK = "park"
    """园区."""
    STREET_TOWN = "street_town"
    """街镇."""
    PARK_OFFICE = "park_office"
    """园办."""
    DEPARTMENT = "department"
    """部门."""
    SECTION = "section"
    """科室."""
    SERVICE_STATION = "service_station"
    """驿站."""
    STEWARD_STATION = "steward_station"
    """管家工作站."""
    WINDOW = "window"
    """窗口."""
    UTILITY = "utility"
    """市政公用单位."""
    SUPERVISION_BODY = "supervision_body"
    """监管执法单位."""
    BUSINESS_ENVIRONMENT_OFFICE = "business_environment_office"
    """营商办."""
    DISCIPLINE = "discipline"
    """纪检监察."""
    SERVICE_TEAM = "service_team"
    """服务团."""


#: Where projects lie; every other unit works in the nearest of them above it.
PLACES: Final = frozenset(
    {UnitKind.NEW_AREA, UnitKind.NEW_CITY, UnitKind.PARK, UnitKind.STREET_TOWN}
)


class AbsenceKind(StrEnum):
    """Why somebody is away."""

    LEAVE = "leave"
    SICK = "sick"
    TRAINING = "training"
    TRAVEL = "travel"
    OTHER = "other"


def in_beijing(moment: datetime) -> datetime:
    """A moment as it was typed, in Beijing time unless it has a zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


UnitName = Annotated[str, StringConstraints(min_length=1, max_length=100), AS_LINE]
#: A unit that is there already.
KnownUnit = Annotated[Key, Prompt(Entry.UNIT)]
Moment = Annotated[datetime, AfterValidator(in_beijing)]
DocumentNumber = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), AS_LINE
]


class Unit(BaseModel):
    """A unit: in force from a day on, until its successor takes over on another."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    key: Annotated[Key, Field(title="Key", description="Key of the unit.")]
    kind: Annotated[UnitKind, Field(title="Kind", description="What it is.")]
    name_zh: Annotated[UnitName, Field(title="Name of the unit", description="Its Chinese name.")]
    name_en: Annotated[
        UnitName | None, Field(title="English name", description="Its English name.")
    ] = None
    parent: Annotated[
        KnownUnit | None, Field(title="Unit above it", description="Key of the unit above it.")
    ] = None
    """Who commands it; only the new area has none."""
    department: Annotated[
        Key | None,
        Field(title="Department of the catalogue", description="Key of the department that it is."),
    ] = None
    """The department of the catalogue that it is."""
    region_code: Annotated[
        str | None,
        StringConstraints(pattern=r"^\d{6}$"),
        Field(title="Region code", description="Six digits of its project codes."),
        Prompt(Entry.LINE),
    ] = None
    """Six digits of the project codes that belong to a place."""
    from_on: Annotated[date, Field(title="From", description="First day.")]
    to_on: Annotated[
        date | None, Field(title="First day without it", description="First day without it.")
    ] = None
    """The first day on which it is not there any more."""
    successor: Annotated[
        KnownUnit | None, Field(title="Successor", description="Key of who takes over.")
    ] = None

    @property
    def name(self) -> Text:
        """Its name in both languages."""
        return Text(zh=self.name_zh, en=self.name_en or self.name_zh)

    def holds(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.from_on <= on and (self.to_on is None or on < self.to_on)


class NewPost(BaseModel):
    """A post that somebody gets."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    login: Annotated[Login, Field(title="Account", description="Who gets it.")]
    post: Annotated[Post, Field(title="Post", description="The post.")]
    unit: Annotated[
        KnownUnit | None,
        Field(title="Unit", description="Over which unit; without one over all."),
    ] = None
    """Over which unit and what is below it; without one over all."""
    capacity: Annotated[
        int,
        Field(
            ge=1,
            le=15,
            title="Tenths of a full post",
            description="Tenths of a full post, 1 to 15.",
        ),
    ] = 10
    """Tenths of a full post that they have for projects."""
    from_on: Annotated[date, Field(title="From", description="First day.")]
    to_on: Annotated[
        date | None, Field(title="First day without it", description="First day without it.")
    ] = None
    """The first day on which they do not have it any more."""
    document_no: Annotated[
        DocumentNumber | None,
        Field(title="Number of the appointment", description="Number of the appointment."),
    ] = None


class NewAbsence(BaseModel):
    """A time in which somebody is away, and who acts for them."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    login: Annotated[Login, Field(title="Account", description="Who is away.")]
    from_at: Annotated[Moment, Field(title="From", description="From when.")]
    to_at: Annotated[Moment, Field(title="Until", description="Until when.")]
    substitute: Annotated[Login, Field(title="Deputy", description="Who acts for them.")]
    kind: Annotated[AbsenceKind, Field(title="Kind", description="Why.")] = AbsenceKind.LEAVE


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who is away, from an instant to another."""

    login: str
    substitute: str
    from_at: datetime
    to_at: datetime
    substitute_there: bool = True
    """Whether the account of the substitute is open."""
