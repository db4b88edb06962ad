"""What a page weighs: HTML as it is, style and scripts as they travel."""

from __future__ import annotations

import gzip

import pytest
from selectolax.lexbor import LexborHTMLParser

from models.cases import commands as c
from tests.support.people import APPLICANT, LEADER, handler
from tests.support.portal import Town
from tests.support.yard import PLANNING

#: Bytes of a page, and of all its style and scripts on their way.
HTML, FILES = 60_000, 120_000


def linked(body: str) -> list[str]:
    page = LexborHTMLParser(body)
    styles = [node.attributes["href"] for node in page.css("link[rel=stylesheet]")]
    return [*styles, *(node.attributes["src"] for node in page.css("script[src]"))]


@pytest.mark.parametrize(
    ("actor", "address"),
    [
        (APPLICANT, "/projects/{code}"),
        (APPLICANT, "/projects/{code}/items/A2/apply"),
        (handler(PLANNING), "/projects/{code}/items/A1"),
        (handler(PLANNING), "/inbox"),
        (LEADER, "/projects"),
    ],
)
def test_a_page_is_light(town: Town, actor, address):
    project = town.register()
    town.do(project, c.RecordMilestone(item="E0", happened_on=town.today))
    town.hand_in(project, "plan")
    town.do(project, c.SubmitApplication(item="A1"), APPLICANT)
    client = town.browser(actor).client
    body = client.get(address.format(code=project)).text
    assert len(body.encode()) < HTML
    answers = [client.get(file, headers={"Accept-Encoding": "gzip"}) for file in linked(body)]
    assert all(answer.headers["content-encoding"] == "gzip" for answer in answers)
    assert sum(int(answer.headers["content-length"]) for answer in answers) < FILES


def test_a_file_is_the_same_compressed_or_not(town: Town):
    client = town.browser().client
    (style, *_) = linked(client.get("/sign-in").text)
    plain = client.get(style, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("GET", style, headers={"Accept-Encoding": "gzip"}) as packed:
        assert gzip.decompress(b"".join(packed.iter_raw())) == plain.content
    for answer in (plain, packed):
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"].startswith("text/css")
    assert client.get("/static/nothing.css").status_code == 404
