"""How kinds of findings are made: an error stands in the way of publication, a warning does not."""

from __future__ import annotations

from models.findings import FindingKind, Severity


def error(code: str, sentence: str, remedy: str) -> FindingKind:
    """A kind of finding that prevents publication."""
    return FindingKind(code, Severity.ERROR, sentence, remedy)


def warning(code: str, sentence: str, remedy: str) -> FindingKind:
    """A kind of finding that does not prevent publication."""
    return FindingKind(code, Severity.WARNING, sentence, remedy)
