"""Bans of the Licensing Law: who gave false papers, or got a licence by deception, may not apply again for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BanArticle(StrEnum):
    """The article that a ban stands on; both only for what touches public safety, health, life or property."""

    FALSE_PAPERS = "78"
    """Facts were hidden or papers were false, and it was denied for that: one year."""
    DECEPTION = "79"
    """It was got by deception or bribery, and revoked for that: three years."""


@dataclass(frozen=True, slots=True)
class LicenceBan:
    """A decision because of which an enterprise may not apply again for the same licence.

    Nothing of it is stored: it follows from the decision as long as that stands.
    """

    item: str
    article: BanArticle
    decision: str
    """Number of the decision."""
    decided_on: date
