"""``kaigong kind``: kinds of matters as files, checked as a whole before anything is filed with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.command_help import command_help
from config.settings import get_settings
from config.texts import translator
from models.findings import Finding, Severity

app = typer.Typer(no_args_is_help=True)

FAULT_FOUND, WRONG_INPUT = 1, 2
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.callback()
@command_help("Kinds of matters: every small case as a file.")
def kind() -> None:
    """The commands below ``kind``."""


@app.command("list")
@command_help("The shipped kinds: key, version, name, states, acts and classes.")
def list_kinds(*, as_json: AsJson = False) -> None:
    from services.matters.kind_files import shipped

    language = get_settings().language
    rows = [
        {
            "key": kind.key,
            "version": kind.version,
            "name": kind.name.in_language(language),
            "states": list(kind.states),
            "acts": list(kind.acts),
            "classes": [entry.key for entry in kind.classes],
        }
        for reading in shipped().values()
        if (kind := reading.definition) is not None
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row['key']:<28} {row['version']:>3}  {row['name']}")


@app.command()
@command_help(
    """Check a kind: every fault with its line and what to do.

    Exit code 1 when it must not be published, 2 when the file cannot be read.
    """
)
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Kind of matter, YAML.")],
    *,
    as_json: AsJson = False,
) -> None:
    from services.matters.kind_files import read_kind_file

    reading = read_kind_file(file)
    _ = translator(get_settings().language)
    if as_json:
        document = {
            "publishable": reading.publishable,
            "errors": [finding.as_dict(_) for finding in reading.errors],
            "warnings": [finding.as_dict(_) for finding in reading.warnings],
        }
        print(json.dumps(document, ensure_ascii=False))
    else:
        for finding in reading.findings:
            print(_line(file, finding))
        if reading.publishable:
            print(_("{file}: can be published.").format(file=file))
    if not reading.readable:
        raise typer.Exit(WRONG_INPUT)
    if not reading.publishable:
        raise typer.Exit(FAULT_FOUND)


def _line(file: Path, finding: Finding) -> str:
    """One finding in the format of compiler messages, which editors can open."""
    _ = translator(get_settings().language)
    severity = _("error") if finding.severity is Severity.ERROR else _("warning")
    place = f"{file}:{finding.line}:{finding.column}"
    return f"{place}: {severity} [{finding.code}] {finding.message(_)}"
