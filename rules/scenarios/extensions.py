"""How the limit to decide of an item may be extended, and by whom.

A limit says it itself (:class:`models.scenarios.limits.ExtensionDefinition`). One that says nothing is
extended only where it is the limit of the Licensing Law: its art. 42 extends *its* twenty days, and its
forty-five of joint handling; what another act sets is extended where that act says so, and what is
merely promised never.
"""

from __future__ import annotations

import re

from models.clock.values import Unit
from models.scenarios.item import ItemDefinition
from models.scenarios.limits import (
    ExtensionBy,
    ExtensionDefinition,
    LimitDefinition,
    LimitStart,
)
from rules.clock.statutes import STATUTORY_CLOCKS

#: Licensing Law art. 42(1).
ORDINARY = ExtensionDefinition(days=10, source="行政许可法第四十二条第一款 [L]")
#: Licensing Law art. 42(2): by the head of the people's government.
JOINT = ExtensionDefinition(
    days=15, by=ExtensionBy.GOVERNMENT_HEAD, source="行政许可法第四十二条第二款 [L]"
)
_LICENSING_LAW = "行政许可法"
#: How the title of an act ends.
_ACT = re.compile(r"[\u4e00-\u9fff](法|条例|规定|办法)")


def extension_of(item: ItemDefinition) -> ExtensionDefinition | None:
    """The extension of an item's limit to decide; ``None`` where the law gives none."""
    limit = item.statutory
    if limit is None:
        return None
    if limit.extension is not None:
        return limit.extension if limit.extension.days else None
    if item.joint_handling:
        return JOINT if _is_of(limit, "joint_decision") else None
    return ORDINARY if _is_of(limit, "decision") and _is_of_licensing_law(limit) else None


def _is_of(limit: LimitDefinition, clock: str) -> bool:
    """Whether a limit is as long as the one of that name, and begins with the acceptance."""
    known = STATUTORY_CLOCKS[clock].terms.statutory
    of_acceptance = limit.starts is LimitStart.ACCEPTED and limit.unit is Unit.WORKING_DAY
    return known is not None and of_acceptance and limit.days == known.length


def _is_of_licensing_law(limit: LimitDefinition) -> bool:
    """Whether a limit names the Licensing Law, or no act at all."""
    source = limit.source or ""
    return _LICENSING_LAW in source or not _ACT.search(source)
