"""A hand-over list as people read it, on its page and as PDF: the same blocks of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from models.blocks import Block, Facts, Grid, Heading, Paragraph
from models.cases.states import ItemState
from models.people.handover import Handover, HandoverCause, OpenKind, OpenWork
from rules.cases.context import ZONE
from services.cases.handover.signing import HandoverPage
from services.wording.words import clock_word, word

Translate = Callable[[str], str]


def blocks_of(page: HandoverPage, translate: Translate, language: str) -> tuple[Block, ...]:
    """The list: who hands over to whom and why, what is open project by project, who signed."""
    handover = page.handover
    return (
        Heading(1, translate("Hand-over list"), ""),
        Facts(tuple(_facts(handover, translate))),
        *_projects(page, translate, language),
        Heading(2, translate("Signatures"), ""),
        Facts(tuple(_signatures(handover, translate))),
        Paragraph(translate("Handing over moves no last day.")),
    )


def _facts(handover: Handover, translate: Translate) -> Iterator[tuple[str, str]]:
    yield translate("Number of the list"), str(handover.id)
    yield translate("Hands over"), handover.giver_name
    yield translate("Takes over"), handover.receiver_name
    yield translate("Why"), cause_word(handover.cause, translate)
    yield translate("Drawn up"), f"{handover.made_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
    yield translate("To be signed by"), handover.sign_by.isoformat()


def _signatures(handover: Handover, translate: Translate) -> Iterator[tuple[str, str]]:
    waits = translate("not signed yet")
    for label, at, by in (
        ("Hands over", handover.giver_signed_at, handover.giver_signed_by),
        ("Takes over", handover.receiver_signed_at, handover.receiver),
    ):
        signed = f"{by} {at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at is not None else waits
        yield translate(label), signed
    if handover.reservations:
        yield translate("Reservations"), handover.reservations


def _projects(page: HandoverPage, translate: Translate, language: str) -> Iterator[Block]:
    headings = (
        translate("What is open"),
        translate("Item"),
        translate("What it is about"),
        translate("Whose move"),
        translate("Last day"),
    )
    for project in page.projects:
        yield Heading(2, f"{project.code} {project.title}", "")
        rows = tuple(_row(line, page, translate, language) for line in project.lines)
        if rows:
            yield Grid(headings, rows)
        else:
            yield Paragraph(translate("Nothing is open."))


def _row(
    line: OpenWork, page: HandoverPage, translate: Translate, language: str
) -> tuple[str, ...]:
    enterprise = line.kind in (OpenKind.ITEM, OpenKind.DEFICIENCY) and not line.waits_for
    known = page.names.get(line.waits_for)
    waits = known.in_language(language) if known else line.waits_for
    name = line.name.in_language(language)
    detail = _detail(line, translate)
    return (
        word(line.kind, translate),
        line.item,
        f"{name} ({detail})" if detail else name,
        translate("the enterprise") if enterprise else waits,
        line.due_on.isoformat() if line.due_on else "",
    )


def _detail(line: OpenWork, translate: Translate) -> str:
    if line.kind is OpenKind.ITEM:
        return word(ItemState(line.detail), translate)
    if line.kind in (OpenKind.CLOCK, OpenKind.PROMISE):
        return clock_word(line.detail, translate)
    return ""


def cause_word(cause: HandoverCause, translate: Translate) -> str:
    """Why somebody else acts, in words."""
    return word(cause, translate)
