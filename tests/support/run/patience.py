"""The product's own deadlines, put off: how soon a part on a busy machine answers says nothing about it.

Who waits for a lock, a connection, the portal or the Prefect server gives up after some seconds, and
says so; a test that is about this sets a deadline of its own.
"""

from __future__ import annotations

import pytest

from deployments.local import health, prefect_client
from services import unit_of_work
from services.people import identity_provider
from services.rehearsal import forecast
from tests.support.run.waiting import PATIENCE_SECONDS
from web.prefect_pages import server


def be_patient(patch: pytest.MonkeyPatch) -> None:
    """Give every part of this process as long as tests wait for anything."""
    for module in (health, prefect_client, identity_provider, server):
        patch.setattr(module, "TIMEOUT_SECONDS", PATIENCE_SECONDS)
    patch.setattr(forecast, "PATIENCE", PATIENCE_SECONDS)
    patch.setattr(unit_of_work, "WAIT_SECONDS", PATIENCE_SECONDS)
    patch.setattr(unit_of_work, "LOCK_SECONDS", int(PATIENCE_SECONDS))
