"""What all commands share: texts that people write, how they are entered, and whom a command is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from models.plain_text import AS_LINE, AS_PASSAGE
from models.scenarios.definition import ItemCode, Key
from models.values import Name, Number, WholeNumber


class Entry(StrEnum):
    """How a person enters the value of a field on a page."""

    AREA = "area"
    """A text of several lines."""
    LINE = "line"
    DAY = "day"
    MOMENT = "moment"
    """A day with its time."""
    UNIT = "unit"
    """Key of a unit of the organisation, chosen from those that are there."""
    NUMBER = "number"
    CHOICE = "choice"
    YES_OR_NO = "yes_or_no"
    LOGINS = "logins"
    """Sign-in names in one line."""
    CODES = "codes"
    """Codes in one line."""
    TICKS = "ticks"
    """Keys, a box for each."""
    FAULTS = "faults"
    """Keys that are ticked, each with what is wrong with it."""
    ATTENDANCE = "attendance"
    """Sign-in names for each department."""
    ABSENCES = "absences"
    """Departments that are ticked, each with the reason that it gave."""
    COMMITMENT = "commitment"
    """A text and its signer, when the box that signs it is ticked."""
    ITEM_FORM = "item_form"
    """The item's own form."""
    FILE_NAME = "file_name"
    """Name of the file that is chosen."""
    FILE = "file"
    """Fingerprint of the file that is chosen."""
    SPECIAL = "special"
    """Not entered on a form of this kind."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """How a form prompts for a field, beside its title and type; texts are English, keys of translations."""

    entry: Entry | None = None
    """How it is entered, where its type does not say so."""
    hint: str = ""
    default: str = ""
    """What stands there to begin with."""
    until_today: bool = False
    """A day that is over: today stands there to begin with."""
    choices: tuple[tuple[str, str], ...] = ()
    """Value → words, where they are other words than those of the value."""
    buttons: tuple[str, ...] = ()
    """Words of two buttons that send the form: yes and no."""


Login = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=64)]
#: No control characters but tabulator and line breaks: PostgreSQL's JSON cannot hold them all.
PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Sentence = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=PRINTABLE),
    AS_PASSAGE,
]
Remark = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=PRINTABLE), AS_PASSAGE
]
ShortText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PRINTABLE),
    AS_LINE,
]
FileName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=255, pattern=PRINTABLE),
    AS_LINE,
    Prompt(Entry.FILE_NAME),
]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Prompt(Entry.FILE)]


#: A whole number stays one, and so does a truth: neither is read from a text.
Filled = (
    Annotated[bool, Field(strict=True)]
    | Annotated[WholeNumber, Field(strict=True)]
    | Annotated[Number, Field(strict=True)]
    | Annotated[Remark, Field(strict=True)]
)
FilledForm = Annotated[
    dict[Name, Filled],
    Field(max_length=100, description="Fields of the item's form, by key."),
    Prompt(Entry.ITEM_FORM),
]


#: What a notice of corrections names, and in so many words what is wrong with each.
Faults = Annotated[
    dict[Key, Remark],
    Field(max_length=100, description="What has to be corrected, by key: what is wrong with it."),
    Prompt(Entry.FAULTS),
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
