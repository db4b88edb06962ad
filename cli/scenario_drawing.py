"""``kaigong scenario draw``: a scenario as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.scenario_source import scenario_named
from config.settings import get_settings
from models.definition import ScenarioDefinition
from services.scenario_admin.files import FileNotPublishable, publishable, read_file
from web.scenario_drawing import svg


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
    """Draw a scenario as SVG: stages, items, what follows what, and the critical path.

    A file with faults is drawn as far as it can be read.
    """
    typer.echo(svg(_definition(scenario), lang or get_settings().language), nl=False)


def _definition(name: str) -> ScenarioDefinition:
    path = Path(name)
    if not path.is_file():
        return scenario_named(name)
    reading = read_file(path)
    return reading.definition or publishable(reading, path.name, FileNotPublishable)
