"""``kaigong post``: what people are over units."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer
from pydantic import ValidationError

from cli.command_help import command_help
from cli.connection import ledger
from cli.people.unit import AsJson, done, not_valid
from models.people.organisation import NewPost, Post

app = typer.Typer(no_args_is_help=True)


@app.callback()
@command_help("Posts of people over units: stewards of places, commissioners of parks, liaisons.")
def post() -> None:
    """The commands below ``post``."""


@app.command("list")
@command_help("Every post, or those of one person; those that are over too.")
def list_posts(
    login: Annotated[str | None, typer.Argument(help="Whose.")] = None, *, as_json: AsJson = False
) -> None:
    from services.people.posts import posts

    with ledger() as database:
        held = posts(database, login)
    if as_json:
        rows = [dataclasses.asdict(each) for each in held]
        print(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for each in held:
        until = f" – {each.to_on}" if each.to_on else ""
        print(
            f"{each.id:>6} {each.login:<24} {each.post:<28} {each.unit or '*'}  {each.from_on}{until}"
        )


@app.command()
@command_help(
    """Give somebody a post over a unit and all that is below it, from a day on.

    Whoever has no post is a steward everywhere as long as their account is one; the first post narrows it.
    """
)
def grant(
    login: Annotated[str, typer.Argument(help="Who gets it.")],
    post: Annotated[Post, typer.Argument(help="The post.")],
    *,
    from_on: Annotated[str, typer.Option("--from", metavar="DATE", help="First day.")],
    to_on: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="First day without it.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="Over which unit; without one over all.")] = None,
    capacity: Annotated[int, typer.Option(help="Tenths of a full post, 1 to 15.")] = 10,
    document: Annotated[str | None, typer.Option(help="Number of the appointment.")] = None,
) -> None:
    from services.people.posts import grant_post

    values = {"login": login, "post": post, "unit": unit, "capacity": capacity}
    dates = {"from_on": from_on, "to_on": to_on, "document_no": document}
    try:
        wanted = NewPost.model_validate({**values, **dates})
    except ValidationError as error:
        raise not_valid(error) from error
    with ledger() as database:
        number = grant_post(database, wanted)
    done("{login} has the post, number {number}.", login=login, number=number)


@app.command()
@command_help("End a post on a day. Refused while the person has running projects by it.")
def end(
    number: Annotated[int, typer.Argument(help="Number of the post.")],
    *,
    on: Annotated[str, typer.Option(metavar="DATE", help="First day without it.")],
) -> None:
    from cli.people.days import day
    from services.people.posts import end_post

    with ledger() as database:
        end_post(database, number, day("on", on))
    done("Post {number} ends on {on}.", number=number, on=on)
