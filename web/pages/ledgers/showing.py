"""What the template of a ledger takes, the same for every ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from rules.ledgers.definition import LedgerDefinition
from services.cases.ledgers.page import LedgerPage
from services.ledgers.cells import at, name_of, plain
from services.ledgers.question import AFTER, COLUMNS, LIMIT, ORDER
from web.viewer import Viewer


def address_of(definition: LedgerDefinition) -> str:
    """Where the page of a ledger is."""
    return definition.address or f"/ledgers/{definition.key}"


def shown(viewer: Viewer, page: LedgerPage) -> dict[str, Any]:
    """What the template of a ledger takes."""
    asked = page.asked
    kept: dict[str, str] = {
        name: asked.filters.get(name, "")
        for each in page.definition.filters
        for name in each.parameters
        if asked.filters.get(name, "") != each.default
    }
    if asked.order and asked.order is not page.definition.orders[0]:
        kept[ORDER] = asked.order.key
    usual = tuple(column for column in page.definition.columns if column.shown)
    if asked.columns != usual:
        kept[COLUMNS] = ",".join(column.key for column in asked.columns)
    if asked.limit != page.definition.page_size:
        kept[LIMIT] = str(asked.limit)
    return {
        "ledger": page,
        "place": address_of(page.definition),
        "kept": kept,
        "query": urlencode(kept),
        "link": _linking(address_of(page.definition), kept),
        "next": {AFTER: page.lines.next} if page.lines.next else {},
        "named": lambda name: name_of(name, viewer.language, viewer.translate),
        "value": lambda line, column: plain(at(line, column), viewer.language, viewer.translate),
        "raw": at,
    }


def _linking(address: str, kept: dict[str, str]) -> Callable[..., str]:
    """Makes the address of the same page with something changed; what is ``None`` is left out."""

    def link(**changes: str | None) -> str:
        asked = {**kept, **changes}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        return f"{address}?{query}" if query else address

    return link
