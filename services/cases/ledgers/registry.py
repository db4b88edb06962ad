"""Which ledgers there are, and where their lines come from. A ledger is registered by its two lines here."""

from __future__ import annotations

from models.errors import NotFound
from rules.ledgers import catalogue
from rules.ledgers.definition import LedgerDefinition
from services.cases.ledgers import deficiencies, inbox, projects, rounds
from services.ledgers.source import Source

LEDGERS: dict[str, LedgerDefinition] = dict(catalogue.LEDGERS)
SOURCES: dict[str, Source] = {
    "projects": projects.ProjectLines(),
    "inbox": inbox.InboxLines(),
    "deficiencies": deficiencies.SOURCE,
    "rounds": rounds.SOURCE,
}


class UnknownLedger(NotFound):
    template = "ledger: there is no ledger {value}; choose one of: {known}."
    field = "ledger"


def ledger_of(key: str) -> LedgerDefinition:
    """A ledger by its key; raises ``UnknownLedger``."""
    if key not in LEDGERS:
        raise UnknownLedger(value=key, known=list(LEDGERS))
    return LEDGERS[key]


def source_of(definition: LedgerDefinition) -> Source:
    """Where its lines come from."""
    return SOURCES[definition.source]
