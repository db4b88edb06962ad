"""All checks over one definition, in an order in which later ones may lean on earlier ones."""

from __future__ import annotations

from collections.abc import Iterable

from models.definition import ScenarioDefinition
from models.findings import Finding, errors
from rules.verifier import codes
from rules.verifier.combinations import check_combinations
from rules.verifier.conditions import check_conditions
from rules.verifier.forms import check_forms
from rules.verifier.graph import check_graph
from rules.verifier.limits import check_limits, check_promise
from rules.verifier.materials import check_documents, check_materials
from rules.verifier.names import check_names
from rules.verifier.warnings import check_warnings

_DISORDER = (codes.UNKNOWN_ITEM, codes.DUPLICATE, codes.CYCLE)


def verify(scenario: ScenarioDefinition) -> tuple[Finding, ...]:
    """Everything that is wrong or unwise about a scenario; its paths lead through the definition.

    The critical path is held against the promise as soon as the items can be put in order; the
    combinations of attributes are looked at when nothing else is wrong.
    """
    found = (
        *check_names(scenario),
        *check_graph(scenario),
        *check_conditions(scenario),
        *check_limits(scenario),
        *check_warnings(scenario),
        *check_materials(scenario),
        *check_documents(scenario),
        *check_forms(scenario),
    )
    if not is_orderly(found):
        return found
    found = (*found, *check_promise(scenario))
    if errors(found):
        return found
    return (*found, *check_combinations(scenario))


def is_orderly(findings: Iterable[Finding]) -> bool:
    """Whether the items can be put in order, so that there is a critical path."""
    return not any(finding.kind in _DISORDER for finding in findings)
