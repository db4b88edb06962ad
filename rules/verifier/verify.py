"""All checks over one definition, in an order in which later ones may lean on earlier ones."""

from __future__ import annotations

from collections.abc import Iterable

from models.definition import ScenarioDefinition
from models.findings import Finding, errors
from rules.verifier.advice import check_advice
from rules.verifier.architect import check_architect
from rules.verifier.bundles import (
    check_bundle_combinations,
    check_bundle_pace,
    check_bundles,
)
from rules.verifier.codes.conditions import CONDITIONS_TOO_ENTANGLED
from rules.verifier.codes.graph import CYCLE
from rules.verifier.codes.names import DUPLICATE, UNKNOWN_ITEM
from rules.verifier.combinations import TooEntangled
from rules.verifier.conditions import check_conditions
from rules.verifier.consultations import check_consultations
from rules.verifier.critical_path import CriticalPath
from rules.verifier.every_project import check_combinations
from rules.verifier.exemptions import check_exemptions
from rules.verifier.forms import check_forms
from rules.verifier.graph import check_graph
from rules.verifier.guards import check_guards_in_order
from rules.verifier.installation import Installation, check_installation
from rules.verifier.limits import check_limits, check_promise
from rules.verifier.materials import check_documents, check_materials
from rules.verifier.merging import check_merging
from rules.verifier.names import check_names
from rules.verifier.phases import check_phases
from rules.verifier.utilities import check_utilities
from rules.verifier.warnings import check_warnings
from rules.verifier.worst_case import worst_case

_DISORDER = (UNKNOWN_ITEM, DUPLICATE, CYCLE)
_NO_PATH = (*_DISORDER, CONDITIONS_TOO_ENTANGLED)


def verify(
    scenario: ScenarioDefinition, installation: Installation | None = None
) -> tuple[Finding, ...]:
    """Everything that is wrong or unwise about a scenario; its paths lead through the definition.

    The critical path is held against the promise as soon as the items can be put in order; the
    combinations of attributes are looked at when nothing else is wrong, and then what is unwise. With
    an ``installation`` it has to have what the scenario needs.
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
        *check_installation(scenario, installation or Installation()),
        *check_bundles(scenario),
        *check_utilities(scenario),
        *check_guards_in_order(scenario),
        *check_phases(scenario),
        *check_consultations(scenario),
        *check_exemptions(scenario),
        *check_merging(scenario),
        *check_architect(scenario),
    )
    if not _is_orderly(found):
        return found
    found = (*found, *check_promise(scenario))
    if errors(found):
        return found
    return (*found, *_in_every_combination(scenario), *check_advice(scenario))


def _in_every_combination(scenario: ScenarioDefinition) -> tuple[Finding, ...]:
    try:
        return (
            *check_combinations(scenario),
            *check_bundle_combinations(scenario),
            *check_bundle_pace(scenario),
        )
    except TooEntangled:
        return (Finding(CONDITIONS_TOO_ENTANGLED, ("attributes",)),)


def _is_orderly(findings: Iterable[Finding]) -> bool:
    """Whether the items can be put in order."""
    return not any(finding.kind in _DISORDER for finding in findings)


def longest_path(scenario: ScenarioDefinition, findings: Iterable[Finding]) -> CriticalPath | None:
    """The counted critical path of the worst case; ``None`` where what was found leaves it open."""
    if any(finding.kind in _NO_PATH for finding in findings):
        return None
    worst = worst_case(scenario)
    return None if worst is None else worst.path
