"""Every kind of finding about the text of a file, before its meaning is looked at."""

from __future__ import annotations

from models.findings import FindingKind, Severity


def _error(code: str, sentence: str, remedy: str) -> FindingKind:
    return FindingKind(code, Severity.ERROR, sentence, remedy)


FILE_NOT_UTF8 = _error(
    "file_not_utf8",
    "The file is not text in UTF-8: {reason}.",
    "Save it again with the encoding UTF-8.",
)
FILE_TOO_LARGE = _error(
    "file_too_large",
    "The file has {size} bytes; {limit} is the most that a scenario may have.",
    "Leave out what is not part of the scenario, or make two of it.",
)
FILE_EMPTY = _error(
    "file_empty",
    "The file holds no scenario.",
    "Begin with key, name, stages and items.",
)
YAML_SYNTAX = _error(
    "yaml_syntax",
    "This is not YAML: {problem}.",
    "Check the indentation, the colons and the quotes here and in the line above.",
)
YAML_TOO_DEEP = _error(
    "yaml_too_deep",
    "More than {limit} levels stand inside each other.",
    "A scenario needs fewer; check the brackets and the indentation.",
)
YAML_TOO_LONG = _error(
    "yaml_too_long",
    "The file has more than {limit} values.",
    "Leave out what is not part of the scenario, or make two of it.",
)
YAML_ALIAS = _error(
    "yaml_alias",
    "Anchors (&) and aliases (*) are not part of the language.",
    "Write the value out where it is needed, or put it into the catalogue.",
)
YAML_TAG = _error(
    "yaml_tag",
    "Tags such as {tag} are not part of the language.",
    "Leave the tag out.",
)
YAML_DOCUMENTS = _error(
    "yaml_documents",
    "The file holds more than one YAML document.",
    "Keep one scenario per file and take out the line ---.",
)
DUPLICATE_KEY = _error(
    "duplicate_key",
    "{field} is given twice; the first stands in line {first}.",
    "Keep one of the two.",
)

FIELD_MISSING = _error(
    "field_missing", "{field} is missing.", "Add it; it has no value of its own accord."
)
FIELD_UNKNOWN = _error(
    "field_unknown",
    "{field} is not a field here.",
    "Possible fields: {known}.",
)
VALUE_WRONG_TYPE = _error(
    "value_wrong_type", "{value} is not {expected}.", "Write {expected} for {field}."
)
VALUE_NOT_ALLOWED = _error(
    "value_not_allowed", "{value} is not possible for {field}.", "Possible values: {allowed}."
)
VALUE_MALFORMED = _error(
    "value_malformed",
    "{value} is not written the way {field} is.",
    "It has to match {pattern}.",
)
VALUE_OUT_OF_RANGE = _error(
    "value_out_of_range", "{value} is outside the range of {field}.", "It has to be {range}."
)
SPECIAL_PROCEDURE_UNKNOWN = _error(
    "special_procedure_unknown",
    "{value} is not one of the special procedures whose time is not counted.",
    "The list is closed (Administrative Licensing Law, article 45): {allowed}.",
)

#: In the order of the documentation. The first group makes a file unreadable.
UNREADABLE = (
    FILE_NOT_UTF8,
    FILE_TOO_LARGE,
    FILE_EMPTY,
    YAML_SYNTAX,
    YAML_TOO_DEEP,
    YAML_TOO_LONG,
    YAML_ALIAS,
    YAML_TAG,
    YAML_DOCUMENTS,
)
READING_KINDS = (
    *UNREADABLE,
    DUPLICATE_KEY,
    FIELD_MISSING,
    FIELD_UNKNOWN,
    VALUE_WRONG_TYPE,
    VALUE_NOT_ALLOWED,
    VALUE_MALFORMED,
    VALUE_OUT_OF_RANGE,
    SPECIAL_PROCEDURE_UNKNOWN,
)
