"""Writes ``docs/commands.md`` from the commands themselves: ``make docs``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from cli.main import COMMANDS, application

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"
HEAD = """\
# Commands

Exit codes: 0 done, 1 the check found a fault, 2 the call or its input is wrong (one sentence on standard
error that names the field, the value and the remedy). With `--json` a command prints exactly one JSON
document on standard output; everything else goes to standard error. This page is written from the commands
by `make docs`.
"""


def commands_page() -> str:
    """The Markdown page of all commands with their arguments and options."""
    parts = [HEAD]
    for name in COMMANDS:
        root: Any = typer.main.get_command(application([name]))
        parts += _sections(root.commands[name], f"kaigong {name}")
    return "\n".join(parts)


def _sections(command: Any, path: str) -> Iterator[str]:
    subcommands = getattr(command, "commands", {})
    if not subcommands or command.invoke_without_command:
        yield from _section(command, path)
    for name, subcommand in subcommands.items():
        yield from _sections(subcommand, f"{path} {name}")


def _section(command: Any, path: str) -> Iterator[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    words = [path, *(_argument(argument) for argument in arguments)]
    yield f"## `{' '.join(words)}`\n"
    yield f"{_joined(command.help)}\n"
    for parameter in (*arguments, *options):
        shown = "`, `".join(parameter.opts) if parameter in options else _argument(parameter)
        yield f"- `{shown}`: {_joined(getattr(parameter, 'help', None))}"
    yield ""


def _argument(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name).upper()
    return name if parameter.required else f"[{name}]"


def _joined(text: str | None) -> str:
    return " ".join((text or "").split())


if __name__ == "__main__":
    PAGE.write_text(commands_page(), encoding="utf-8")
