"""Proving a scenario before it is published: every check over a definition, as findings."""

from rules.verifier.codes import KINDS
from rules.verifier.codes.names import UNKNOWN_ITEM
from rules.verifier.critical_path import CriticalPath, critical_path
from rules.verifier.installation import Installation
from rules.verifier.verify import longest_path, verify
from rules.verifier.worst_case import WorstCase, worst_case

__all__ = [
    "KINDS",
    "UNKNOWN_ITEM",
    "CriticalPath",
    "Installation",
    "WorstCase",
    "critical_path",
    "longest_path",
    "verify",
    "worst_case",
]
