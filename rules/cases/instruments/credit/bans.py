"""Bans of the Licensing Law (arts. 78, 79): for how long nobody may apply for a licence again.

Only what the scenario calls ``safety``, with its basis, is barred: whether something directly touches
public safety, health, life or property is never guessed. Counted from the day of the decision [D].
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from models.enterprises.ban import BanArticle, LicenceBan
from models.errors import Conflict
from models.scenarios.definition import ItemDefinition
from rules.clock.counting import corresponding_day

#: Months that the articles say.
MONTHS = {BanArticle.FALSE_PAPERS: 12, BanArticle.DECEPTION: 36}


class LicenceBanned(Conflict):
    template = "item: {item} may not be applied for until {until}, because of decision {decision} of {decided_on} (Licensing Law art. {article}); apply from the day after on."
    field = "item"


def barred_until(definition: ItemDefinition, article: BanArticle, decided_on: date) -> date | None:
    """The last day on which a licence may not be applied for again; ``None``: it is not barred."""
    if definition.safety is None:
        return None
    return date.fromordinal(corresponding_day(decided_on.toordinal(), MONTHS[article]))


def check_not_banned(definition: ItemDefinition, bans: Iterable[LicenceBan], today: date) -> None:
    """Refuse an application for a licence that its enterprise may not apply for yet."""
    for ban in bans:
        until = barred_until(definition, ban.article, ban.decided_on)
        if until is not None and today <= until:
            raise LicenceBanned(
                item=definition.code,
                until=until.isoformat(),
                decision=ban.decision,
                decided_on=ban.decided_on.isoformat(),
                article=ban.article.value,
            )
