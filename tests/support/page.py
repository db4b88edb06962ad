"""A page as the people who use it meet it: things with a role and a name, and words that can be read.

Roles and names follow WAI-ARIA and the HTML accessibility mapping as far as our pages need them. What a
test asks for and is not there fails with what there is instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from httpx import Response
from selectolax.lexbor import LexborHTMLParser, LexborNode

#: Elements that begin and end a line of their own: words are read within one of them.
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl",
    "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul", "br", "label", "option", "select", "textarea", "button",
))  # fmt: skip
UNREAD = frozenset(("head", "script", "style", "template"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
FIELDS = frozenset(("input", "select", "textarea"))
#: Role of an element that does not say its role itself.
ROLES = {
    "button": "button",
    "summary": "button",
    "tr": "row",
    "li": "listitem",
    "section": "region",
    "aside": "complementary",
    "nav": "navigation",
    "fieldset": "group",
    "table": "table",
    "dt": "term",
    "option": "option",
} | dict.fromkeys(HEADINGS, "heading")


def _joined(words: str) -> str:
    return " ".join(words.split())


def role_of(node: LexborNode) -> str | None:
    """What an element is to somebody who cannot see it."""
    own = node.attributes.get("role")
    if own:
        return own
    if node.tag == "a":
        return "link" if "href" in node.attributes else None
    if node.tag == "input" and node.attributes.get("type") == "submit":
        return "button"
    if node.tag in FIELDS and node.attributes.get("type") != "hidden":
        return "field"
    return ROLES.get(node.tag or "")


class Part:
    """A part of a page, or the whole of it: what is in it is asked for by role and name."""

    def __init__(self, node: LexborNode, root: LexborNode) -> None:
        self.node = node
        self.root = root

    def __repr__(self) -> str:
        return f"<{role_of(self.node) or self.node.tag} {self.name!r}>"

    @cached_property
    def lines(self) -> list[str]:
        """The words that can be read, one line for each block."""
        lines = [""]
        for words in _read(self.node):
            if words is None:
                lines.append("")
            else:
                lines[-1] += words
        return [line for line in map(_joined, lines) if line]

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @property
    def name(self) -> str:
        """The accessible name."""
        given = self.node.attributes.get("aria-label")
        if given:
            return given
        labelled = self.node.attributes.get("aria-labelledby")
        if labelled:
            return " ".join(self._text_of(f"#{one}") for one in labelled.split())
        if role_of(self.node) == "field":
            return self._label
        inner = {"region": "h1, h2, h3, h4", "group": "legend", "table": "caption"}
        selector = inner.get(role_of(self.node) or "")
        if selector is not None:
            return self._text_of(selector, self.node)
        return self.text

    def _text_of(self, selector: str, within: LexborNode | None = None) -> str:
        node = (within or self.root).css_first(selector)
        return Part(node, self.root).text if node is not None else ""

    @property
    def _label(self) -> str:
        identity = self.node.attributes.get("id")
        if identity and (text := self._text_of(f'label[for="{identity}"]')):
            return text
        above = self.node.parent
        while above is not None and above.tag != "label":
            above = above.parent
        return Part(above, self.root).text if above is not None else ""

    @property
    def address(self) -> str:
        """Where a link leads."""
        return self.node.attributes["href"] or ""

    @property
    def value(self) -> str:
        """What a field holds."""
        if self.node.tag == "textarea":
            return self.node.text()
        if self.node.tag == "select":
            chosen = self.node.css_first("option[selected]") or self.node.css_first("option")
            return chosen.attributes.get("value") or "" if chosen is not None else ""
        return self.node.attributes.get("value") or ""

    # --- asking -----------------------------------------------------------------------------------

    def says(self, *words: str) -> bool:
        """Whether all of the words can be read here, each within one line."""
        return all(any(one in line for line in self.lines) for one in words)

    def all(self, role: str, *words: str) -> list[Part]:
        """Everything here that has the role and says the words, in the order of the page."""
        parts = (Part(node, self.root) for node in self.node.traverse() if role_of(node) == role)
        return [part for part in parts if part.says(*words)]

    def named(self, role: str, name: str) -> list[Part]:
        """Everything here that has the role and exactly this name."""
        return [part for part in self.all(role) if part.name == name]

    def _one(self, role: str, name: str) -> Part:
        parts = self.named(role, name)
        assert parts, f"no {role} {name!r}; there are {[part.name for part in self.all(role)]}"
        return parts[0]

    def button(self, name: str) -> Part:
        return self._one("button", name)

    def link(self, name: str) -> Part:
        return self._one("link", name)

    def heading(self, name: str) -> Part:
        return self._one("heading", name)

    def field(self, label: str) -> Part:
        """An input, a list or a text area by its label."""
        return self._one("field", label)

    def region(self, heading: str) -> Part:
        """A section by its heading, or by what it is called."""
        return self._one("region", heading)

    def group(self, legend: str) -> Part:
        return self._one("group", legend)

    def table(self, caption: str) -> Part:
        return self._one("table", caption)

    def _with(self, role: str, words: tuple[str, ...]) -> Part:
        parts = self.all(role, *words)
        assert parts, f"no {role} says {words}; they say {[part.text for part in self.all(role)]}"
        return parts[0]

    def row(self, *words: str) -> Part:
        """The first row of a table that says all of these words."""
        return self._with("row", words)

    def entry(self, *words: str) -> Part:
        """The first entry of a list that says all of these words."""
        return self._with("listitem", words)

    def alert(self, *words: str) -> Part:
        """What was refused, and why."""
        return self._with("alert", words)

    def done(self, *words: str) -> Part:
        """That something was done."""
        return self._with("status", words)

    def fact(self, term: str) -> Part:
        """What a list of facts says of a term."""
        node = self._one("term", term).node.next
        while node is not None and node.tag != "dd":
            node = node.next
        assert node is not None, f"nothing is said of {term!r}"
        return Part(node, self.root)


def _read(node: LexborNode) -> Iterator[str | None]:
    """The text of an element piece by piece, ``None`` where a block begins or ends."""
    child = node.child
    while child is not None:
        if child.tag == "-text":
            yield child.text_content or ""
        elif child.tag not in UNREAD and "hidden" not in child.attributes:
            block = child.tag in BLOCKS
            if block:
                yield None
            yield from _read(child)
            if block:
                yield None
        child = child.next


@dataclass
class Form:
    """One form of a page: where it goes and what its fields hold."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    required: list[str] = field(default_factory=list)

    @property
    def act(self) -> str | None:
        return self.fields.get("act", [None])[0]


