"""Kinds of finding about what is lawful but unwise."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import warning

LICENCE_WITHOUT_BASIS = warning(
    "licence_without_basis",
    "{item} is a licence without a legal basis, which the guide for applicants has to name.",
    "Add legal_basis with the article that sets the licence up.",
)
LICENCE_NOT_COUNTED = warning(
    "licence_not_counted",
    "{item} is a licence whose days do not count toward the promise, although {waiting} waits for it.",
    "Count its days, or say in the summary why the promise leaves them out.",
)
PROMISED_NOTHING = warning(
    "promised_nothing",
    "{item} promises 0 days: it is late unless it is decided on the day on which it is accepted.",
    "Promise at least one day, or make it a filing if complete information is enough.",
)
NO_LIMIT = warning(
    "no_limit",
    "{item} has no limit at all: nobody is warned when it lies.",
    "Give it promised days, even where no statute sets a limit.",
)
ONLY_DEFERRABLE = warning(
    "only_deferrable",
    "{item} can be accepted and granted without a single paper: all of them may come later.",
    "Make the papers core that the decision rests on.",
)
STATUTORY_BY_COMMITMENT = warning(
    "statutory_by_commitment",
    "{item} takes a signed commitment instead of {material}, which a statute lists ({basis}).",
    "Make sure that a rule of the same rank allows the commitment, or make the material core.",
)
STANDS_WITHOUT_BASIS = warning(
    "stands_without_basis",
    "{item} stands when what it builds on is voided, although it takes {material} from a document of {issuers}.",
    "Set when_basis_voided to suspend or void.",
)
SAME_PAPER = warning(
    "same_paper",
    "The materials {material} and {other} have the same name: applicants would hand the paper in twice.",
    "Use one key for one paper, or give the two different names.",
)

#: In the order of the documentation.
KINDS = (
    LICENCE_WITHOUT_BASIS,
    LICENCE_NOT_COUNTED,
    PROMISED_NOTHING,
    NO_LIMIT,
    ONLY_DEFERRABLE,
    STATUTORY_BY_COMMITMENT,
    STANDS_WITHOUT_BASIS,
    SAME_PAPER,
)
