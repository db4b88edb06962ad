"""``kaigong scenario draw``: a scenario as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.command_help import command_help
from cli.scenarios.source import scenario_named
from config.settings import get_settings
from models.scenarios.definition import ScenarioDefinition
from services.scenarios.drawing import svg
from services.scenarios.scenario_files import FileNotPublishable, publishable, read_file


@command_help(
    """Draw a scenario as SVG: stages, items, what follows what, and the critical path.

    A file with faults is drawn as far as it can be read.
    """
)
def draw_command(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="FILE_OR_KEY", help="Scenario file, key of a scenario, or KEY@VERSION."
        ),
    ],
    *,
    lang: Annotated[
        Literal["zh-CN", "en"] | None,
        typer.Option(help="Language of the picture; default: that of the settings."),
    ] = None,
) -> None:
    typer.echo(svg(_definition(scenario), lang or get_settings().language), nl=False)


def _definition(name: str) -> ScenarioDefinition:
    path = Path(name)
    if not path.is_file():
        return scenario_named(name)
    reading = read_file(path)
    return reading.definition or publishable(reading, path.name, FileNotPublishable)
