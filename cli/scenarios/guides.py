"""``kaigong scenario guide``: the guide for applicants 办事指南 and the one-time notification list."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.attributes import attributes_given
from cli.command_help import command_help
from cli.scenarios.source import scenario_named
from config.settings import get_settings
from config.texts import translator
from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition
from models.values import AttributeValue


class GuideFormat(StrEnum):
    """What a guide is written as."""

    MARKDOWN = "md"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"


class GuideLanguage(StrEnum):
    """What a guide is written in."""

    CHINESE = "zh-CN"
    ENGLISH = "en"


class PdfNeedsFile(KaigongError):
    template = (
        "--output: a PDF is not printed on a terminal; name a file with --output, or redirect it."
    )
    field = "output"


@command_help(
    """The guide for applicants: items in order, departments, limits, every paper, remedies.

    Without --set it is for every kind of project and names the conditions.
    """
)
def guide_command(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="FILE_OR_KEY", help="Scenario file, key of a scenario, or KEY@VERSION."
        ),
    ],
    *,
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="ATTRIBUTE=VALUE",
            help="For a project that is like this; the other attributes have their defaults.",
        ),
    ] = None,
    lang: Annotated[
        GuideLanguage | None, typer.Option(help="Default: the language of the installation.")
    ] = None,
    format_: Annotated[
        GuideFormat, typer.Option("--format", help="What it is written as.")
    ] = GuideFormat.MARKDOWN,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; default: print it.")
    ] = None,
) -> None:
    chosen = GuideFormat.JSON if as_json else format_
    if chosen is GuideFormat.PDF and output is None and sys.stdout.isatty():
        raise PdfNeedsFile
    definition = scenario_named(scenario)
    attributes = attributes_given(definition, answers) if answers else None
    language = lang.value if lang else get_settings().language
    content = _content(definition, attributes, language, chosen)
    if output is not None:
        output.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()


def _content(
    scenario: ScenarioDefinition,
    attributes: dict[str, AttributeValue] | None,
    language: str,
    chosen: GuideFormat,
) -> bytes:
    from services.scenarios.guides import pages as guide_pages
    from services.scenarios.guides.guides import guide_for

    blocks, view = guide_for(scenario, attributes, translator(language), language)
    match chosen:
        case GuideFormat.PDF:
            return guide_pages.as_pdf(blocks, language)
        case GuideFormat.JSON:
            return (json.dumps(view, ensure_ascii=False) + "\n").encode()
        case GuideFormat.HTML:
            return guide_pages.as_page(blocks, language).encode()
        case GuideFormat.MARKDOWN:
            return guide_pages.as_markdown(blocks).encode()
