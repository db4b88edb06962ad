"""Kinds of finding about papers, forms and documents."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error, warning

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
FORM_NOT_ASKED = error(
    "form_not_asked",
    "{item} has a form, but nobody applies for it or records it.",
    "Move the fields to the item that is applied for, or choose another mode.",
)
FORM_CHOICES = error(
    "form_choices",
    "The field {name} of {item} has choices that do not fit its type.",
    "Give at least two different choices for the type choice, none for any other.",
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

#: In the order of the documentation.
KINDS = (
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
)
