"""What administrators write: the scenario file and the item catalogue 事项库.

A scenario file picks items from the catalogue and says how this scenario uses them; what it may
say about a picked item is what a district may decide. Reading it (``rules.scenarios.reading``) makes
a :class:`models.scenarios.definition.ScenarioDefinition`, in which everything that is named stands in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from models.scenarios.bundles import BundleDefinition
from models.scenarios.definition import (
    ArchitectDefinition,
    AttributeDefinition,
    ConsultDefinition,
    DepartmentDefinition,
    DocumentDefinition,
    ExemptionDefinition,
    ItemCode,
    ItemDefinition,
    ItemTerms,
    Key,
    LimitDefinition,
    MaterialDefinition,
    MaterialRequirement,
    NamedPromise,
    PromiseDefinition,
    SiteVisitDefinition,
    StageDefinition,
    Text,
    Value,
    WhenBasisVoided,
)
from models.scenarios.forms import FormField
from models.scenarios.guards import GuardDefinition
from models.scenarios.phases import NextPhaseDefinition
from models.scenarios.warnings import WarningsDefinition, YellowDefinition


class ItemUse(Value):
    """An item picked from the catalogue, with what the district decides about it."""

    use: Annotated[ItemCode, Field(description="Code of the item in the catalogue.")]
    stage: Annotated[Key, Field(description="Stage of this scenario that it belongs to.")]
    after: Annotated[
        tuple[ItemCode, ...],
        Field(description="Items of this scenario that must be satisfied before it opens."),
    ] = ()
    when: Annotated[
        str | None,
        Field(
            max_length=500,
            description="Condition over project attributes, in CEL; without one, always.",
        ),
    ] = None
    exempt: Annotated[
        ExemptionDefinition | None,
        Field(description="Projects that are exempt from it by a rule, and by which 免办."),
    ] = None
    part_of: Annotated[
        ItemCode | None, Field(description="Joint item inside whose limit this one runs.")
    ] = None
    department: Annotated[
        Key | None,
        Field(
            description="Department that decides here, where powers were transferred.",
            examples=["admin_approval_bureau"],
        ),
    ] = None
    promised: Annotated[
        LimitDefinition | None, Field(description="Promised limit here; never above statutory.")
    ] = None
    counted: Annotated[
        bool | None,
        Field(description="Whether its days count toward the promise.", examples=[False]),
    ] = None
    materials: Annotated[
        tuple[MaterialRequirement, ...] | None,
        Field(description="Materials asked for here; replaces the list of the catalogue."),
    ] = None
    form: Annotated[
        tuple[FormField, ...] | None,
        Field(description="Fields filled in here; replaces the form of the catalogue."),
    ] = None
    guards: Annotated[
        tuple[GuardDefinition, ...] | None,
        Field(description="Guards here; replaces those of the catalogue."),
    ] = None
    scope: Annotated[Text | None, Field(description="Scope printed on the document.")] = None
    next_phase: Annotated[
        NextPhaseDefinition | None,
        Field(description="For a permit of one phase: what has to follow, within which time."),
    ] = None
    supervised_by: Annotated[
        Key | None,
        Field(
            description="Department that supervises what it permits, from the grant on.",
            examples=["housing_construction_bureau"],
        ),
    ] = None
    when_basis_voided: Annotated[
        WhenBasisVoided | None,
        Field(
            description="What becomes of it when an approval that it builds on is voided.",
            examples=["void"],
        ),
    ] = None
    yellow: Annotated[
        YellowDefinition | None,
        Field(description="When its light turns yellow, where it differs from the scenario."),
    ] = None
    joint_handling: Annotated[
        bool | None,
        Field(
            description="Handled by several departments as one (art. 42(2)): its statutory limit is "
            "45 working days, and 15 more by extension."
        ),
    ] = None
    grant_on_commitment: Annotated[
        bool | None,
        Field(
            description="Whether it is granted at once on its signed commitment 承诺即批.",
            examples=[False],
        ),
    ] = None
    accept_on_submission: Annotated[
        bool | None,
        Field(
            description="Whether a complete application is accepted in the moment in which it is made.",
            examples=[False],
        ),
    ] = None
    site_verification: Annotated[
        bool | None,
        Field(description="Verified on the spot by two officers before it is granted (art. 34)."),
    ] = None
    consults: Annotated[
        tuple[ConsultDefinition, ...] | None,
        Field(description="Departments asked here; replaces the list of the catalogue."),
    ] = None
    site_visit: Annotated[
        SiteVisitDefinition | None,
        Field(
            description="The site is looked at together, exactly once a round, by the departments "
            "of its parts, or of the items of its stage that come after it."
        ),
    ] = None


PICKED = "picked item"
OWN = "own item"


def _entry_kind(entry: Any) -> str:
    """An entry with ``use`` picks from the catalogue; any other defines an item of its own."""
    if isinstance(entry, ItemUse) or (isinstance(entry, dict) and "use" in entry):
        return PICKED
    return OWN


ItemEntry = Annotated[
    Annotated[ItemUse, Tag(PICKED)] | Annotated[ItemDefinition, Tag(OWN)],
    Discriminator(_entry_kind),
]


class ScenarioFile(Value):
    """A scenario as an administrator writes it."""

    key: Annotated[Key, Field(description="Name of the scenario in commands and addresses.")]
    version: Annotated[
        int, Field(strict=True, ge=1, le=100_000, description="Counts up with each publication.")
    ] = 1
    name: Annotated[Text, Field(description="Name as people read it.")]
    summary: Annotated[
        Text | None, Field(description="A sentence for whoever chooses a scenario.")
    ] = None
    promise: Annotated[
        PromiseDefinition | None,
        Field(description="What is promised; days alone: all counted approvals within so many."),
    ] = None
    promises: Annotated[
        tuple[NamedPromise, ...],
        Field(
            description="Further promises: between any two events, in any unit, to a class of projects."
        ),
    ] = ()
    warnings: Annotated[
        WarningsDefinition | None,
        Field(
            description="When people are warned, where it differs from the installation [D].",
            examples=[{"yellow": {"percent": 30}, "head_after": 1}],
        ),
    ] = None
    attributes: Annotated[
        tuple[AttributeDefinition, ...],
        Field(description="Facts about a project that conditions may use."),
    ] = ()
    stages: Annotated[
        tuple[StageDefinition, ...],
        Field(min_length=1, description="Stages in the order in which people see them."),
    ]
    items: Annotated[
        tuple[ItemEntry, ...],
        Field(min_length=1, description="Items: picked from the catalogue with use, or own ones."),
    ]
    materials: Annotated[
        tuple[MaterialDefinition, ...],
        Field(
            description="Materials that the catalogue lacks.",
            examples=[[{"key": "fence_plan", "name": {"zh": "围挡方案", "en": "Fence plan"}}]],
        ),
    ] = ()
    documents: Annotated[
        tuple[DocumentDefinition, ...],
        Field(
            description="Documents that the catalogue lacks.",
            examples=[
                [
                    {
                        "key": "fence_opinion",
                        "name": {"zh": "围挡意见", "en": "Fence opinion"},
                        "number_pattern": "围挡〔{year}〕{seq}号",
                    }
                ]
            ],
        ),
    ] = ()
    departments: Annotated[
        tuple[DepartmentDefinition, ...],
        Field(
            description="Bodies that the catalogue lacks.",
            examples=[[{"key": "park_office", "name": {"zh": "园办", "en": "Park office"}}]],
        ),
    ] = ()
    bundles: Annotated[
        tuple[BundleDefinition, ...],
        Field(description="Certificates that are held back and issued together."),
    ] = ()
    architect: Annotated[
        ArchitectDefinition | None,
        Field(description="Which projects are under architect responsibility 建筑师负责制 [D]."),
    ] = None


class OrderDefinition(Value):
    """One rule on the place of an item among others, wherever a scenario has both."""

    follows: Annotated[
        ItemCode | None, Field(description="Item that has to be satisfied before this one opens.")
    ] = None
    precedes: Annotated[
        ItemCode | None, Field(description="Item that does not open before this one is satisfied.")
    ] = None
    part_of: Annotated[
        ItemCode | None, Field(description="Joint item that this one is decided with.")
    ] = None
    basis: Annotated[
        str,
        Field(
            min_length=1,
            description="Article that wants it, with its mark; [D] is proposed and may be changed.",
        ),
    ]

    @model_validator(mode="after")
    def _says_one_thing(self) -> OrderDefinition:
        if [self.follows, self.precedes, self.part_of].count(None) != 2:  # noqa: PLR2004
            raise ValueError("an order names one of follows, precedes and part_of")
        return self

    @property
    def is_law(self) -> bool:
        """Whether a scenario has to keep it; a default is only proposed."""
        return not self.basis.rstrip().endswith("[D]")


class CatalogueItem(ItemTerms):
    """An approval item as the catalogue keeps it, for every scenario."""

    order: Annotated[
        tuple[OrderDefinition, ...],
        Field(description="What the law lets it follow or be a part of, in every scenario."),
    ] = ()

    remark: Annotated[str | None, Field(description="For whoever picks it.")] = None


class Catalogue(Value):
    """The shared item catalogue 事项库, with the dictionaries that its items lean on."""

    departments: tuple[DepartmentDefinition, ...] = ()
    materials: tuple[MaterialDefinition, ...] = ()
    documents: tuple[DocumentDefinition, ...] = ()
    items: tuple[CatalogueItem, ...] = ()

    @cached_property
    def item(self) -> Mapping[str, CatalogueItem]:
        """Item code → item."""
        return {item.code: item for item in self.items}

    @cached_property
    def order(self) -> Mapping[str, tuple[OrderDefinition, ...]]:
        """Item code → what it follows, whichever of the two items says so."""
        orders: dict[str, list[OrderDefinition]] = {}
        for item in self.items:
            for rule in item.order:
                if rule.follows is not None:
                    orders.setdefault(item.code, []).append(rule)
                elif rule.precedes is not None:
                    turned = OrderDefinition(follows=item.code, basis=rule.basis)
                    orders.setdefault(rule.precedes, []).append(turned)
        return {code: tuple(rules) for code, rules in orders.items()}

    @cached_property
    def material(self) -> Mapping[str, MaterialDefinition]:
        """Material key → material."""
        return {material.key: material for material in self.materials}

    @cached_property
    def document(self) -> Mapping[str, DocumentDefinition]:
        """Document kind → document."""
        return {document.key: document for document in self.documents}

    @cached_property
    def department(self) -> Mapping[str, DepartmentDefinition]:
        """Department key → department."""
        return {department.key: department for department in self.departments}
