"""Kinds of finding about names that are unknown, unused or there twice."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error, warning

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

#: In the order of the documentation.
KINDS = (
    UNKNOWN_CATALOGUE_ITEM,
    CATALOGUE_REDEFINED,
    UNKNOWN_ITEM,
    UNKNOWN_STAGE,
    UNKNOWN_MATERIAL,
    UNKNOWN_DOCUMENT,
    UNKNOWN_DEPARTMENT,
    UNKNOWN_WHOLE,
    DUPLICATE,
    UNUSED_STAGE,
    UNUSED_NAME,
)
