"""``kaigong worker``: runs wake-ups of projects in one warm process."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.command_help import command_help
from cli.prefect_access import use_prefect
from config.settings import get_settings
from deployments.local.database import database

Name = Annotated[str | None, typer.Option(help="Name shown in Prefect. Default: host and process.")]


@command_help(
    """Run the wake-ups of projects until SIGTERM or Ctrl-C; runs under way are finished first.

    Any number of workers may run, on any number of machines with the same settings.
    """
)
def command(*, name: Name = None) -> None:
    use_prefect()
    with database(create=False):
        from deployments.local.worker import WorkerOptions, run_worker
        from services.notices.bell import RUNS, Bell
        from services.unit_of_work import configured_database

        bell = Bell(configured_database().engine, RUNS)
        slots = get_settings().worker_concurrency
        run_worker(WorkerOptions(name=name, slots=slots), bell)
