"""What every answer of the API is checked for against its own description.

The library takes two seconds to import, so whoever needs it imports it in the test that does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def checks() -> list[Callable[..., Any]]:
    """No fault of the server's own, and no answer that the description does not have."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks as of_openapi

    return [
        not_a_server_error,
        of_openapi.status_code_conformance,
        of_openapi.content_type_conformance,
        of_openapi.response_schema_conformance,
    ]
