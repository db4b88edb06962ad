"""Every kind of finding about the meaning of a scenario. ``docs/scenarios.md`` lists them."""

from __future__ import annotations

from rules.verifier.codes import (
    advice,
    architect,
    bundles,
    conditions,
    consultations,
    exemptions,
    graph,
    guards,
    installation,
    limits,
    materials,
    merging,
    names,
    utilities,
    warnings,
)

#: In the order of the documentation.
KINDS = (
    *names.KINDS,
    *graph.KINDS,
    *conditions.KINDS,
    *guards.KINDS,
    *limits.KINDS,
    *warnings.KINDS,
    *materials.KINDS,
    *installation.KINDS,
    *advice.KINDS,
    *bundles.KINDS,
    *utilities.KINDS,
    *consultations.KINDS,
    *exemptions.KINDS,
    *merging.KINDS,
    *architect.KINDS,
)
