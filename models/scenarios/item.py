"""An approval item 事项: what it is anywhere, and how one scenario uses it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import Field

from models.scenarios.exemptions import ExemptionDefinition
from models.scenarios.forms import FormField
from models.scenarios.guards import GuardDefinition
from models.scenarios.joint import ConsultDefinition, SiteVisitDefinition
from models.scenarios.limits import LimitDefinition
from models.scenarios.paper import MaterialRequirement
from models.scenarios.phases import NextPhaseDefinition
from models.scenarios.utilities import UtilityKind
from models.scenarios.warnings import YellowDefinition
from models.values import ItemCode, Key, Text, Value


class ItemMode(StrEnum):
    """How an item comes to its end."""

    APPLICATION = "application"
    """The applicant applies, an officer accepts and decides."""
    INTERNAL = "internal"
    """No application: it is under examination as soon as what it builds on is there."""
    MILESTONE = "milestone"
    """A fact that somebody records with its date: a hand-over, a tender, the end of works."""


class ItemCategory(StrEnum):
    """What an item is in administrative law (``domain/scenarios`` §3.1, column type)."""

    LICENCE = "licence"
    """行政许可: the Administrative Licensing Law applies as a whole."""
    APPROVAL = "approval"
    """审批 of a government project."""
    FILING = "filing"
    """备案: complete information is enough."""
    CONFIRMATION = "confirmation"
    """行政确认, registration among them."""
    TECHNICAL_REVIEW = "technical_review"
    """技术审查, by departments together or by a reviewing body."""
    PROCEDURE = "procedure"
    """手续, supervision and acceptance steps that are no licence."""
    JOINT = "joint"
    """联合: one application decided by several departments as one."""
    TRADE = "trade"
    """交易: tendering and direct award."""
    UTILITY_SERVICE = "utility_service"
    """公用服务."""
    INTERNAL = "internal"
    """内部: between departments, nothing is asked of the applicant."""
    NOTICE = "notice"
    """告知 to a third party."""
    EVENT = "event"
    """A fact of the project: hand-over of land, commencement and end of works."""


class WorksEvent(StrEnum):
    """What a milestone is of the works: they have a commencement and a completion."""

    COMMENCEMENT = "commencement"
    """开工: nothing is built before it, and it waits for whatever has to be there before works begin."""
    COMPLETION = "completion"
    """完工."""


class WhenBasisVoided(StrEnum):
    """What becomes of an item when an approval that it was built on is voided [D: suspend]."""

    KEEP = "keep"
    """It stands on its own: nothing changes."""
    SUSPEND = "suspend"
    """It is examined again: nothing is decided, and nothing built on it, until that is closed."""
    VOID = "void"
    """A decision on it falls with what it was built on."""


class SpecialProcedure(StrEnum):
    """The closed list of Licensing Law art. 45: time that is not counted."""

    HEARING = "hearing"
    BIDDING = "bidding"
    AUCTION = "auction"
    INSPECTION = "inspection"
    TESTING = "testing"
    QUARANTINE = "quarantine"
    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert_review"


class ItemTerms(Value):
    """What an approval item is, in whatever scenario it stands."""

    code: Annotated[ItemCode, Field(description="Short name in after lists and on pages.")]
    identifier: Annotated[Key, Field(description="Name in exports.")]
    name: Annotated[Text, Field(description="Name as people read it.")]
    category: Annotated[
        ItemCategory | None,
        Field(description="What it is in administrative law; without one, a licence."),
    ] = None
    mode: Annotated[
        ItemMode,
        Field(
            description="How it comes to its end: applied for, examined on its own, or recorded."
        ),
    ] = ItemMode.APPLICATION
    department: Annotated[Key, Field(description="Department that decides 审批部门.")]
    competent_department: Annotated[
        Key | None, Field(description="Department competent by statute, where another decides.")
    ] = None
    statutory: Annotated[
        LimitDefinition | None, Field(description="Limit to decide that a statute sets.")
    ] = None
    promised: Annotated[
        LimitDefinition | None,
        Field(description="Limit to decide that is promised; never above the statutory one."),
    ] = None
    counted: Annotated[
        bool, Field(description="Whether its days count toward the scenario's promise.")
    ] = True
    materials: Annotated[
        tuple[MaterialRequirement, ...],
        Field(description="Papers that it asks for, and no others."),
    ] = ()
    form: Annotated[
        tuple[FormField, ...],
        Field(description="Fields filled in by whoever applies for it or records it."),
    ] = ()
    guards: Annotated[
        tuple[GuardDefinition, ...],
        Field(description="What has to be true before it is applied for or granted."),
    ] = ()
    document: Annotated[Key | None, Field(description="Document that it ends in.")] = None
    special_procedures: Annotated[
        tuple[SpecialProcedure, ...],
        Field(description="Procedures whose time is not counted: the closed list of art. 45."),
    ] = ()
    legal_basis: Annotated[
        str | None, Field(description="Article that sets it up, with its mark; guides name it.")
    ] = None
    utility: Annotated[
        UtilityKind | None,
        Field(description="This item is the line of one utility: it is answered with a plan."),
    ] = None
    joint_handling: Annotated[
        bool,
        Field(
            description="Handled by several departments as one (art. 42(2)): its statutory limit is "
            "45 working days, and 15 more by extension.",
            examples=[True],
        ),
    ] = False
    intake_on_the_spot: Annotated[
        bool,
        Field(
            description="Whether what is missing has to be told on the spot and in writing: said "
            "nothing on the day of receipt, it is accepted (不动产登记暂行条例第17条). Elsewhere the "
            "five working days of art. 32 run.",
            examples=[True],
        ),
    ] = False
    accept_on_submission: Annotated[
        bool,
        Field(
            description="Competence and need can be decided by machine: a complete application is "
            "accepted in the moment in which it is made 马上受理. Elsewhere the window sees it first.",
            examples=[True],
        ),
    ] = False
    grant_on_commitment: Annotated[
        bool,
        Field(
            description="Whether a complete application with its signed commitment is granted at once "
            "承诺即批, by the system in the name of the officer who published the item's list; what was "
            "committed to is checked afterwards. Without a published list it is examined as usual.",
            examples=[True],
        ),
    ] = False
    in_person: Annotated[
        str | None,
        Field(
            description="Article by which the applicant acts in person: no agent does it (art. 29).",
            examples=["Regulation on Real Estate Registration art. 14 [L]"],
        ),
    ] = None
    safety: Annotated[
        str | None,
        Field(
            description="By which basis it directly touches public safety, health, life or property: after "
            "false papers or deception nobody applies for it again for one year or three (Licensing Law "
            "arts. 78, 79), and no paper of it follows later for an enterprise in class C.",
            examples=["建筑法第1条 [L]"],
        ),
    ] = None
    site_verification: Annotated[
        bool,
        Field(description="Verified on the spot by two officers before it is granted (art. 34)."),
    ] = False
    consults: Annotated[
        tuple[ConsultDefinition, ...],
        Field(description="Departments that are asked as soon as it is under examination."),
    ] = ()
    until_passed: Annotated[
        Text | None,
        Field(description="What the law forbids until it has passed; told whenever it has not."),
    ] = None
    site_visit: Annotated[
        SiteVisitDefinition | None,
        Field(
            description="The site is looked at together, exactly once a round, by the departments "
            "of its parts, or of the items of its stage that come after it."
        ),
    ] = None

    works: Annotated[
        WorksEvent | None,
        Field(description="For a milestone: the commencement or the completion of the works."),
    ] = None
    before_works: Annotated[
        bool,
        Field(
            description="Whether the law lets no works begin without it: the commencement waits for it."
        ),
    ] = False
    supervised_by: Annotated[
        Key | None,
        Field(
            description="Department that supervises quality and safety of what it permits: that is "
            "merged into the permit and begins with its grant."
        ),
    ] = None

    @property
    def filed(self) -> bool:
        """Whether it is a filing 备案 or a notice 告知: done with its receipt, never granted or denied."""
        return self.category in (ItemCategory.FILING, ItemCategory.NOTICE)

    @property
    def supervising(self) -> str:
        """Department that supervises what it permits; where powers were transferred, not who decides."""
        return self.supervised_by or self.competent_department or self.department

    @property
    def counted_days(self) -> int:
        """Promised working days that this item adds to the critical path (0 when uncounted)."""
        return self.promised.days if self.counted and self.promised else 0

    @cached_property
    def required(self) -> Mapping[str, MaterialRequirement]:
        """Material key → how this item asks for it."""
        return {requirement.material: requirement for requirement in self.materials}

    @cached_property
    def field(self) -> Mapping[str, FormField]:
        """Key of a field of its form → the field, in the order of the form."""
        return {field.key: field for field in self.form}


class ItemDefinition(ItemTerms):
    """One approval item as a scenario uses it."""

    stage: Annotated[Key, Field(description="Stage that it belongs to.")]
    after: Annotated[
        tuple[ItemCode, ...], Field(description="Items that must be satisfied before it opens.")
    ] = ()
    when: Annotated[
        str | None,
        Field(
            max_length=500,
            description="Condition over project attributes, in CEL.",
            examples=["project.investment >= 1000"],
        ),
    ] = None
    exempt: Annotated[
        ExemptionDefinition | None,
        Field(description="Projects that are exempt from it by a rule, and by which 免办."),
    ] = None
    part_of: Annotated[
        ItemCode | None,
        Field(
            description="The joint item that this one is a part of: no application and no days of "
            "its own, it runs inside the limit of the whole."
        ),
    ] = None
    scope: Annotated[Text | None, Field(description="Scope printed on the document.")] = None
    next_phase: Annotated[
        NextPhaseDefinition | None,
        Field(description="For a permit of one phase: what has to follow, within which time."),
    ] = None
    when_basis_voided: Annotated[
        WhenBasisVoided,
        Field(description="What becomes of it when an approval that it builds on is voided."),
    ] = WhenBasisVoided.SUSPEND
    yellow: Annotated[
        YellowDefinition | None,
        Field(
            description="When its light turns yellow, where it differs from the scenario.",
            examples=[{"working_days": 2}],
        ),
    ] = None

    @property
    def always_exempt(self) -> bool:
        """Whether every project of the scenario is exempt from it."""
        return self.exempt is not None and self.exempt.when is None

    @cached_property
    def needed_when(self) -> str | None:
        """The condition under which a project goes through it; ``None``: every project does.

        It has to concern the project, and the project must not be exempt from it.
        """
        if self.exempt is None:
            return self.when
        if self.exempt.when is None:
            return "false"
        liable = f"!({self.exempt.when})"
        return liable if self.when is None else f"({self.when}) && {liable}"
