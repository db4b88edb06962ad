"""Every kind of finding about the meaning of a scenario. ``docs/scenarios.md`` lists them."""

from __future__ import annotations

from rules.scenarios.verifier.codes import (
    advice,
    architect,
    at_once,
    bundles,
    conditions,
    exemptions,
    graph,
    guards,
    installation,
    limits,
    materials,
    merging,
    names,
    promises,
    utilities,
    warnings,
    works,
)
from rules.scenarios.verifier.codes import consultation as consultations

#: In the order of the documentation.
KINDS = (
    *names.KINDS,
    *graph.KINDS,
    *conditions.KINDS,
    *guards.KINDS,
    *limits.KINDS,
    *promises.KINDS,
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
    *works.KINDS,
    *at_once.KINDS,
)
