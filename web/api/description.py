"""The API's description (OpenAPI): what FastAPI finds out, and what it cannot know."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

JSON, PROBLEM = "application/json", "application/problem+json"
#: Addresses that are open to everyone; every other one wants a bearer token.
OPEN = frozenset({"/api/v1/tokens", "/api/v1/documents/{token}"})
FIRST_REFUSAL = 400


def describe(app: FastAPI) -> None:
    """Refusals are problem documents, and people prove who they are by a bearer token."""

    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _finished(
                get_openapi(
                    title=app.title,
                    version=app.version,
                    summary=app.summary,
                    routes=app.routes,
                )
            )
        return app.openapi_schema

    # FastAPI's own documentation names this attribute as the place for it.
    app.openapi = description  # type: ignore[method-assign]


def _finished(found: dict[str, Any]) -> dict[str, Any]:
    schemas = found["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    found["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    for path, operations in found["paths"].items():
        for operation in operations.values():
            if path not in OPEN:
                operation["security"] = [{"bearer": []}]
            for status, response in operation["responses"].items():
                if status.isdecimal() and int(status) >= FIRST_REFUSAL:
                    _as_problem(response)
    return found


def _as_problem(response: dict[str, Any]) -> None:
    schema = {"$ref": "#/components/schemas/Problem"}
    response["content"] = {PROBLEM: {"schema": schema}}
