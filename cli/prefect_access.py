"""Points this process at the Prefect server of the settings; call it before Prefect is imported."""

from __future__ import annotations

from config.settings import get_settings, set_environment
from deployments.local.prefect_server import client_environment


def use_prefect() -> None:
    """Sets Prefect's own variables for this process and the ones it starts."""
    settings = get_settings()
    auth = settings.prefect_auth.get_secret_value() if settings.prefect_auth else None
    set_environment(**client_environment(settings.data_dir, settings.prefect_url, auth))
