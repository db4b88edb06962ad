"""Published lists of items that are granted on commitment at once 承诺即批清单."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CommitmentList:
    """That an item is granted on commitment at once, by the system, in the name of who published it."""

    department: str
    item: str
    number: str
    """Number of the document by which the list was published 公布文号."""
    officer: str
    """Sign-in name of the officer of the department in whose name it is granted."""
    officer_name: str
    published_on: date
