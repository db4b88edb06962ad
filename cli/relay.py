"""``kaigong relay``: takes wake-ups out of our database and gets the flows to run."""

from __future__ import annotations

from cli.prefect_access import use_prefect
from deployments.local.database import database


def command() -> None:
    """Carry wake-ups to Prefect and notices to people until SIGTERM or Ctrl-C.

    One is enough; a second one does no harm.
    """
    use_prefect()
    with database():
        from deployments.apply import apply
        from flows.relay import main
        from services.messages.bell import WAKE_UPS, Bell
        from services.messages.courier import courier
        from services.unit_of_work import configured_database
        from services.wake_ups import WakeUpTable

        ledger = configured_database()
        with courier(ledger):
            main(WakeUpTable(ledger), Bell(ledger.engine, WAKE_UPS), deploy=apply)
