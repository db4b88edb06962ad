"""``kaigong up``: everything on this machine, until Ctrl-C."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.command_help import command_help
from config.settings import get_settings, set_environment
from config.texts import Word, translator
from deployments.local.installation import Reports, installation
from deployments.local.process_table import Place, reachable
from deployments.local.supervisor import Ended
from models.errors import InvalidInput, Unavailable

Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Port of the portal.")]
PrefectPort = Annotated[
    int | None, typer.Option(min=1, max=65535, help="Port of the Prefect server.")
]
DataDir = Annotated[Path | None, typer.Option(help="Folder for databases, files and logs.")]
Demo = Annotated[bool, typer.Option("--demo", help="Load the demonstration data once.")]


DEMONSTRATION = "This is a demonstration: everybody knows the password of its accounts. Real approvals need a data folder of their own."


class SamePort(InvalidInput):
    template = "{field}: {value} is also the port of the portal. Choose another one for the Prefect server."


class StopSignal:
    """Ctrl-C, SIGTERM or a closed terminal: ends the start at once, or a running installation in order.

    Further signals change nothing: stopping is under way. The handler only sets a flag that the loop
    reads: one that took a lock could interrupt itself while it held it, and wait for ever.
    """

    def __init__(self) -> None:
        self.received = False
        self.starting = True
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._received)
        # Under nohup a closed terminal stops nothing.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._received)

    def _received(self, _number: int, _frame: FrameType | None) -> None:
        again, self.received = self.received, True
        if self.starting and not again:
            raise KeyboardInterrupt


@command_help(
    """Start everything on this machine: PostgreSQL, Prefect, the worker and the portal.

    Ctrl-C stops all of it and loses nothing; the next start takes up where this one stopped.
    """
)
def command(
    *,
    port: Port = None,
    prefect_port: PrefectPort = None,
    data_dir: DataDir = None,
    demo: Demo = False,
) -> None:
    _override_environment(
        KAIGONG_PORT=port, KAIGONG_PREFECT_PORT=prefect_port, KAIGONG_DATA_DIR=data_dir
    )
    settings = get_settings()
    if settings.prefect_api_url is None and settings.port == settings.prefect_port:
        raise SamePort(field="--prefect-port", value=str(settings.port))
    stop = StopSignal()
    with installation(settings, REPORTS, demo=demo) as (parts, place):
        stop.starting = False
        _welcome(place, demo=demo)
        parts.watch(lambda: stop.received)
        _print_step("Stopping; what is under way is finished first")


def _override_environment(**options: object) -> None:
    """Options on the command line override the environment, in this process and its parts."""
    set_environment(**{name: str(value) for name, value in options.items() if value is not None})


def _welcome(place: Place, *, demo: bool) -> None:
    _ = translator(place.settings.language)
    addresses = Table(box=None, show_header=False, pad_edge=False)
    portal = f"http://{reachable(place.settings.host)}:{place.settings.port}"
    addresses.add_row(_("Portal"), portal)
    addresses.add_row("Prefect", f"{portal}/prefect/")
    addresses.add_row(_("Data"), str(place.settings.data_dir))
    console = Console(highlight=False, soft_wrap=True, markup=False)
    console.print()
    console.print(addresses)
    if demo:
        _show_sign_ins(console, place.settings.language)
    if _is_demonstration(place):
        console.print("\n" + _(DEMONSTRATION))
    console.print("\n" + _("Ctrl-C stops everything and loses nothing."))
    sys.stdout.flush()


def _is_demonstration(place: Place) -> bool:
    from services.installation.demonstration import demonstration_since
    from services.unit_of_work import open_database

    with open_database(place.database_url).reading() as connection:
        return demonstration_since(connection) is not None


def _show_sign_ins(console: Console, language: str) -> None:
    """Print the logins of the demonstration."""
    from deployments.demo.accounts import demo_sign_ins
    from services.wording.words import word

    _ = translator(language)
    people = demo_sign_ins()
    passwords = sorted({person.password for person in people})
    console.print("\n" + _("Sign in as (password: {password})").format(password=passwords[0]))
    for person in people:
        # Chinese letters take two places each: the Latin name first keeps the columns straight.
        of = f" · {person.of}" if person.of else ""
        console.print(f"  {person.login:<22} {word(person.role, _)}{of} · {person.name}")


def _print_step(sentence: str) -> None:
    print(translator(get_settings().language)(sentence), file=sys.stderr, flush=True)


def _print_trouble(error: Unavailable) -> None:
    _print_step(error.sentence(translator(get_settings().language)))


def _print_ended(ended: Ended) -> None:
    _ = translator(get_settings().language)
    if ended.exit_code == 0 and ended.again_in_seconds == 0:
        return  # a worker that makes room for a fresh one
    sentence = _("{part} ended (exit code {code}); it starts again in {seconds} s")
    print(
        sentence.format(
            part=_(Word(ended.part)), code=ended.exit_code, seconds=round(ended.again_in_seconds)
        ),
        file=sys.stderr,
        flush=True,
    )


REPORTS = Reports(step=_print_step, ended=_print_ended, trouble=_print_trouble)
