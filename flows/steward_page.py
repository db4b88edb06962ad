"""The page of a project in Prefect's UI for its steward: stages, what each waits for, a link."""

from __future__ import annotations

from urllib.parse import quote

from config.settings import get_settings
from config.texts import Word, translator
from flows.artifacts import cell, link, page_key, show_page, show_run
from services.cases.lifecycle import Evaluation
from services.cases.run_labels import run_name


async def show_project(evaluation: Evaluation) -> None:
    """Name and tag the current run, and show the project's page; nothing is written twice."""
    await show_run(run_name(evaluation.code, evaluation.title), evaluation.tags)
    await show_page(page_key(evaluation.code), page(evaluation), evaluation.title)


def page(evaluation: Evaluation) -> str:
    """The page as Markdown, in the installation's language."""
    settings = get_settings()
    _ = translator(settings.language)
    address = f"{settings.public_url}/projects/{quote(evaluation.code)}"
    lines = [
        f"# {evaluation.title}",
        "",
        link(f"{evaluation.code} · {_('open in the portal')}", address),
        "",
        f"| {_('stage')} | {_('round')} | {_('state')} | {_('waits for')} |",
        "| --- | --- | --- | --- |",
    ]
    for stage in evaluation.stages:
        report = stage.report
        state = _(Word.of(report.state))
        lines.append(
            f"| {cell(stage.name)} | {report.round} | {state} | {cell(report.message) or '—'} |"
        )
    return "\n".join(lines) + "\n"