def _form(node: LexborNode) -> Form:
    form = Form(node.attributes["action"] or "")
    for control in node.css("input, select, textarea, button"):
        name = control.attributes.get("name") or ""
        if "required" in control.attributes:
            form.required.append(name)
        if control.tag == "button":
            if name:
                form.buttons.append(f"{name}={control.attributes.get('value') or ''}")
        elif control.attributes.get("type") == "file":
            form.files.append(name)
        elif control.tag == "input":
            if control.attributes.get("type") != "checkbox" or "checked" in control.attributes:
                form.fields.setdefault(name, []).append(control.attributes.get("value") or "")
        elif control.tag == "textarea" or control.css_first("option") is not None:
            form.fields[name] = [Part(control, node).value]
    return form


class Page(Part):
    """What a browser without JavaScript makes of an answer."""

    def __init__(self, response: Response) -> None:
        self.status = response.status_code
        self.response = response
        self.html = response.text
        root = LexborHTMLParser(self.html).root
        assert root is not None
        super().__init__(root, root)

    @cached_property
    def forms(self) -> list[Form]:
        return [_form(node) for node in self.node.css('form[method="post"]')]

    @cached_property
    def links(self) -> list[str]:
        """Where the links of the page lead."""
        return [node.attributes["href"] or "" for node in self.node.css("a[href]")]

    def form(self, act: str) -> Form:
        """The form of an act, or the one that goes to this address."""
        forms = [form for form in self.forms if act in (form.act, form.action)]
        assert forms, f"no form for {act}; there are {[f.act or f.action for f in self.forms]}"
        return forms[0]

    @property
    def acts(self) -> set[str]:
        return {form.act for form in self.forms if form.act}
