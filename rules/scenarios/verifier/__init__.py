"""Proving a scenario before it is published: every check over a definition, as findings."""

from rules.scenarios.verifier.analysis.critical_path import CriticalPath, critical_path
from rules.scenarios.verifier.analysis.worst_case import WorstCase, worst_case
from rules.scenarios.verifier.codes import KINDS
from rules.scenarios.verifier.codes.names import UNKNOWN_ITEM
from rules.scenarios.verifier.installation import Installation
from rules.scenarios.verifier.order import check_order
from rules.scenarios.verifier.repeats import without_repeats
from rules.scenarios.verifier.verify import longest_path, verify

__all__ = [
    "KINDS",
    "UNKNOWN_ITEM",
    "CriticalPath",
    "Installation",
    "WorstCase",
    "check_order",
    "critical_path",
    "longest_path",
    "verify",
    "without_repeats",
    "worst_case",
]
