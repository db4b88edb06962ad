"""``kaigong matter``: file, read and act on matters, as somebody who has an account."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from cli.command_help import command_help
from cli.connection import ledger
from config.settings import get_settings
from config.texts import translator
from models.errors import InvalidInput, NotFound
from models.matters.commands import ActOnMatter, FileMatter
from models.people.actor import Actor
from services import timing
from services.cases.views.values.plain import as_json as document
from services.matters import acts, filing, views
from services.matters.receipts import MatterReceipt
from services.people.accounts import find
from services.unit_of_work import Database

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
By = Annotated[str, typer.Option("--by", metavar="LOGIN", help="Sign-in name of whoever acts.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Number of the matter.")]
Values = Annotated[
    str, typer.Option("--form", metavar="JSON", help="Fields of the form, as a JSON object.")
]
Key = Annotated[
    str | None, typer.Option("--key", metavar="KEY", help="The same key twice is one act.")
]


@app.callback()
@command_help("Matters of every kind: what an act is, its kind says.")
def matter() -> None:
    """The commands below ``matter``."""


@app.command("file")
@command_help(
    "File a matter from a JSON object, as POST /api/v1/matters takes it; prints its number."
)
def file_command(
    content: Annotated[str, typer.Argument(metavar="JSON", help="kind, title, class, form …")],
    *,
    by: By,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    command = FileMatter.model_validate(_object("content", content))
    with ledger() as database:
        actor = _actor(database, by)
        receipt = filing.file(database, command, actor, timing.now(), key=key)
    _show_receipt(receipt, as_json=as_json)


@app.command("act")
@command_help("Do an act on a matter; 'kaigong matter show' lists those that are possible.")
def act_command(
    number: Number,
    act: Annotated[str, typer.Argument(metavar="ACT", help="Key of the act.")],
    *,
    by: By,
    form: Values = "{}",
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    command = ActOnMatter(act=act, form=_object("form", form))
    with ledger() as database:
        actor = _actor(database, by)
        receipt = acts.act(database, number, command, actor, timing.now(), key=key)
    _show_receipt(receipt, as_json=as_json)


@app.command("show")
@command_help("One matter as somebody reads it: where it stands, its clocks, what they may do.")
def show_command(number: Number, *, by: By, as_json: AsJson = False) -> None:
    language = get_settings().language
    with ledger() as database:
        page = views.matter_page(database, number, _actor(database, by), timing.now())
    if as_json:
        print(json.dumps(document(page), ensure_ascii=False))
        return
    print(f"{page.number}  {page.title}")
    print(f"{page.kind_name.in_language(language)} · {page.state_name.in_language(language)}")
    for clock in page.clocks:
        print(f"  {clock.name.in_language(language)}  {clock.state.value}  {clock.due_on or '–'}")
    for entry in page.entries:
        print(f"  {entry.on}  {entry.name.in_language(language)}  {entry.by or '–'}")
    for offer in page.offers:
        reasons = " / ".join(reason.in_language(language) for reason in offer.reasons)
        print(f"  → {offer.act}  {offer.name.in_language(language)}  {reasons}")


@app.command("list")
@command_help("The matters that somebody sees, what falls due first on top.")
def list_command(
    *,
    by: By,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Only of this kind.")] = None,
    as_json: AsJson = False,
) -> None:
    language = get_settings().language
    with ledger() as database:
        rows = views.ledger(database, _actor(database, by), timing.now(), kind=kind)
    if as_json:
        print(json.dumps([document(row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        state = row.state_name.in_language(language)
        print(f"{row.number}  {row.due_on or '–'}  {row.light.value:<6}  {state}  {row.title}")


def _actor(database: Database, login: str) -> Actor:
    """Whoever has an account of this name, and is active."""
    account = find(database, login)
    if account is None:
        remedy = "Look it up in 'kaigong account list'."
        raise NotFound(field="login", value=login, remedy=remedy)
    return account.actor


def _object(field: str, text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError as fault:
        raise InvalidInput(field=field, value=text[:80], remedy="Give a JSON object.") from fault
    if not isinstance(read, dict):
        raise InvalidInput(field=field, value=text[:80], remedy="Give a JSON object.")
    return read


def _show_receipt(receipt: MatterReceipt, *, as_json: bool) -> None:
    if as_json:
        answer = {
            "number": receipt.number,
            "version": receipt.version,
            "state": receipt.state,
            "repeated": receipt.repeated,
        }
        print(json.dumps(answer, ensure_ascii=False))
        return
    _ = translator(get_settings().language)
    print(_("{number}: {state}").format(number=receipt.number, state=receipt.state))
