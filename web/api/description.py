"""The API's description (OpenAPI): what FastAPI finds out, and what it cannot know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import BaseRoute

from models.people.token_scope import TokenScope
from web.viewer import scope_of

PROBLEM = "application/problem+json"
#: Addresses that are open to everyone; every other one wants a bearer token.
OPEN = frozenset({"/api/v1/tokens", "/api/v1/documents/{token}"})
#: What one answer leads on to: operation → status, and for each operation that follows its parameters.
LINKS: Mapping[tuple[str, str], tuple[str, Mapping[str, Mapping[str, str]]]] = {
    ("/api/v1/projects", "post"): (
        "201",
        {
            "GET /api/v1/projects/{code}": {"code": "$response.body#/project"},
            "POST /api/v1/projects/{code}/acts": {"code": "$response.body#/project"},
        },
    ),
    ("/api/v1/projects", "get"): (
        "200",
        {
            "GET /api/v1/projects/{code}": {"code": "$response.body#/projects/0/code"},
            "POST /api/v1/projects/{code}/acts": {"code": "$response.body#/projects/0/code"},
        },
    ),
    ("/api/v1/projects/{code}", "get"): (
        "200",
        {
            "GET /api/v1/projects/{code}/items/{item}/acts": {
                "code": "$response.body#/code",
                "item": "$response.body#/stages/0/items/0/code",
            },
            "GET /api/v1/projects/{code}/papers/{material}": {
                "code": "$response.body#/code",
                "material": "$response.body#/materials/0/key",
            },
            "GET /api/v1/documents/{token}": {"token": "$response.body#/documents/0/token"},
            "POST /api/v1/projects/{code}/acts": {"code": "$response.body#/code"},
            "POST /api/v1/projects/{code}/corrections/dry-run": {"code": "$response.body#/code"},
        },
    ),
    ("/api/v1/projects/{code}/acts", "post"): (
        "200",
        {"GET /api/v1/projects/{code}": {"code": "$response.body#/project"}},
    ),
    ("/api/v1/scenarios", "get"): (
        "200",
        {"GET /api/v1/scenarios/{key}/versions": {"key": "$response.body#/0/key"}},
    ),
    ("/api/v1/scenarios/{key}/drafts", "post"): (
        "201",
        {
            f"{method} /api/v1/scenarios/{{key}}/versions/{{version}}{more}": {
                "key": "$response.body#/key",
                "version": "$response.body#/version",
            }
            for method, more in (("GET", ""), ("GET", "/source"), ("POST", "/acts"), ("DELETE", ""))
        },
    ),
}
Scopes = Mapping[tuple[str, str], list[TokenScope]]
#: Schemas are published under these names, whatever our classes are called: programs are made from them.
PUBLISHED = {
    f"{name}Row": f"{name}Line"
    for name in (
        *("Architect", "Bundle", "Clock", "Consultation", "Deficiency", "Document", "Event"),
        *("Exempt", "Field", "Item", "Material", "Merge", "Party", "Rectification"),
        *("Requirement", "SiteVisit", "Stage", "Supervision", "Voiding"),
    )
}
REFERENCE = "#/components/schemas/"


class Problem(BaseModel):
    """A refusal (RFC 9457)."""

    class Fault(BaseModel):
        """One thing that is wrong."""

        code: str
        field: str | None
        message: str

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault]


#: What every address may answer instead, by its status.
PROBLEMS = {
    "400": "The request cannot be read",
    "401": "Not signed in",
    "403": "Not permitted",
    "404": "Not found",
    "409": "Overtaken by events: look again",
    "422": "The input is wrong; `errors` names the field",
    "413": "More was sent than is taken",
    "429": "Too many tries, or too much within an hour",
    "503": "PostgreSQL is not available",
}


def describe(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Describe the routes of the API: refusals are problem documents, people are known by a bearer token
    that was made for what is asked.
    """
    scopes = _scopes(routes)

    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _finished(
                get_openapi(
                    title=app.title,
                    version=app.version,
                    summary=app.summary,
                    routes=routes,
                ),
                scopes,
            )
        return app.openapi_schema

    # FastAPI's own documentation names this attribute as the place for it.
    app.openapi = description  # type: ignore[method-assign]


def _scopes(routes: Sequence[BaseRoute]) -> Scopes:
    """Method and path of an operation → what its token has to be made for."""
    scopes: dict[tuple[str, str], list[TokenScope]] = {}
    for route in routes:
        if not isinstance(route, APIRoute):
            continue
        used = [
            dependency.call
            for dependency in route.dependant.dependencies
            if dependency.call is not None
        ]
        for method in route.methods or ():
            needed = {scope for call in used if (scope := scope_of(method, call)) is not None}
            scopes[method, route.path] = [scope for scope in TokenScope if scope in needed]
    return scopes


def _finished(document: dict[str, Any], scopes: Scopes) -> dict[str, Any]:
    document = _published(document)
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    document["components"]["schemas"] = dict(sorted((schemas | _problem_schemas()).items()))
    document["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    _lead_on(document["paths"])
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if path not in OPEN:
                operation["security"] = [
                    {"bearer": [s.value for s in scopes[method.upper(), path]]}
                ]
            answers = operation["responses"]
            operation["responses"] = {
                **{status: answer for status, answer in answers.items() if status not in PROBLEMS},
                **{status: _problem(description) for status, description in PROBLEMS.items()},
            }
    return document


def _lead_on(paths: dict[str, Any]) -> None:
    """Say of an answer which operations take what stands in it: programs, and tests, follow the links."""
    for (path, method), (status, following) in LINKS.items():
        links = paths[path][method]["responses"][status].setdefault("links", {})
        for operation, parameters in following.items():
            to, _, address = operation.partition(" ")
            target = paths[address][to.lower()]["operationId"]
            links[target] = {"operationId": target, "parameters": dict(parameters)}


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE + Problem.__name__}
    return {"description": description, "content": {PROBLEM: {"schema": schema}}}


def _problem_schemas() -> dict[str, Any]:
    """The schemas of a refusal and of its parts."""
    whole = Problem.model_json_schema(ref_template=REFERENCE + "{model}", mode="serialization")
    return {**whole.pop("$defs"), Problem.__name__: whole}


def _published(node: Any) -> Any:
    """A part of the description with the published names of schemas, where they are and are meant."""
    if isinstance(node, list):
        return [_published(part) for part in node]
    if isinstance(node, dict):
        return {PUBLISHED.get(name, name): _published(value) for name, value in node.items()}
    if isinstance(node, str):
        prefix = REFERENCE if node.startswith(REFERENCE) else ""
        name = node.removeprefix(prefix)
        return prefix + PUBLISHED.get(name, name)
    return node
