"""A kind of matter 事件类型: every small case of the reform, as data (``docs/matters.md``).

A kind stands on its own: the life that it picked and the kind that it extends are in it
(:mod:`rules.matters.reading`), so a published version means the same for ever.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import ConfigDict, Field

from models.clock.values import Trigger, Unit
from models.scenarios.forms import FormField
from models.values import Key, Name, Text, Value

#: A condition of the kind, in CEL; what it may ask for stands in docs/matters.md.
Check = Annotated[str, Field(max_length=500)]
Source = Annotated[
    str | None, Field(description="Article or document it comes from, with its mark.")
]


class Phase(StrEnum):
    """What a state means to whoever counts."""

    OPEN = "open"
    """Somebody of the authority has the move."""
    WAITING = "waiting"
    """Somebody else has it."""
    DONE = "done"


class Identity(StrEnum):
    """Who may know the filer."""

    NAMED = "named"
    """实名."""
    NAME_HIDDEN = "name_hidden"
    """隐名: the dispatching office alone knows the name."""
    ANONYMOUS = "anonymous"
    """匿名."""


class Visibility(StrEnum):
    """Who may read a matter of the kind."""

    PUBLIC = "public"
    PARTIES = "parties"
    RESTRICTED = "restricted"
    SEALED = "sealed"


class AboutType(StrEnum):
    """What a matter may be about."""

    PROJECT = "project"
    ENTERPRISE = "enterprise"
    ITEM = "item"
    PARCEL = "parcel"
    UNIT = "unit"
    CERTIFICATE = "certificate"
    POLICY = "policy"
    MATTER = "matter"


class Holds(StrEnum):
    """What the value of a field names, beside being of its type."""

    UNIT = "unit"
    """Key of a department."""
    CLASS = "class"
    """Key of a class of the kind."""
    PERSON = "person"
    """Sign-in name of an account."""
    PHONE = "phone"
    """A telephone number in which somebody can be reached: no short number of a hotline."""
    FILES = "files"
    """Fingerprints (SHA-256) of files that were uploaded."""
    MATTER = "matter"
    """Number of another matter."""


class KindField(FormField):
    """A field of an act's form: a field as scenarios have it, and what only matters need."""

    holds: Annotated[Holds | None, Field(description="What its value names.")] = None
    min: Annotated[
        int | None,
        Field(
            strict=True, ge=0, description="Least length of a text, value of a number, or files."
        ),
    ] = None
    max: Annotated[
        int | None,
        Field(strict=True, ge=0, description="Most length of a text, value of a number, or files."),
    ] = None
    when: Annotated[
        Check | None,
        Field(description="Condition under which it is asked for; else it may not be given."),
    ] = None
    private: Annotated[
        bool, Field(description="Whether the filer and the public never see it.")
    ] = False


class KindGuard(Value):
    """A condition that refuses an act with its own sentence.

    Before an act that closes, a value that is not there refuses; before any other it refuses nobody.
    """

    check: Annotated[Check, Field(description="Condition; false refuses.")]
    refusal: Annotated[Text, Field(description="What is wrong and what to do, in one sentence.")]
    of: Annotated[
        tuple[Name, ...],
        Field(description="Predicates of the actors that it refuses; none: everybody."),
    ] = ()
    basis: Source = None


class KindLimit(Value):
    """How long a clock runs: so many days, or to a date that a form gives."""

    days: Annotated[int | None, Field(strict=True, ge=0, le=3660, description="Length.")] = None
    unit: Annotated[Unit, Field(description="Working days, natural days or months.")] = (
        Unit.WORKING_DAY
    )
    until: Annotated[
        str | None,
        Field(
            pattern=r"^form\.[a-z_]+\.[a-z_]+$",
            description="A date that is given in a form, in place of a length.",
        ),
    ] = None
    at_most: Annotated[
        int | None, Field(strict=True, ge=1, description="Natural days that ``until`` may be away.")
    ] = None
    statutory: Annotated[
        bool, Field(description="Whether the law sets it; waiting never holds such a limit.")
    ] = False
    source: Source = None


