"""Every part that a project is made of, in the order in which it is loaded and compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from models.cases.agency import AGENT_ACTS, AUTHORISATIONS
from models.cases.architect import OPINIONS
from models.cases.case_round import ROUND_PARTS, ROUNDS
from models.cases.clock import CLOCKS
from models.cases.commitment import COMMITMENTS
from models.cases.consultation import CONSULTATIONS
from models.cases.deficiencies import DEFICIENCIES
from models.cases.duty import DUTIES
from models.cases.facts import ITEMS, MATERIALS, STAGES, VOIDINGS
from models.cases.part import Part
from models.cases.pre_check import PRE_CHECKS
from models.cases.site_visit import RECTIFICATIONS, SITE_VISITS
from models.cases.supervision import SUPERVISION
from models.cases.utility_line import LINES

_known: tuple[Part[Any], ...] = (
    STAGES,
    ITEMS,
    MATERIALS,
    CLOCKS,
    DEFICIENCIES,
    VOIDINGS,
    SITE_VISITS,
    RECTIFICATIONS,
    CONSULTATIONS,
    SUPERVISION,
    LINES,
    OPINIONS,
    AUTHORISATIONS,
    AGENT_ACTS,
    COMMITMENTS,
    PRE_CHECKS,
)


#: Written with the facts and derived from them: no act loads them.
BESIDE: tuple[Part[Any], ...] = (ROUNDS, ROUND_PARTS, DUTIES)


def known() -> tuple[Part[Any], ...]:
    """Every part there is."""
    return _known


@contextmanager
def registered(part: Part[Any]) -> Iterator[None]:
    """One more part for a while; ``ValueError`` when its name, table or name in the log is taken."""
    global _known  # noqa: PLW0603 - the registry itself
    for name in ("name", "table", "log"):
        taken = {getattr(other, name) for other in _known} - {None}
        if getattr(part, name) in taken:
            message = f"{name}: {getattr(part, name)} is taken by another part"
            raise ValueError(message)
    before = _known
    _known = (*before, part)
    try:
        yield
    finally:
        _known = before
