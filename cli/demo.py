"""``kaigong demo``: projects from filing to keys, people played by a script on a simulated calendar."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.command_help import command_help

Scenario = Annotated[
    str,
    typer.Option(metavar="KEY_OR_FILE", help="Key of a shipped scenario, or a scenario file."),
]
Projects = Annotated[int, typer.Option(min=1, max=1000, help="How many projects.")]
Seed = Annotated[int, typer.Option(help="The same seed plays the same story.")]
DataDir = Annotated[
    Path | None, typer.Option(help="Keep everything in this folder instead of throwing it away.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@command_help(
    """Run projects from filing to keys through the real lifecycle flow on a real Prefect server.

    Everything runs in a data folder of its own; months pass in minutes. A file of yours is proven
    first, then played like a shipped scenario.
    """
)
def command(
    *,
    scenario: Scenario = "industrial-simple",
    projects: Projects = 3,
    seed: Seed = 7,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    from deployments.demo.demonstration import demonstrate
    from deployments.demo.scenario_choice import chosen
    from deployments.demo.screen import Screen

    choice = chosen(scenario)
    with Screen(sys.stderr) as screen:
        summary = demonstrate(choice, projects, seed, screen, data_dir)
    if as_json:
        print(json.dumps(summary, ensure_ascii=False, indent=2))
    else:
        screen.summary(summary)
