"""``kaigong relay``: takes wake-ups out of our database and gets the flows to run."""

from __future__ import annotations

from cli.command_help import command_help
from cli.prefect_access import use_prefect
from deployments.local.database import database


@command_help(
    """Carry wake-ups to Prefect and notices to people until SIGTERM or Ctrl-C.

    One is enough; a second one does no harm.
    """
)
def command() -> None:
    use_prefect()
    with database(create=False):
        from deployments.apply import apply
        from flows.relay import main
        from services.cases.wake_ups import WakeUpTable
        from services.notices.bell import WAKE_UPS, Bell
        from services.notices.courier import courier
        from services.unit_of_work import configured_database

        ledger = configured_database()
        with courier(ledger):
            main(WakeUpTable(ledger), Bell(ledger.engine, WAKE_UPS), deploy=apply)
