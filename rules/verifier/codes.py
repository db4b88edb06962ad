"""Every kind of finding about the meaning of a scenario. ``docs/scenarios.md`` lists them."""

from __future__ import annotations

from rules.verifier.arrangement_codes import ARRANGEMENT_KINDS
from rules.verifier.form_codes import (
    FORM_CHOICES,
    FORM_NOT_ASKED,
    GUARD_ALWAYS,
    GUARD_MAY_NOT_BE_BEFORE,
    GUARD_NEVER,
    GUARD_NOT_BEFORE,
    GUARD_POINT,
    MATERIAL_ALWAYS,
    MATERIAL_NEVER,
    NEXT_PHASE_NOT_AFTER,
    NEXT_PHASE_OF_MILESTONE,
    UNKNOWN_FIELD,
    UNKNOWN_NEXT_PHASE,
)
from rules.verifier.joint_codes import KINDS as JOINT_KINDS
from rules.verifier.kinds import error, warning

# --- names -------------------------------------------------------------------------------------

UNKNOWN_CATALOGUE_ITEM = error(
    "unknown_catalogue_item",
    "The catalogue has no item {item}.",
    "Pick one of the catalogue ({known}), or define the item here with code, identifier and name.",
)
CATALOGUE_REDEFINED = error(
    "catalogue_redefined",
    "The catalogue defines the {kind} {name} already.",
    "Use the one of the catalogue, or give yours another name.",
)
UNKNOWN_ITEM = error(
    "unknown_item",
    "{item} comes after {name}, which is no item of this scenario.",
    "Add {name} to the items or take it out; the items are: {known}.",
)
UNKNOWN_STAGE = error(
    "unknown_stage", "{name} is no stage of this scenario.", "The stages are: {known}."
)
UNKNOWN_MATERIAL = error(
    "unknown_material",
    "{item} asks for the material {name}, which nobody defines.",
    "Define it under materials, or use one of the catalogue.",
)
UNKNOWN_DOCUMENT = error(
    "unknown_document",
    "The document {name} is defined nowhere.",
    "Define it under documents with its number pattern, or use one of the catalogue.",
)
UNKNOWN_DEPARTMENT = error(
    "unknown_department",
    "The department {name} is defined nowhere.",
    "Use one of the catalogue, or define it under departments.",
)
UNKNOWN_WHOLE = error(
    "unknown_whole",
    "{item} is part of {name}, which is no other item of this scenario with an application.",
    "Name the joint item that is applied for.",
)
DUPLICATE = error(
    "duplicate",
    "The {kind} {name} is there twice.",
    "Keep one of the two, or give one another name.",
)
UNUSED_STAGE = warning(
    "unused_stage", "No item belongs to the stage {name}.", "Take the stage out or give it items."
)
UNUSED_NAME = warning("unused_name", "Nothing uses the {kind} {name}.", "Take it out, or use it.")

# --- graph -------------------------------------------------------------------------------------

CYCLE = error(
    "cycle",
    "These items wait for each other and none can ever open: {cycle}.",
    "Take one of them out of an after list.",
)
WHOLE_IS_PART = error(
    "whole_is_part",
    "{item} is part of {whole}, which is itself a part.",
    "Parts have no parts; make {item} a part of the joint item at the top.",
)
PART_COUNTED = error(
    "part_counted",
    "{item} is part of {whole} and counts days of its own; they would be counted twice.",
    "Set counted: false; a part runs inside the limit of the whole.",
)
PART_APPLIED_FOR = error(
    "part_applied_for",
    "{item} is part of {whole} and is applied for on its own as well.",
    "Set mode: internal; one application covers the whole.",
)
PART_IN_OTHER_STAGE = error(
    "part_in_other_stage",
    "{item} is part of {whole} but belongs to another stage.",
    "Put both into the same stage.",
)
PART_WITHOUT_WHOLE = error(
    "part_without_whole",
    "{item} is stuck for a project with {witness}: it is part of {whole}, which such a project does not need.",
    "Give {item} a condition that holds only where that of {whole} does.",
)
SITE_VISIT_OF_NOBODY = error(
    "site_visit_of_nobody",
    "{item} has a joint visit to the site, but no part and no item of its stage that comes after it.",
    "Take site_visit out, or give {item} the parts that the visit is for.",
)
SITE_VISIT_OUT_OF_PLACE = error(
    "site_visit_out_of_place",
    "{item} cannot have a joint visit of its own: it is {reason}.",
    "Move site_visit to the joint item.",
)
# --- conditions --------------------------------------------------------------------------------

