"""Proving a scenario before it is published: every check over a definition, as findings."""

from rules.verifier.codes import KINDS, UNKNOWN_ITEM
from rules.verifier.critical_path import CriticalPath, critical_path
from rules.verifier.verify import is_orderly, verify

__all__ = ["KINDS", "UNKNOWN_ITEM", "CriticalPath", "critical_path", "is_orderly", "verify"]
