"""Kinds of finding about conditions over project attributes."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error, warning

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
UNKNOWN_FIELD = error(
    "unknown_field",
    "{condition} asks for form.{name}, which is in no form of this scenario.",
    "Add the field to the form of the item, or use one that is there; the item has: {known}.",
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
MATERIAL_NEVER = error(
    "material_never",
    "{condition} holds for no project that needs {item}, so {material} is never asked for.",
    "Correct the condition, or take the material out.",
)
MATERIAL_ALWAYS = warning(
    "material_always",
    "{condition} holds for every project that needs {item}.",
    "Leave the condition of {material} out, or correct it.",
)
CONDITIONS_TOO_ENTANGLED = error(
    "conditions_too_entangled",
    "The conditions depend on each other so much that it cannot be told what holds for which project.",
    "Let fewer attributes decide: one choice instead of several attributes that exclude each other,"
    " and comparisons with fixed values.",
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

#: In the order of the documentation.
KINDS = (
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
    CONDITIONS_TOO_ENTANGLED,
    ATTRIBUTE_CHOICES,
    ATTRIBUTE_DEFAULT,
)