CONDITION_SYNTAX = error(
    "condition_syntax",
    "{condition} is not a condition: {reason}.",
    'Write something like project.area > 1000 && project.kind == "factory".',
)
CONDITION_OUTSIDE_LANGUAGE = error(
    "condition_outside_language",
    "{construct} is not part of the language of conditions.",
    "Possible are project.NAME (in guards form.ITEM.FIELD as well), numbers, texts, true, false, == != < <= > >= in && || ! and brackets.",
)
CONDITION_TYPE = error(
    "condition_type",
    "In {condition}, {left} cannot be compared with {right}.",
    "Compare numbers with numbers, choices with their texts, and use && || ! on true or false.",
)
UNKNOWN_ATTRIBUTE = error(
    "unknown_attribute",
    "{condition} asks for project.{name}, which is no attribute of this scenario.",
    "Add it to attributes; they are: {known}.",
)
UNKNOWN_CHOICE = error(
    "unknown_choice",
    "{name} is never {value}.",
    "Its choices are: {known}.",
)
CONDITION_NEVER = error(
    "condition_never",
    "{condition} holds for no project, so {item} is never needed.",
    "Correct the condition, or take the item out.",
)
CONDITION_ALWAYS = warning(
    "condition_always",
    "{condition} holds for every project.",
    "Leave the condition of {item} out, or correct it.",
)
ATTRIBUTE_CHOICES = error(
    "attribute_choices",
    "The attribute {name} has choices that do not fit its type.",
    "Give at least two choices for the type choice, none for any other.",
)
ATTRIBUTE_DEFAULT = error(
    "attribute_default",
    "{value} is no possible default for the attribute {name}.",
    "Give {expected}, or leave the default out.",
)

# --- limits ------------------------------------------------------------------------------------

PROMISE_ABOVE_STATUTORY = error(
    "promise_above_statutory",
    "{item} promises {promised}; the law allows {statutory}.",
    "Promise the statutory limit or less.",
)
PROMISE_PERHAPS_ABOVE_STATUTORY = warning(
    "promise_perhaps_above_statutory",
    "{item} promises {promised} and the law allows {statutory}: which is longer depends on the holidays.",
    "Promise less, so that the promise always ends within the statutory limit.",
)
COUNTED_WITHOUT_PROMISE = error(
    "counted_without_promise",
    "{item} counts toward the promise but promises no limit.",
    "Give promised days, or set counted: false.",
)
COUNTED_UNIT = error(
    "counted_unit",
    "{item} counts toward the promise, which is in working days, and promises {promised}.",
    "Promise working days, or set counted: false.",
)
LIMIT_OF_MILESTONE = error(
    "limit_of_milestone",
    "{item} is a milestone: it happens and is recorded, nobody decides it within a limit.",
    "Take promised and statutory out, or choose another mode.",
)
PROMISE_BROKEN = error(
    "promise_broken",
    "The counted critical path takes {days} working days, {over} more than the promise of {promise}: {path}.",
    "Shorten limits on this path, let items run side by side, or promise more.",
)
NO_PROMISE = warning(
    "no_promise",
    "The scenario promises no number of working days.",
    "Add promise with days and its source, so that the counted path is held against it.",
)

# --- warnings ----------------------------------------------------------------------------------

LADDER_ORDER = error(
    "ladder_order",
    "The supervision letter comes {letter} working days after the last day, the department's head is told after {head}: the ladder does not go up.",
    "Let supervision_after be more than head_after.",
)
YELLOW_AT_ONCE = warning(
    "yellow_at_once",
    "The light of {items} is yellow from the first day on: it warns of nothing.",
    "Let fewer days or a smaller share be left when it turns yellow.",
)
YELLOW_TOO_LATE = warning(
    "yellow_too_late",
    "The light turns yellow on the last day only.",
    "Give percent or working_days, so that there is time left to act.",
)
YELLOW_WITHOUT_LIMIT = warning(
    "yellow_without_limit",
    "{item} has no limit whose light could turn yellow.",
    "Give it a limit, or take yellow out.",
)

