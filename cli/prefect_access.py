"""Points this process at the Prefect server of the settings; call it before Prefect is imported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from config.settings import get_settings, set_environment
from deployments.local.prefect_server import client_environment, home
from models.errors import Unavailable


def use_prefect() -> None:
    """Sets Prefect's own variables for this process and the ones it starts."""
    settings = get_settings()
    # Prefect makes its own folder, not the ones above it, and warns where it cannot.
    home(settings.data_dir).mkdir(parents=True, exist_ok=True)
    address, credentials = settings.prefect_url, settings.prefect_credentials
    set_environment(**client_environment(settings.data_dir, address, credentials))


class PrefectUnreachable(Unavailable):
    template = "The Prefect server at {url} does not answer: {reason}. Run 'kaigong up', or correct PREFECT_API_URL and PREFECT_API_AUTH_STRING; approvals go on without it."


@contextmanager
def prefect_answers() -> Iterator[None]:
    """A server that is down or broken is told in a sentence, not as a fault of ours."""
    import httpx
    from prefect.exceptions import PrefectException

    try:
        yield
    except (httpx.HTTPError, PrefectException, OSError, RuntimeError) as error:
        # The client wraps a refused connection into a plain RuntimeError.
        if type(error) is RuntimeError and "Failed to reach API" not in str(error):
            raise
        reason = (str(error) or type(error).__name__).strip().splitlines()[0]
        raise PrefectUnreachable(url=get_settings().prefect_url, reason=reason) from error
