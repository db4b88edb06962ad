"""The yard: a small scenario in code that has every mode, class of material and kind of condition.

::

    E0 hand-over (milestone)          A1 land certificate (document, expert review)
      └─ A2 filing (deferrables)        └─ N1 check (internal)
           │  not phased: B0 permit (commitment, certificate filled in)   after A1, A2
           │  phased:     B1 pit after A2 → B2 main after A1, B1
           └─ W1 works done (milestone) → D0 joint acceptance with its visit to the site and its part D1
"""

from __future__ import annotations

from models.clock.values import Unit
from models.scenarios.definition import (
    AttributeDefinition,
    DepartmentDefinition,
    DepartmentKind,
    DocumentDefinition,
    ItemDefinition,
    ItemMode,
    LimitDefinition,
    MaterialClass,
    MaterialDefinition,
    MaterialRequirement,
    PromiseDefinition,
    ScenarioDefinition,
    SpecialProcedure,
    StageDefinition,
    StageKind,
    Text,
)
from models.scenarios.forms import FieldType, FormChoice, FormField
from models.scenarios.phases import NextPhaseDefinition

CODE = "2611-611102-04-01-000001"
ENTERPRISE = "91611102MA0FAKE175"
OTHER_ENTERPRISE = "91611102MA0FAKE250"

LAND, PLANNING, HOUSING = "land_bureau", "planning_bureau", "housing_bureau"


def name(words: str) -> Text:
    return Text(zh=f"{words}(中)", en=words)


def asks(key: str, kind: MaterialClass = MaterialClass.CORE, **more: bool) -> MaterialRequirement:
    return MaterialRequirement(material=key, material_class=kind, **more)


def days(number: int) -> LimitDefinition:
    return LimitDefinition(days=number, source="test")


def item(code: str, stage: str, department: str, **more: object) -> ItemDefinition:
    return ItemDefinition.model_validate(
        {
            "code": code,
            "identifier": f"item_{code.lower()}",
            "name": name(f"item {code}"),
            "stage": stage,
            "department": department,
            **more,
        }
    )


def field(kind: FieldType, *, required: bool = False, key: str | None = None) -> FormField:
    """A field of a type, named after it."""
    choices = ()
    if kind is FieldType.CHOICE:
        choices = tuple(FormChoice(key=one, name=name(one)) for one in ("open_cut", "piles"))
    key = key or f"a_{kind.value}"
    return FormField(key=key, name=name(key), type=kind, choices=choices, required=required)


LIMITS = {"statutory": days(20), "promised": days(5)}
DEFERRABLE, SHARED = MaterialClass.DEFERRABLE, MaterialClass.SHARED