# --- materials and documents -------------------------------------------------------------------

SHARED_WITHOUT_SOURCE = error(
    "shared_without_source",
    "{item} takes {material} from what the system holds, but the system never holds it.",
    "Give the material from_register or from_document, or ask the applicant for it (class core).",
)
SOURCE_NEVER_ISSUED = error(
    "source_never_issued",
    "{item} takes {material} from the document {document}, which no item of this scenario ends in.",
    "Add the item that issues it, or use a material that the applicant hands in.",
)
SOURCE_NOT_BEFORE = error(
    "source_not_before",
    "{item} takes {material} from the document {document}, but does not come after {issuers}, which issues it.",
    "Add {issuers} to its after list, or use a material that the applicant hands in.",
)
SOURCE_MAY_BE_MISSING = error(
    "source_may_be_missing",
    "{item} is stuck for a project with {witness}: it takes {material} from the document {document}, which no item before it issues then.",
    "Let an item that is needed in every such project issue the document, or use a material that the applicant hands in.",
)
STATUTORY_MATERIAL_DEFERRABLE = error(
    "statutory_material_deferrable",
    "{item} lets {material} come later, but a statute lists it ({basis}).",
    "Make it core.",
)
STATUTORY_MATERIAL_DROPPED = error(
    "statutory_material_dropped",
    "{item} no longer asks for {material}, which a statute lists ({basis}).",
    "Add it to the materials of this item.",
)
SUBSTANTIVE_NOT_DEFERRABLE = error(
    "substantive_not_deferrable",
    "{material} of {item} is substantive but not deferrable.",
    "Take substantive out; what is not deferrable is there before the decision anyway.",
)
MATERIALS_NOT_ASKED = error(
    "materials_not_asked",
    "{item} lists materials, but nobody applies for it.",
    "Move them to the item that is applied for, or choose the mode application.",
)
NO_MATERIALS = warning(
    "no_materials",
    "{item} is applied for without any material.",
    "List what has to be handed in; nothing outside the list may be asked for.",
)
TWO_SOURCES = error(
    "two_sources",
    "The material {material} comes from the register and from a document.",
    "Keep one of from_register and from_document.",
)
DOCUMENT_PATTERN = error(
    "document_pattern",
    "{pattern} is no number pattern: {reason}.",
    "Use {{region}}, {{year}}, {{date}} and {{seq}} or {{seq:05d}}; {{seq}} has to be there.",
)
SPECIAL_PROCEDURE_WITHOUT_LIMIT = warning(
    "special_procedure_without_limit",
    "{item} foresees special procedures but has no limit that they could hold.",
    "Give it a limit, or take the special procedures out.",
)

# --- the installation ----------------------------------------------------------------------------

DEPARTMENT_WITHOUT_OFFICERS = warning(
    "department_without_officers",
    "Nobody in {department} has an account that may decide; {items} would lie there.",
    "Give an approver or the head of {department} an account before the first project gets there.",
)
TEMPLATE_MISSING = error(
    "template_missing",
    "The page of {document} cannot be set: there is no template {template}.",
    "Put {template}.typ into config/templates/documents, or name one of: {known}.",
)

# --- lawful but unwise ---------------------------------------------------------------------------

