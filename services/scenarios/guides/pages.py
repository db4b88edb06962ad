"""Rendering of blocks of text as Markdown, HTML fragment, HTML page or PDF."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Final

import config
from models.blocks import Block, Facts, Grid, Heading, Lines, Paragraph
from services.documents.rendering import set_page

TEMPLATES: Final = Path(config.__file__).parent / "templates" / "guides"
_STYLE: Final = (
    "body{font:16px/1.6 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.3rem .5rem;"
    "text-align:left;vertical-align:top}dt{font-weight:bold}@media print{body{margin:0;max-width:none}}"
)


def as_markdown(blocks: Iterable[Block]) -> str:
    """The text as Markdown."""
    return "\n\n".join(_markdown(block) for block in blocks) + "\n"


def as_part(blocks: Iterable[Block]) -> str:
    """The text as an HTML fragment, escaped."""
    return "\n".join(_html(block) for block in blocks)


def title_of(blocks: Iterable[Block]) -> str:
    """The first heading."""
    return next((block.text for block in blocks if isinstance(block, Heading)), "")


def as_page(blocks: Iterable[Block], language: str) -> str:
    """The text as a printable HTML page."""
    content = tuple(blocks)
    title = title_of(content)
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n"
        f"{as_part(content)}\n</body></html>\n"
    )


@lru_cache(maxsize=32)
def as_pdf(blocks: tuple[Block, ...], language: str) -> bytes:
    """The text as PDF, the same bytes every time."""
    values = [{"kind": type(block).__name__.lower(), **asdict(block)} for block in blocks]
    inputs = {"blocks": json.dumps(values, ensure_ascii=False), "language": language[:2]}
    return set_page(TEMPLATES / "guide.typ", inputs)


def _markdown(block: Block) -> str:
    match block:
        case Heading(level, text, _):
            return f"{'#' * level} {text}"
        case Paragraph(text):
            return _plain(text)
        case Facts(rows):
            return "\n".join(f"- **{_plain(label)}**: {_plain(fact)}" for label, fact in rows)
        case Lines(lines):
            return "\n".join(f"- {_plain(line)}" for line in lines)
        case Grid(headings, rows):
            table = [headings, ("---",) * len(headings), *rows]
            return "\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in table)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")


def _html(block: Block) -> str:
    match block:
        case Heading(level, text, anchor):
            place = f' id="{escape(anchor)}"' if anchor else ""
            return f"<h{level}{place}>{escape(text)}</h{level}>"
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Facts(rows):
            pairs = (f"<div><dt>{escape(a)}</dt><dd>{escape(b)}</dd></div>" for a, b in rows)
            return f'<dl class="facts">{"".join(pairs)}</dl>'
        case Lines(lines):
            return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
        case Grid(headings, rows):
            head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
            body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
            return (
                f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
                f"<tbody>{body}</tbody></table></div>"
            )


def _cells(row: tuple[str, ...]) -> str:
    return "".join(f"<td>{escape(cell)}</td>" for cell in row)
