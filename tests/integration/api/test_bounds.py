"""What may be sent, and what becomes of what no page would send: a sentence, never a fault of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from services.people import tokens
from tests.support.people import ADMINISTRATOR, APPLICANT
from tests.support.portal import Town

pytestmark = pytest.mark.api
MEGABYTE = 1024 * 1024
DEEP = 100_000
#: Documents that no client of ours would send.
STRANGE = {
    "deep lists": "[" * DEEP + "]" * DEEP,
    "deep objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "deep and open": "[" * DEEP,
    "deep inside": '{"title":' + "[" * DEEP + "]" * DEEP + "}",
    "a number of 5000 digits": '{"code": ' + "9" * 5000 + "}",
    "a number of 400 digits": '{"attributes": {"land_area": ' + "9" * 400 + "}}",
    "an exponent": '{"attributes": {"land_area": 1e400, "floors": -1e308}}',
    "no number": '{"attributes": {"land_area": NaN, "x": Infinity}}',
    "half a sign": '{"title": "\\ud800", "\\udc00": 1}',
    "a zero byte": '{"title": "a\\u0000b", "code": "\\u0000"}',
    "a long text": json.dumps({"title": "字" * 300_000, "code": "x" * 10_000}),
    "a long key": json.dumps({"x" * 500_000: 1}),
    "many keys": json.dumps({f"k{n}": n for n in range(3_000)}),
    "a list": "[1, 2]",
    "a text": '"act"',
    "nothing": "null",
    "not UTF-8": b"\xff\xfe\x00",
    "no document": "",
}


@pytest.fixture(scope="module")
def town(module_town: Town) -> Town:
    return module_town


@pytest.fixture(scope="module")
def headers(town: Town) -> dict[str, str]:
    token = tokens.issue_token(town.database, ADMINISTRATOR.login, "t", town.now)
    return {"authorization": f"Bearer {token}", "content-type": "application/json"}


@pytest.fixture(scope="module")
def client(town: Town) -> Iterator[TestClient]:
    with TestClient(town.app, raise_server_exceptions=False) as client:
        yield client


def posted(town: Town) -> list[str]:
    """The addresses that take a JSON document, with names that are there and that are not."""
    paths = town.app.openapi()["paths"].items()
    found = [
        path
        for path, operations in paths
        for method, operation in operations.items()
        if method == "post" and "application/json" in operation["requestBody"]["content"]
        if "requestBody" in operation
    ]
    return [path.format_map(_Anything()) for path in found]


class _Anything(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "1" if key in {"version", "number"} else "yard"


@pytest.mark.parametrize("document", STRANGE.values(), ids=STRANGE.keys())
def test_a_strange_document_is_refused_in_a_sentence(town, client, headers, document):
    for address in posted(town):
        answer = client.post(address, content=document, headers=headers)
        assert 400 <= answer.status_code < 500, (address, answer.text[:500])
        problem = answer.json()
        assert problem["detail"]
        assert len(answer.content) < 20_000


@pytest.mark.parametrize(
    "part",
    ["9" * 5000, "x" * 20_000, "%00", "%ed%a0%80", "..%2f..", "9" * 30],
    ids=["digits", "long", "zero", "half", "up", "number"],
)
def test_a_strange_address_is_refused_in_a_sentence(town, client, headers, part):
    for path, operations in town.app.openapi()["paths"].items():
        if "{" in path and "get" in operations:
            for name in ("{code}", "{key}", "{item}", "{version}", "{token}"):
                address = path.replace(name, part).format_map(_Anything())
                answer = client.get(address, headers=headers)
                assert answer.status_code < 500, (address[:80], answer.text[:500])
    for query in (f"page={part}", f"q={part}", f"steward={part}", f"level={part}"):
        for path in ("projects", "inbox", "notices", "authorisations"):
            answer = client.get(f"/api/v1/{path}?{query}", headers=headers)
            assert answer.status_code < 500, (query[:80], answer.text[:500])


def test_a_body_is_bounded_by_its_address(
    client,
    headers,
):
    def status(address: str, size: int, **more: str) -> int:
        return client.post(address, content=b" " * size, headers=headers | more).status_code

    assert status("/api/v1/projects", MEGABYTE + 1) == 413
    assert status("/api/v1/tokens", MEGABYTE + 1) == 413
    assert status("/api/v1/projects/yard/acts", MEGABYTE - 1) in {400, 404, 422}
    # Before it is sent, where the request says how long it is.
    answer = client.post("/api/v1/projects", headers=headers | {"content-length": str(2**40)})
    assert answer.status_code == 413
    assert "1 MB" in answer.json()["detail"]


def test_a_large_body_is_taken_only_from_somebody_who_is_known(town, client, headers):
    # Refused for its kind, but only once all of it was read; or after so much of it as a form may have.
    file = {"file": ("a.bin", b"MZ\x00" + bytes(11 * MEGABYTE))}
    known = {"authorization": headers["authorization"]}
    assert client.post("/api/v1/files", files=file, headers=known).status_code == 422
    for wrong in ({}, {"authorization": "Bearer kg_stolen"}):
        assert client.post("/api/v1/files", files=file, headers=wrong).status_code == 401
    browser = town.browser(APPLICANT)
    page = browser.client.post("/projects/nowhere/agency", files=file)
    assert page.status_code in {403, 404, 422}
    assert client.post("/projects/nowhere/agency", files=file).status_code == 401