LICENCE_WITHOUT_BASIS = warning(
    "licence_without_basis",
    "{item} is a licence without a legal basis, which the guide for applicants has to name.",
    "Add legal_basis with the article that sets the licence up.",
)
LICENCE_NOT_COUNTED = warning(
    "licence_not_counted",
    "{item} is a licence whose days do not count toward the promise, although {waiting} waits for it.",
    "Count its days, or say in the summary why the promise leaves them out.",
)
PROMISED_NOTHING = warning(
    "promised_nothing",
    "{item} promises 0 days: it is late unless it is decided on the day on which it is accepted.",
    "Promise at least one day, or make it a filing if complete information is enough.",
)
NO_LIMIT = warning(
    "no_limit",
    "{item} has no limit at all: nobody is warned when it lies.",
    "Give it promised days, even where no statute sets a limit.",
)
ONLY_DEFERRABLE = warning(
    "only_deferrable",
    "{item} can be accepted and granted without a single paper: all of them may come later.",
    "Make the papers core that the decision rests on.",
)
STATUTORY_BY_COMMITMENT = warning(
    "statutory_by_commitment",
    "{item} takes a signed commitment instead of {material}, which a statute lists ({basis}).",
    "Make sure that a rule of the same rank allows the commitment, or make the material core.",
)
STANDS_WITHOUT_BASIS = warning(
    "stands_without_basis",
    "{item} stands when what it builds on is voided, although it takes {material} from a document of {issuers}.",
    "Set when_basis_voided to suspend or void.",
)
SAME_PAPER = warning(
    "same_paper",
    "The materials {material} and {other} have the same name: applicants would hand the paper in twice.",
    "Use one key for one paper, or give the two different names.",
)

#: In the order of the documentation.
KINDS = (
    UNKNOWN_CATALOGUE_ITEM,
    CATALOGUE_REDEFINED,
    UNKNOWN_ITEM,
    UNKNOWN_STAGE,
    UNKNOWN_MATERIAL,
    UNKNOWN_DOCUMENT,
    UNKNOWN_DEPARTMENT,
    UNKNOWN_NEXT_PHASE,
    UNKNOWN_WHOLE,
    DUPLICATE,
    UNUSED_STAGE,
    UNUSED_NAME,
    CYCLE,
    WHOLE_IS_PART,
    NEXT_PHASE_NOT_AFTER,
    NEXT_PHASE_OF_MILESTONE,
    PART_COUNTED,
    PART_APPLIED_FOR,
    PART_IN_OTHER_STAGE,
    PART_WITHOUT_WHOLE,
    SITE_VISIT_OF_NOBODY,
    SITE_VISIT_OUT_OF_PLACE,
    CONDITION_SYNTAX,
    CONDITION_OUTSIDE_LANGUAGE,
    CONDITION_TYPE,
    UNKNOWN_ATTRIBUTE,
    UNKNOWN_CHOICE,
    UNKNOWN_FIELD,
    CONDITION_NEVER,
    CONDITION_ALWAYS,
    MATERIAL_NEVER,
    MATERIAL_ALWAYS,
    GUARD_NEVER,
    GUARD_ALWAYS,
    GUARD_NOT_BEFORE,
    GUARD_MAY_NOT_BE_BEFORE,
    GUARD_POINT,
    ATTRIBUTE_CHOICES,
    ATTRIBUTE_DEFAULT,
    PROMISE_ABOVE_STATUTORY,
    PROMISE_PERHAPS_ABOVE_STATUTORY,
    COUNTED_WITHOUT_PROMISE,
    COUNTED_UNIT,
    LIMIT_OF_MILESTONE,
    PROMISE_BROKEN,
    NO_PROMISE,
    LADDER_ORDER,
    YELLOW_AT_ONCE,
    YELLOW_TOO_LATE,
    YELLOW_WITHOUT_LIMIT,
    SHARED_WITHOUT_SOURCE,
    SOURCE_NEVER_ISSUED,
    SOURCE_NOT_BEFORE,
    SOURCE_MAY_BE_MISSING,
    STATUTORY_MATERIAL_DEFERRABLE,
    STATUTORY_MATERIAL_DROPPED,
    SUBSTANTIVE_NOT_DEFERRABLE,
    MATERIALS_NOT_ASKED,
    NO_MATERIALS,
    FORM_NOT_ASKED,
    FORM_CHOICES,
    TWO_SOURCES,
    DOCUMENT_PATTERN,
    SPECIAL_PROCEDURE_WITHOUT_LIMIT,
    DEPARTMENT_WITHOUT_OFFICERS,
    TEMPLATE_MISSING,
    LICENCE_WITHOUT_BASIS,
    LICENCE_NOT_COUNTED,
    PROMISED_NOTHING,
    NO_LIMIT,
    ONLY_DEFERRABLE,
    STATUTORY_BY_COMMITMENT,
    STANDS_WITHOUT_BASIS,
    SAME_PAPER,
    *ARRANGEMENT_KINDS,
    *JOINT_KINDS,
)
