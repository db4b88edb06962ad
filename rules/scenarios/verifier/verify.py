"""All checks over one definition, in an order in which later ones may lean on earlier ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from models.findings import Finding, errors
from models.scenarios.definition import ScenarioDefinition
from rules.scenarios.verifier.advice import check_advice
from rules.scenarios.verifier.analysis.combinations import TooEntangled
from rules.scenarios.verifier.analysis.critical_path import CriticalPath
from rules.scenarios.verifier.analysis.every_project import check_combinations
from rules.scenarios.verifier.analysis.graph import check_graph
from rules.scenarios.verifier.analysis.worst_case import worst_case
from rules.scenarios.verifier.architect import check_architect
from rules.scenarios.verifier.at_once import check_at_once
from rules.scenarios.verifier.bundles import (
    check_bundle_combinations,
    check_bundle_pace,
    check_bundles,
)
from rules.scenarios.verifier.codes.conditions import CONDITIONS_TOO_ENTANGLED
from rules.scenarios.verifier.codes.graph import CYCLE
from rules.scenarios.verifier.codes.names import DUPLICATE, UNKNOWN_ITEM
from rules.scenarios.verifier.conditions import check_conditions
from rules.scenarios.verifier.consultation import check_consultations
from rules.scenarios.verifier.exemptions import check_exemptions
from rules.scenarios.verifier.forms import check_forms
from rules.scenarios.verifier.guards import check_guards_in_order
from rules.scenarios.verifier.installation import Installation, check_installation
from rules.scenarios.verifier.limits import check_limits
from rules.scenarios.verifier.materials import check_documents, check_materials
from rules.scenarios.verifier.merging import check_merging
from rules.scenarios.verifier.names import check_names
from rules.scenarios.verifier.phases import check_phases
from rules.scenarios.verifier.promises import check_kept, check_promises
from rules.scenarios.verifier.repeats import without_repeats
from rules.scenarios.verifier.utilities import check_utilities
from rules.scenarios.verifier.warnings import check_warnings
from rules.scenarios.verifier.works import check_gates, check_works

_DISORDER = (UNKNOWN_ITEM, DUPLICATE, CYCLE)
_NO_PATH = (*_DISORDER, CONDITIONS_TOO_ENTANGLED)


def verify(
    scenario: ScenarioDefinition, installation: Installation | None = None
) -> tuple[Finding, ...]:
    """Everything that is wrong or unwise about a scenario; its paths lead through the definition.

    The critical path is held against each promise as soon as the items can be put in order; the
    combinations of attributes are looked at when nothing else is wrong, and then what is unwise. With
    an ``installation`` it has to have what the scenario needs. Of two of one name, all but that they
    are two is said of the first.
    """
    here = installation or Installation()
    firsts = without_repeats(scenario)
    rest = (
        replace(finding, path=firsts.path(finding.path))
        for finding in _one_by_one(firsts.scenario, here)
    )
    findings = (*check_names(scenario), *rest)
    if not _is_orderly(findings):
        return findings
    findings = (*findings, *check_gates(scenario), *check_kept(scenario))
    if errors(findings):
        return findings
    return (*findings, *_in_every_combination(scenario), *check_advice(scenario))


def _one_by_one(scenario: ScenarioDefinition, here: Installation) -> Iterator[Finding]:
    """What is found of a scenario in which each name stands once."""
    yield from check_graph(scenario)
    yield from check_conditions(scenario)
    yield from check_limits(scenario)
    yield from check_promises(scenario)
    yield from check_warnings(scenario, here.policy)
    yield from check_materials(scenario)
    yield from check_documents(scenario)
    yield from check_forms(scenario)
    yield from check_installation(scenario, here)
    yield from check_bundles(scenario)
    yield from check_utilities(scenario)
    yield from check_guards_in_order(scenario)
    yield from check_phases(scenario)
    yield from check_consultations(scenario)
    yield from check_exemptions(scenario)
    yield from check_merging(scenario)
    yield from check_architect(scenario)
    yield from check_works(scenario)
    yield from check_at_once(scenario)


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
    """The counted critical path of the worst case; ``None`` where errors leave it undefined."""
    if any(finding.kind in _NO_PATH for finding in findings):
        return None
    worst = worst_case(scenario)
    return None if worst is None else worst.path
