"""The helper that reads pages finds what people find: by role and name, and by lines that can be read."""

from __future__ import annotations

import httpx
import pytest

from tests.support.page import Page

HTML = """<!doctype html><title>never read</title><script>var never = "read"</script>
<body><main>
<div role="alert"><strong>Not done</strong> reason: too late</div>
<div role="status">Granted</div>
<section aria-labelledby="s"><h2 id="s">Papers</h2>
  <table><caption>Needed</caption><tr><td>plan<td>missing</tr><tr><td>survey<td>there</tr></table>
  <p>Hand in <b>both</b>
     at once</p><p hidden>secret</p></section>
<aside aria-label="Acts"><form method="post" action="/do"><input type="hidden" name="act" value="grant">
  <label for="c">Comment <small>optional</small></label><textarea id="c" name="comment">

first
second</textarea>
  <label>Day <input name="day" value="2026-01-02" required></label>
  <select name="unit"><option value="a">A<option value="b" selected>B</select>
  <input type="checkbox" name="signed" value="yes"><input type="file" name="paper">
  <button name="correct" value="true">Grant</button></form></aside>
<dl><div><dt>Due</dt><dd>tomorrow<small>1 day left</small></dd></div></dl>
<ul><li>one</li><li>two <a href="/two">see</a></li></ul>
</main></body>"""


@pytest.fixture
def page() -> Page:
    return Page(httpx.Response(200, text=HTML))


def test_things_are_found_by_role_and_name(page):
    assert page.alert("too late").text == "Not done reason: too late"
    assert page.done("Granted")
    assert page.heading("Papers")
    assert page.region("Papers").table("Needed").row("plan", "missing")
    assert page.named("complementary", "Acts")[0].button("Grant")
    assert page.fact("Due").says("tomorrow", "1 day left")
    assert page.entry("two").link("see").address == "/two"
    assert page.field("Comment optional").value == "\nfirst\nsecond"
    assert page.field("Day").value == "2026-01-02"
    assert [row.text for row in page.all("row")] == ["plan missing", "survey there"]


@pytest.mark.parametrize(
    ("ask", "instead"),
    [
        (lambda page: page.button("Deny"), "'Grant'"),
        (lambda page: page.heading("Paper"), "'Papers'"),
        (lambda page: page.row("plan", "there"), "'survey there'"),
        (lambda page: page.alert("too early"), "'Not done reason: too late'"),
        (lambda page: page.fact("Late"), "'Due'"),
        (lambda page: page.form("deny"), "'grant'"),
    ],
)
def test_what_is_not_there_fails_with_what_is(page, ask, instead):
    with pytest.raises(AssertionError, match=instead):
        ask(page)


def test_words_are_read_within_one_line(page):
    assert page.says("Hand in both at once")
    assert not page.says("missing survey")
    assert not page.says("never")
    assert not page.says("secret")


def test_a_form_holds_what_a_browser_would_send(page):
    form = page.form("grant")
    assert (form.action, form.act) == ("/do", "grant")
    assert form.fields == {
        "act": ["grant"],
        "comment": ["\nfirst\nsecond"],
        "day": ["2026-01-02"],
        "unit": ["b"],
    }
    assert (form.files, form.buttons, form.required) == (["paper"], ["correct=true"], ["day"])
    assert page.acts == {"grant"}
    assert page.links == ["/two"]