class KindRung(Value):
    """One step of a ladder of warnings."""

    key: Name
    trigger: Annotated[Trigger, Field(description="What it waits for.")]
    after: Annotated[int, Field(strict=True, ge=0, le=60, description="Working days after.")] = 0
    to: Annotated[tuple[Name, ...], Field(description="Predicates of whoever is warned.")]


class KindClock(Value):
    """A clock of the kind: what starts and stops it is said by acts."""

    name: Text
    limit: Annotated[
        KindLimit | None, Field(description="Its limit, unless the class of the matter says.")
    ] = None
    owner: Annotated[Name, Field(description="Predicate of whoever has the move.")]
    ladder: Annotated[
        tuple[KindRung, ...], Field(description="Who is warned when; none: nobody.")
    ] = ()


class KindExtension(Value):
    """How a limit may be lengthened."""

    times: Annotated[int, Field(strict=True, ge=1, le=3)] = 1
    days: Annotated[int, Field(strict=True, ge=1, le=365, description="The most, each time.")]
    source: Source = None


class KindClass(Value):
    """A class of matters of the kind: it decides the limits."""

    key: Name
    name: Text
    limits: Annotated[dict[Name, KindLimit], Field(description="Clock → its limit here.")] = Field(
        default_factory=dict
    )
    extension: KindExtension | None = None


class KindState(Value):
    """A state of a matter."""

    name: Text
    phase: Phase = Phase.OPEN
    final: Annotated[bool, Field(description="Whether a matter may rest in it.")] = False
    shown_as: Annotated[
        Text | None, Field(description="What the filer reads; the name, without it.")
    ] = None


#: What an act sets a field to: what its form says, who acts, whose department; else the very value.
FORM, ACTOR, ACTORS_UNIT, NOBODY = "form.", "actor", "actor.unit", "nobody"


class Effects(Value):
    """What an act does beside the state."""

    sets: Annotated[
        dict[Name, str | bool],
        Field(
            description="Field of the matter → form.FIELD, actor, actor.unit, nobody or a value."
        ),
    ] = Field(default_factory=dict)
    starts: Annotated[tuple[Name, ...], Field(description="Clocks that start.")] = ()
    stops: Annotated[tuple[Name, ...], Field(description="Clocks that stop, if they run.")] = ()
    holds: Annotated[tuple[Name, ...], Field(description="Clocks that pause, if they run.")] = ()
    resumes: Annotated[tuple[Name, ...], Field(description="Clocks that go on.")] = ()
    new_round: Annotated[
        bool,
        Field(description="Whether a new round begins: every clock of the old one stops first."),
    ] = False
    close_out_number: Annotated[
        bool, Field(description="Whether the next close-out number 销号编号 is given.")
    ] = False


class Way(Effects):
    """Where an act leads to; of several the first whose condition holds."""

    to: Name
    when: Check | None = None


class KindAct(Effects):
    """An act: who may do it, from where to where, with which form, under which guards."""

    model_config = ConfigDict(populate_by_name=True)

    name: Text
    by: Annotated[tuple[Name, ...], Field(min_length=1, description="Predicates: any of them.")]
    not_by: Annotated[tuple[Name, ...], Field(description="Predicates: none of them.")] = ()
    from_: Annotated[
        tuple[Name, ...],
        Field(
            alias="from", description="States in which it is possible; none: it files the matter."
        ),
    ] = ()
    to: Annotated[Name | None, Field(description="State afterwards; none: it stays.")] = None
    ways: Annotated[
        tuple[Way, ...], Field(description="Several states, each under a condition.")
    ] = ()
    form: tuple[KindField, ...] = ()
    guards: tuple[KindGuard, ...] = ()
    records: Annotated[
        Name | None,
        Field(description="What it brings, for conditions: call_back gives call_back.outcome."),
    ] = None
    closes: Annotated[
        bool, Field(description="Whether it closes the matter: its guards are two-valued.")
    ] = False
    extends: Annotated[Name | None, Field(description="Clock that it gives more time.")] = None
    once_per_round: bool = False
    on_end_of: Annotated[
        Name | None, Field(description="Clock after whose end time does it, where time may.")
    ] = None
    public: Annotated[bool, Field(description="Whether the filer sees that it was done.")] = True
    tells: Annotated[
        tuple[Name, ...], Field(description="Predicates of whoever is told at once.")
    ] = ()

    @cached_property
    def field(self) -> Mapping[str, KindField]:
        """The fields of its form by key."""
        return {field.key: field for field in self.form}

    @property
    def files(self) -> bool:
        """Whether it is the act that files a matter."""
        return not self.from_

    @property
    def targets(self) -> tuple[str, ...]:
        """Every state that it may lead to by a change."""
        own = () if self.to is None else (self.to,)
        return (*own, *(way.to for way in self.ways))


