"""What browsers and proxies are tricked into: other sites, cookies at the API, odd methods, two lengths."""

from __future__ import annotations

import httptools
import pytest
from fastapi.testclient import TestClient

from tests.support.people import STEWARD
from tests.support.portal import Town
from web.templating import STATIC

pytestmark = pytest.mark.api
ELSEWHERE = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}


@pytest.fixture(scope="module")
def town(module_town: Town) -> Town:
    return module_town


@pytest.fixture
def client(town: Town) -> TestClient:
    """A browser in which the steward is signed in."""
    return town.browser(STEWARD).client


@pytest.mark.parametrize("path", ["/projects", "/api/v1/projects", "/api/openapi.json", "/healthz"])
def test_no_other_site_reads_an_answer(client, path):
    for answer in (client.get(path, headers=ELSEWHERE), client.options(path, headers=ELSEWHERE)):
        allowed = [name for name in answer.headers if name.startswith("access-control-")]
        assert allowed == []


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/x-www-form-urlencoded"]
)
def test_a_session_opens_no_operation_of_the_api(client, kind):
    """So that nothing there rests on what a browser may send from another site."""
    assert client.get("/projects").status_code == 200
    headers = {**ELSEWHERE, "content-type": kind}
    for path in ("/api/v1/projects", "/api/v1/notices/read"):
        assert client.post(path, content="{}", headers=headers).status_code == 401
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/projects", "/api/v1/me", "/static/kaigong.css"])
def test_a_method_that_nobody_needs_is_refused(client, method, path):
    answer = client.request(method, path, headers={"x-secret": "7f1d"})
    assert answer.status_code == 405
    assert "7f1d" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        *("/static", "/static/", "/static/../portal.py", "/static/%2e%2e/portal.py"),
        *("/static/..%2fportal.py", "/static/%5c..%5cportal.py", "/static//etc/passwd"),
        *("/.git/config", "/web/app.py", "/static/.%00./portal.py"),
    ],
)
def test_no_folder_is_listed_and_no_path_leads_out(town, path):
    answer = TestClient(town.app, base_url="http://portal.test").get(path, follow_redirects=False)
    assert answer.status_code in {307, 400, 404, 405}
    assert "import" not in answer.text


LENGTHS = (
    "Content-Length: 4\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 4",
    "Content-Length: 4\r\nContent-Length: 5",
    "Content-Length: +4",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked, identity",
    "Content-Length : 4",
    "X: y\nContent-Length: 4",
)


@pytest.mark.parametrize("lengths", LENGTHS)
def test_the_end_of_a_message_is_told_in_one_way(lengths):
    """The parser that uvicorn is installed with (pyproject.toml) takes no message with two ends."""
    parser = httptools.HttpRequestParser(object())
    message = f"POST / HTTP/1.1\r\nHost: portal.test\r\n{lengths}\r\n\r\n0\r\n\r\n"
    with pytest.raises(httptools.HttpParserError):
        parser.feed_data(message.encode())


def test_no_script_of_ours_keeps_anything_in_the_browser():
    kept = ("localStorage", "sessionStorage", "indexedDB", "document.cookie", "caches.open")
    for script in STATIC.glob("*.js"):
        source = script.read_text(encoding="utf-8")
        assert [name for name in kept if name in source] == [], script.name
