"""Kinds of finding about what the installation has to have."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error, warning

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

#: In the order of the documentation.
KINDS = (
    DEPARTMENT_WITHOUT_OFFICERS,
    TEMPLATE_MISSING,
)