YARD = ScenarioDefinition(
    key="yard",
    name=name("yard"),
    promise=PromiseDefinition(days=60, source="test"),
    attributes=(
        AttributeDefinition(key="phased", type="boolean", name=name("phased"), default=False),
        AttributeDefinition(key="area", type="decimal", name=name("area"), default=1000),
        AttributeDefinition(key="floors", type="integer", name=name("floors"), default=3),
        AttributeDefinition(
            key="use", type="choice", name=name("use"), choices=("plant", "store"), default="plant"
        ),
    ),
    stages=(
        StageDefinition(key="land", kind=StageKind.LAND, name=name("land"), lead=LAND),
        StageDefinition(
            key="permit", kind=StageKind.CONSTRUCTION_PERMIT, name=name("permit"), lead=HOUSING
        ),
        StageDefinition(
            key="acceptance",
            kind=StageKind.JOINT_ACCEPTANCE,
            name=name("acceptance"),
            lead=HOUSING,
        ),
    ),
    items=(
        item("E0", "land", LAND, mode=ItemMode.MILESTONE, counted=False),
        item(
            "A1",
            "land",
            PLANNING,
            **LIMITS,
            materials=(asks("business_licence", SHARED), asks("plan")),
            document="land_certificate",
            special_procedures=(SpecialProcedure.EXPERT_REVIEW,),
        ),
        item(
            "A2",
            "land",
            LAND,
            **LIMITS,
            after=("E0",),
            materials=(
                asks("plan"),
                asks("archive", DEFERRABLE),
                asks("insurance", DEFERRABLE),
                asks("survey", DEFERRABLE, substantive=True),
            ),
            form=tuple(field(kind) for kind in FieldType),
        ),
        item("N1", "land", LAND, mode=ItemMode.INTERNAL, promised=days(2), after=("A1",)),
        item(
            "B0",
            "permit",
            HOUSING,
            **LIMITS,
            after=("A1", "A2"),
            when="!project.phased",
            materials=(
                asks("drawings"),
                asks("land_paper", SHARED),
                asks("pledge", MaterialClass.COMMITMENT),
            ),
            document="permit",
        ),
        item(
            "B1",
            "permit",
            HOUSING,
            **LIMITS,
            after=("A2",),
            when="project.phased",
            materials=(asks("drawings"),),
            document="permit",
            supervised_by=HOUSING,
            next_phase=NextPhaseDefinition(
                item="B2",
                within=LimitDefinition(days=6, unit=Unit.MONTH, source="test"),
                inspection_every=LimitDefinition(days=14, unit=Unit.NATURAL_DAY, source="test"),
            ),
        ),
        item(
            "B2",
            "permit",
            HOUSING,
            **LIMITS,
            after=("A1", "B1"),
            when="project.phased",
            materials=(asks("drawings"), asks("land_paper", SHARED)),
            document="permit",
            consults=(
                {"department": LAND, "limit": days(3)},
                {"department": PLANNING, "limit": days(2), "silence_is_consent": True},
            ),
            supervised_by=HOUSING,
        ),
        item(
            "W1",
            "acceptance",
            HOUSING,
            mode=ItemMode.MILESTONE,
            counted=False,
            after=("B0", "B2"),
        ),
        item(
            "D0",
            "acceptance",
            HOUSING,
            **LIMITS,
            after=("W1",),
            materials=(asks("archive", DEFERRABLE),),
            site_visit={"officers": 2},
        ),
        item(
            "D1",
            "acceptance",
            PLANNING,
            **LIMITS,
            after=("W1",),
            part_of="D0",
            site_verification=True,
        ),
    ),
    materials=(
        MaterialDefinition(
            key="business_licence", name=name("business licence"), from_register=True
        ),
        MaterialDefinition(key="plan", name=name("plan")),
        MaterialDefinition(key="drawings", name=name("drawings")),
        MaterialDefinition(key="archive", name=name("archive")),
        MaterialDefinition(key="insurance", name=name("insurance")),
        MaterialDefinition(key="survey", name=name("survey")),
        MaterialDefinition(key="pledge", name=name("pledge")),
        MaterialDefinition(
            key="land_paper", name=name("land certificate"), from_document="land_certificate"
        ),
    ),
    documents=(
        DocumentDefinition(
            key="land_certificate",
            name=name("land certificate"),
            number_pattern="LC-{region}-{year}-{seq:04d}",
        ),
        DocumentDefinition(
            key="permit", name=name("permit"), number_pattern="BP{region}{date}{seq:03d}"
        ),
    ),
    departments=(
        DepartmentDefinition(key=LAND, name=name("land bureau")),
        DepartmentDefinition(key=PLANNING, name=name("planning bureau")),
        DepartmentDefinition(
            key=HOUSING, name=name("housing bureau"), kind=DepartmentKind.DEPARTMENT
        ),
    ),
)
#: Papers that an applicant hands in; the others the system holds.
PAPERS = tuple(material.key for material in YARD.materials if not material.system_held)


def changed_item(code: str, **changes: object) -> ScenarioDefinition:
    """The yard with one item defined otherwise."""
    items = tuple(
        ItemDefinition.model_validate(
            {**item.model_dump(by_alias=True), **(changes if item.code == code else {})}
        )
        for item in YARD.items
    )
    return ScenarioDefinition.model_validate({**YARD.model_dump(by_alias=True), "items": items})
