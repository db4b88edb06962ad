"""One act, with everything there is to say about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from models.cases.commands import Entry, ItemCommand, ProjectCommand
from models.cases.facts import ItemFacts, ProjectFacts
from models.cases.states import ItemState
from models.people.actor import Actor, Role
from models.scenarios.definition import ItemDefinition
from rules.cases.context import Context
from rules.cases.declarations.event import EventKind
from rules.cases.declarations.form import Form, entries

if TYPE_CHECKING:
    from datetime import date

    from rules.cases.draft import Draft

#: Behind every act that names its place.
LAST = 1_000_000


@dataclass(frozen=True, slots=True)
class Situation:
    """An item of a project as one person sees it; decides whether an act is offered."""

    facts: ProjectFacts
    code: str
    context: Context

    @property
    def item(self) -> ItemFacts:
        """The item as it stands."""
        return self.facts.items[self.code]

    @property
    def definition(self) -> ItemDefinition:
        """The item as the scenario defines it."""
        return self.facts.definition(self.code)

    @property
    def actor(self) -> Actor:
        """The person for whom it is evaluated."""
        return self.context.actor

    @property
    def today(self) -> date:
        """The day in Beijing time."""
        return self.context.today


def department_of(facts: ProjectFacts, item: ItemDefinition) -> str:
    """The department that decides an item: it may be another one than the scenario names."""
    return facts.items[item.code].department


@dataclass(frozen=True, slots=True)
class Business:
    """Which officers an act on an item belongs to: the deciding department's, or the consulted ones'."""

    responsible: Callable[[ProjectFacts, ItemDefinition], str] = department_of
    asked: Callable[[ProjectFacts, str], tuple[str, ...]] | None = None
    """Departments that the act is the answer of, beside the responsible one."""


OF_THE_ITEM = Business()
"""The department that decides the item, as with nearly every act."""


class Need(StrEnum):
    """Precondition in the database, checked in the act's transaction."""

    STEWARD = "steward"
    """The steward who is named is one."""
    FILE = "file"
    """The file with the named fingerprint was uploaded."""
    OFFICERS = "officers"
    """Those who are named are officers of one department."""
    AGENT = "agent"
    """The agent who is named has an account of that kind."""
    ATTENDANCE = "attendance"
    """Those who are named for a department are its officers."""
    CASE_OFFICER = "case_officer"
    """Who is named to answer for an item is an officer of its department."""


class Supply(StrEnum):
    """What a service adds to an act before it is decided, from what only the database knows."""

    NUMBER = "number"
    """The next number of the document that the act issues."""
    BUNDLE_NUMBERS = "bundle_numbers"
    """The next numbers of all documents that the act issues together."""
    STANDING = "standing"
    """What stands in the credit record of the enterprise, where a commitment is given or relied on, or an
    entry is lifted."""
    BANS = "bans"
    """Decisions because of which the enterprise may not apply for the item."""
    COMPETENCE = "competence"
    """Which department answers for the item where the project lies."""
    COMMITMENT_LIST = "commitment_list"
    """The published list by which the item is granted on commitment at once."""


class Record(StrEnum):
    """What an act writes beside the facts and the log, in its own transaction."""

    ATTRIBUTES = "attributes"
    """The attributes of the project, and its stages."""
    PROJECT_CODE = "project_code"
    """The code of the project, which was called otherwise before."""
    PAPER = "paper"
    """The paper of the procedure, see :attr:`Act.paper`."""
    DECISION = "decision"
    """The same; it takes the place of a preliminary opinion."""
    VOIDING = "voiding"
    """Documents of voided approvals fall, with the decision that says so."""
    REVOCATION = "revocation"
    """Documents of a revoked approval fall, with the decision that says so."""
    RESTORING = "restoring"
    """Documents of restored approvals stand again."""
    SURRENDER = "surrender"
    """The document of a grant that its holder gave back falls."""
    CERTIFICATE = "certificate"
    """The document that the item ends in."""
    BUNDLE = "bundle"
    """The documents that were held back."""
    DELIVERY = "delivery"
    """The receipt of the delivery."""
    BROKEN_COMMITMENT = "broken_commitment"
    """Entries in the credit record for commitments that were not kept."""
    FALSE_COMMITMENT = "false_commitment"
    """An entry in the credit record for what the holder of a revoked approval answers for."""
    CREDIT_CORRECTION = "credit_correction"
    """The same entries are lifted again."""
    FALSE_PAPERS = "false_papers"
    """An entry in the credit record for false papers, where it was denied for them."""
    CREDIT_LIFTED = "credit_lifted"
    """An entry of the credit record is closed, with the one that closes it."""
    HANDOVER = "handover"
    """What is open in the project, where another steward has it from now on."""
    BROKEN_PHASE = "broken_phase"
    """An entry in the credit record for what is due to a phase."""


