"""Addresses of Prefect's pages under the portal, for those who look after projects."""

from __future__ import annotations

from urllib.parse import urlencode

from models.people.actor import Role
from services.people.viewer import Viewer

#: Who looks after projects, and may watch their runs.
WATCHERS = frozenset({Role.PROJECT_STEWARD, Role.ADMINISTRATOR, Role.LEADER})
#: Prefect's own list hides runs that began more than a week ago; a project waits for months.
SPAN_SECONDS = -365 * 24 * 60 * 60


def steward_tag(login: str) -> str:
    """The tag of the runs of a steward's projects."""
    return f"steward:{login}"


def waiting_runs(viewer: Viewer) -> str | None:
    """Prefect's list of the projects that wait: a steward's own, or all of them."""
    role = viewer.account.role
    if role not in WATCHERS:
        return None
    query: dict[str, str | int] = {"state": "Suspended", "type": "span", "seconds": SPAN_SECONDS}
    if role is Role.PROJECT_STEWARD:
        query["tag"] = steward_tag(viewer.account.login)
    return f"/prefect/runs?{urlencode(query)}"


def project_run(run: str | None, viewer: Viewer) -> str | None:
    """Where the run of a project is seen in Prefect."""
    if run is None or viewer.account.role not in WATCHERS:
        return None
    return f"/prefect/runs/flow-run/{run}"
