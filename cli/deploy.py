"""``kaigong deploy``: makes the Prefect server have what ``deployments/prefect.yaml`` says."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from cli.command_help import command_help
from cli.prefect_access import prefect_answers, use_prefect
from config.settings import get_settings
from config.texts import translator

File = Annotated[Path | None, typer.Option(help="A changed copy of deployments/prefect.yaml.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@command_help(
    """Create or update the work pool and the deployments on the Prefect server.

    Repeating it changes nothing, but that what somebody switched off goes on.
    """
)
def command(*, file: File = None, as_json: AsJson = False) -> None:
    use_prefect()
    from deployments import apply
    from deployments.prefect_file import PREFECT_YAML

    with prefect_answers():
        done = asyncio.run(apply.apply(file or PREFECT_YAML))
    if as_json:
        print(json.dumps(done.model_dump(), ensure_ascii=False))
        return
    _ = translator(get_settings().language)
    for label, names in (
        (_("created"), done.created),
        (_("updated"), done.updated),
        (_("unchanged"), done.unchanged),
        (_("taken up again"), done.taken_up),
    ):
        if names:
            print(f"{label}: {', '.join(names)}")
