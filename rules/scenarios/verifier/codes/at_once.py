"""Kinds of findings about items that are granted on commitment at once 承诺即批."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error

COMMITMENT_OF_NOTHING = error(
    "commitment_of_nothing",
    "{item} is granted on commitment at once, but no paper of it is replaced by the commitment.",
    "Give a paper of {item} the class commitment, or set grant_on_commitment: false.",
)
COMMITMENT_BEFORE_EXAMINATION = error(
    "commitment_before_examination",
    "{item} is granted on commitment at once, but it cannot be: it is {reason}.",
    "Set grant_on_commitment: false; what has to be looked at first is not granted at once.",
)

#: In the order of the documentation.
KINDS = (COMMITMENT_OF_NOTHING, COMMITMENT_BEFORE_EXAMINATION)