class KindNumber(Value):
    """How matters of the kind are numbered: gap-free per kind, region and year."""

    pattern: Annotated[
        str,
        Field(
            max_length=80,
            description="With {year}, {seq} and perhaps {region}.",
            examples=["西咸诉〔{year}〕{seq:05d}号"],
        ),
    ]
    source: Source = None


class KindAbout(Value):
    """What a matter of the kind may be about."""

    types: tuple[AboutType, ...] = ()
    required: bool = False


class KindFilers(Value):
    """Whether the filer may stay unknown."""

    identity: tuple[Identity, ...] = (Identity.NAMED,)
    contact: Annotated[bool, Field(description="Whether a telephone number or mail is asked.")] = (
        False
    )


class KindOption(Value):
    """A channel or a category."""

    key: Name
    name: Text


class KindLedger(Value):
    """The ledger 台账 of the kind."""

    name: Text
    columns: tuple[Name, ...] = (
        "number",
        "title",
        "state",
        "unit",
        "handler",
        "filed_on",
        "due_on",
    )
    close_out_number: Annotated[
        str | None, Field(max_length=80, description="Pattern of close-out numbers 销号编号.")
    ] = None


class KindDefinition(Value):
    """A kind of matter, self-contained."""

    key: Name
    version: Annotated[int, Field(strict=True, ge=1)]
    name: Text
    summary: Text | None = None
    source: Source = None
    life: Annotated[Name, Field(description="Template that it picked, or own.")]
    number: KindNumber
    about: KindAbout = KindAbout()
    visibility: Visibility = Visibility.PARTIES
    filers: KindFilers = KindFilers()
    channels: Annotated[tuple[KindOption, ...], Field(min_length=1)]
    office: Annotated[
        Key | None, Field(description="Department that dispatches; none: the kind has no dispatch.")
    ] = None
    classes: Annotated[tuple[KindClass, ...], Field(min_length=1)]
    categories: tuple[KindOption, ...] = ()
    states: Annotated[dict[Name, KindState], Field(min_length=2)]
    clocks: dict[Name, KindClock] = Field(default_factory=dict)
    acts: Annotated[dict[Name, KindAct], Field(min_length=2)]
    children: Annotated[tuple[Name, ...], Field(description="Kinds that it may open.")] = ()
    ledger: KindLedger

    @cached_property
    def class_(self) -> Mapping[str, KindClass]:
        """The classes by key."""
        return {entry.key: entry for entry in self.classes}

    @cached_property
    def filing(self) -> str:
        """The act by which a matter is filed."""
        return next(key for key, act in self.acts.items() if act.files)

    @cached_property
    def content_hash(self) -> str:
        """Fingerprint of everything that it says but its version, and of no default: as of scenarios."""
        document = self.model_dump(
            mode="json", by_alias=True, exclude={"version"}, exclude_defaults=True
        )
        text = json.dumps(document, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def limit_of(self, clock: str, class_: str) -> KindLimit | None:
        """The limit of a clock for a class of matters."""
        own = self.class_[class_].limits.get(clock) if class_ in self.class_ else None
        return own or self.clocks[clock].limit
