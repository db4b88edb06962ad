"""``kaigong``: one command, exit codes 0 done, 1 the check found a fault, 2 the call or its input is wrong.

A command is a module named in ``COMMANDS``. It is imported only when it is called, so that every
command and ``--help`` start fast. A module with subcommands has ``app``, a Typer application; a
module with one command has ``command``, a function. Errors become one sentence on standard error.
"""

from __future__ import annotations

import re
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.exceptions import TyperException

from cli.command_help import command_help
from cli.wrong_calls import wrong_call
from config.settings import PREFIX, Settings, get_settings
from config.texts import DEFAULT_LANGUAGE, translator
from models.errors import InvalidInput, KaigongError, Unavailable

DONE, FAULT_FOUND, WRONG_CALL, INTERRUPTED = 0, 1, 2, 130
_END_OF_SENTENCE = re.compile(r"(?<=\.)\s+|(?<=。)")

#: Command → (module, its line in the help).
COMMANDS = {
    "up": ("cli.up", "Start everything on this machine"),
    "demo": ("cli.demo", "Run projects from filing to keys, people played by a script"),
    "scenario": ("cli.scenarios.scenario", "List, prove, simulate, publish and migrate scenarios"),
    "clock": ("cli.clock.clock", "Working days and deadlines"),
    "statutes": ("cli.scenarios.statutes", "What the law asks, and where it is kept"),
    "project": ("cli.cases.project", "Import and show projects"),
    "kind": ("cli.matters.kind", "Kinds of matters: list and check them, publish the shipped ones"),
    "matter": ("cli.matters.matter", "File, read and act on matters of every kind"),
    "document": ("cli.documents.document", "Check official documents"),
    "steward": ("cli.people.steward", "Project stewards and their projects"),
    "ledger": ("cli.ledger", "Ledgers: their lines, and all of them as XLSX or CSV"),
    "figures": ("cli.figures", "What the case rounds of a period come to"),
    "watch": ("cli.watch", "What time does by law and the warnings, once and now"),
    "audit": ("cli.cases.audit", "Verify the log that cannot be rewritten"),
    "reconcile": ("cli.reconcile", "Rebuild lifecycle runs from the database"),
    "deploy": ("cli.deploy", "Make the Prefect server have the flows and their schedules"),
    "worker": ("cli.worker", "Run wake-ups of projects; any number of workers on any machine"),
    "relay": ("cli.relay", "Carry wake-ups from the database to Prefect"),
    "migrate": ("cli.migrate", "Bring the database to the newest version"),
    "load": ("cli.load", "Publish the shipped scenarios, load the demonstration data"),
    "account": ("cli.people.account", "Give people accounts, the first administrator too"),
    "unit": ("cli.people.unit", "Units of the organisation: places, offices, stations"),
    "competence": ("cli.people.competence", "Who answers for which item in which district"),
    "post": ("cli.people.post", "What people are over units, from when until when"),
    "absence": ("cli.people.absence", "Who is away, and who acts for them"),
    "delegation": ("cli.people.delegation", "Which acts somebody delegated to another, in writing"),
    "backup": ("cli.backup", "Make a backup of everything, and check one"),
    "restore": ("cli.restore", "Bring a backup into an empty installation"),
    "doctor": ("cli.doctor", "Which part is up, which is not, and what to do"),
}


class UnexpectedFault(KaigongError):
    template = (
        "Kaigong met a fault of its own: {fault}. The details are in {log}; please pass them on."
    )


class SettingNotValid(InvalidInput):
    template = "{field}: {value} is not valid: {reason}. Change or unset this environment variable; docs/settings.md lists what it takes."


class DatabaseUnreachable(Unavailable):
    template = "The database does not answer: {reason}. Start it, or check KAIGONG_DATABASE_URL; 'kaigong doctor' tells more."


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; never raises for errors a user can cause."""
    command = None
    try:
        command = typer.main.get_command(application(arguments))
        _translate(command)
        result = command.main(args=arguments, prog_name="kaigong", standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; closing standard error keeps the interpreter quiet.
        sys.stderr.close()
        return DONE
    except TyperException as error:
        refused = wrong_call(error, command, arguments)
        print(_sentence(refused) if refused else "", file=sys.stderr)
        return WRONG_CALL
    except Exception as error:  # noqa: BLE001 - the outermost edge: a sentence, never a traceback
        print(_sentence(_as_domain_error(error)), file=sys.stderr)
        return WRONG_CALL
    return result if isinstance(result, int) else DONE


def application(arguments: list[str]) -> typer.Typer:
    """The command tree with the called command loaded; the others have only their help line."""
    called = next((word for word in arguments if not word.startswith("-")), None)
    application = typer.Typer(no_args_is_help=True, add_completion=False)
    application.callback()(_root)
    for name, (module, line) in COMMANDS.items():
        if name != called:
            application.command(name, help=line)(lambda: None)
            continue
        implementation = import_module(module)
        if hasattr(implementation, "app"):
            application.add_typer(implementation.app, name=name, help=line)
        else:
            application.command(name)(implementation.command)
    return application


def _show_version(asked: bool) -> None:
    if asked:
        print(version("kaigong"))
        raise typer.Exit


@command_help("Kaigong 开工: the approval of engineering projects, from land to keys.")
def _root(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and stop.", is_eager=True, callback=_show_version
        ),
    ] = False,
) -> None:
    """Global options of the root command."""


def _translate(command: Any) -> None:
    """Translate the help of a command, its options and its subcommands."""
    _ = translator(get_settings().language)
    for part in (command, *command.params):
        if getattr(part, "help", None):
            part.help = _(part.help)
    if command.help:
        # Lists of commands cut a longer text anywhere; no space ends a Chinese sentence.
        command.short_help = _END_OF_SENTENCE.split(command.help, maxsplit=1)[0]
    for subcommand in getattr(command, "commands", {}).values():
        _translate(subcommand)


def _as_domain_error(error: Exception) -> KaigongError:
    if isinstance(error, KaigongError):
        return error
    if isinstance(error, ValidationError) and error.title == Settings.__name__:
        return _wrong_setting(error)
    # SQLAlchemy is imported only by commands that use the database.
    if (alchemy := sys.modules.get("sqlalchemy.exc")) and isinstance(
        error, alchemy.OperationalError
    ):
        return DatabaseUnreachable(reason=str(error.orig).strip().splitlines()[-1])
    return _logged(error)


def _wrong_setting(error: ValidationError) -> SettingNotValid:
    first = error.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0])
    variable = name if name.isupper() else f"{PREFIX}{name.upper()}"
    secret = "secret" in name or name.endswith(("_url", "_urls", "_auth"))
    value = "…" if secret else repr(first["input"])
    reason = first["msg"].removeprefix("Value error, ")
    return SettingNotValid(field=variable, value=value, reason=reason)


def _logged(error: Exception) -> UnexpectedFault:
    """Write the traceback of an unexpected error to the log folder."""
    log = get_settings().logs_dir / "faults.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as file:
        print(datetime.now(UTC).isoformat(), " ".join(sys.argv), file=file)
        traceback.print_exception(error, file=file)
    return UnexpectedFault(fault=f"{type(error).__name__}: {error}", log=str(log))


def _sentence(error: KaigongError) -> str:
    language: str = DEFAULT_LANGUAGE
    with suppress(ValidationError):
        language = get_settings().language
    return error.sentence(translator(language))


if __name__ == "__main__":
    main()
