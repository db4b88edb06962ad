"""Name, tags and the page of text of a project in Prefect.

Everything here is written only where it differs from what Prefect has, and none of it is ever read
back as a fact. The page is one artifact per project that is rewritten in place: a new version for
each wake-up would fill Prefect's database with pages nobody opens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterKey,
)
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext

_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")


def page_key(code: str) -> str:
    """Prefect's key for the page of a project: lower-case letters, digits and dashes only."""
    return f"project-{_NOT_IN_KEYS.sub('-', code.lower()).strip('-')}"


def link(text: str, url: str) -> str:
    """A Markdown link; brackets in the text do not end it."""
    return f"[{text.replace('[', '(').replace(']', ')')}]({url})"


def cell(text: str) -> str:
    """Text for a cell of a Markdown table."""
    return " ".join(text.replace("|", "\\|").split())


async def show_run(name: str, tags: Iterable[str]) -> None:
    """Name and tag the current flow run. Neither holds personal data."""
    run = _flow_run()
    wanted = sorted(set(tags))
    if (run.name, sorted(run.tags)) == (name, wanted):
        return
    async with get_client() as client:
        await client.update_flow_run(run.id, name=name, tags=wanted)


async def show_page(key: str, markdown: str, description: str) -> None:
    """Show ``markdown`` as the page of the current flow run, in the place of the last one."""
    run = _flow_run()
    mine = ArtifactFilter(
        key=ArtifactFilterKey(any_=[key]), flow_run_id=ArtifactFilterFlowRunId(any_=[run.id])
    )
    async with get_client() as client:
        pages = await client.read_artifacts(artifact_filter=mine, limit=1)
        if not pages:
            page = ArtifactCreate(
                key=key,
                type="markdown",
                data=markdown,
                description=description,
                flow_run_id=run.id,
            )
            await client.create_artifact(page)
        elif (pages[0].data, pages[0].description) != (markdown, description):
            changed = ArtifactUpdate(data=markdown, description=description)
            await client.update_artifact(pages[0].id, changed)


def _flow_run() -> FlowRun:
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise RuntimeError("Names, tags and pages belong to a flow run.")
    return context.flow_run