class ForApplicant(StrEnum):
    """What it takes to do an act for the applicant (Licensing Law art. 29, Civil Code art. 165)."""

    HELP = "help"
    """Any agent whose authorisation names it."""
    BINDS = "binds"
    """An agent of the applicant's own choice whose authorisation names it; never one of the
    government's side [D]: who serves the approval must not bind the applicant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act: its words, who may do it and when, what it does, and what is written and told."""

    command: type[ProjectCommand]
    """What is asked; its literal ``act`` is the act's name, its fields are the form's."""
    label: str
    """What people call it, also on its button; English is the key of the translations."""
    perform: Callable[[Draft, Any], None]
    """The pure function: takes the draft and a command of :attr:`command`."""
    roles: frozenset[Role]
    business: Business = OF_THE_ITEM
    for_applicant: ForApplicant | None = None
    """What it takes where an agent does it for the applicant; ``None``: it is never done for one."""
    signs: Callable[[Any], bool] | None = None
    """Whether a command of it also signs a commitment for the applicant, which binds."""
    transitions: Mapping[ItemState, tuple[ItemState, ...]] = field(default_factory=dict)
    """State of the item before → the states that it may lead to; empty for acts on a project."""
    place: int = LAST
    """Its place among the acts of an item's life: acts are offered and listed in this order."""
    proof: bool = False
    """Whether whoever does it on a page proves again who they are: it is hard to undo."""
    after_closing: bool = False
    """Whether it can be done in a project that is closed already."""
    quiet: bool = False
    """Whether the machine has nothing new to do after it."""
    offered: Callable[[Situation], bool] | None = None
    """Whether it has an object at all: what has none is not shown, not even as refused."""
    sample: Callable[[Situation], ProjectCommand] | None = None
    """The act as it could come from a person, by which it is tried; else made from its fields."""
    foreseen: Callable[[Situation], ProjectFacts] | None = None
    """The facts as they will be when what comes along with the act is there."""
    form_fields: Callable[[ItemDefinition, ItemFacts], tuple[str, ...]] | None = None
    """Fields of the item's own form that are filled in with it, where it is not all of them."""
    needs: tuple[Need, ...] = ()
    supplies: tuple[Supply, ...] = ()
    paper: str | None = None
    """Kind of paper of the procedure that it writes, by its key in the register of documents."""
    writes: tuple[Record, ...] = ()
    form: Form = field(default_factory=Form)
    events: tuple[EventKind, ...] = ()
    """Events that are recorded by it; several acts may name the same kind."""
    notices: tuple[str, ...] = ()
    """Templates of the notices that it sends."""

    @property
    def name(self) -> str:
        """The act's name, as requests and the log have it."""
        return str(self.command.model_fields["act"].default)

    @property
    def on_item(self) -> bool:
        """Whether it is done to an item, not to a project as a whole."""
        return issubclass(self.command, ItemCommand)

    @property
    def by_people(self) -> bool:
        """Whether any role other than the system may do it."""
        return bool(self.roles - {Role.SYSTEM})

    @property
    def takes_file(self) -> bool:
        """Whether a file comes along with it."""
        return any(asked.entry is Entry.FILE for asked in entries(self.command))

    @property
    def fills_form(self) -> bool:
        """Whether the item's own form is filled in with it."""
        return "form" in self.command.model_fields


def stays(*states: ItemState) -> dict[ItemState, tuple[ItemState, ...]]:
    """Transitions of an act that does not change its item's state."""
    return {state: (state,) for state in states}
