"""Commands that are made from the declarations of acts on the organisation."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Union, get_args, get_origin

import typer
from pydantic import BaseModel, ValidationError

from cli.command_help import command_help
from cli.connection import ledger
from config.settings import get_settings
from config.texts import translator
from models.errors import InvalidInput
from models.people.security import CONSOLE
from services.organisation.declaration import By, OrganisationAct
from services.organisation.registry import execute, organisation_acts
from services.timing import now

#: Field → its option, where that is a shorter word.
OPTIONS: Final[Mapping[str, str]] = {
    "name_zh": "--name",
    "region_code": "--region",
    "from_on": "--from",
    "to_on": "--to",
    "from_at": "--from",
    "to_at": "--to",
    "document_no": "--document",
}
_KINDS: Final = (bool, int)


def add_acts(app: typer.Typer, group: str) -> None:
    """Add the commands of a group: an option for each field, what is typed read by the act's own command."""
    for act in organisation_acts().values():
        if act.called[0] == group:
            app.command(act.called[1])(_command(act))


def _command(act: OrganisationAct) -> Callable[..., None]:
    def call(**typed: Any) -> None:
        command = _read(act, typed)
        with ledger() as database:
            done = execute(database, command, By(CONSOLE, now()))
        values = {**command.model_dump(mode="json"), "number": done.number}
        if "number" in type(command).model_fields:
            values["number"] = command.number  # type: ignore[attr-defined]
        print(translator(get_settings().language)(act.done).format(**values))

    parameters = list(_parameters(act))
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {each.name: each.annotation for each in parameters}
    call.__name__ = act.name
    return command_help(act.help)(call)


def _read(act: OrganisationAct, typed: Mapping[str, Any]) -> BaseModel:
    values = {name: value for name, value in typed.items() if value not in (None, [])}
    try:
        return act.command.model_validate(values)
    except ValidationError as error:
        raise not_valid(error) from error


def not_valid(error: ValidationError) -> InvalidInput:
    """The first fault of what was given, as one sentence."""
    fault = error.errors()[0]
    field = str(fault["loc"][0]) if fault["loc"] else "unit"
    return InvalidInput(field=field, value=fault["input"], remedy=f"{fault['msg']}.")


def _parameters(act: OrganisationAct) -> Iterator[inspect.Parameter]:
    fields = {name: field for name, field in act.command.model_fields.items() if name != "act"}
    for name in act.arguments:
        yield _parameter(name, fields[name], typer.Argument(help=fields[name].description))
    for name, field in fields.items():
        if name not in act.arguments:
            option = OPTIONS.get(name, f"--{name.replace('_', '-')}")
            yield _parameter(name, field, typer.Option(option, help=field.description))


def _parameter(name: str, field: Any, how: Any) -> inspect.Parameter:
    kind = _kind(field.annotation)
    default: Any = inspect.Parameter.empty
    if not field.is_required():
        kind, default = (kind, False) if kind is bool else (kind | None, None)
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, how],
    )


def _kind(annotation: Any) -> Any:
    """What a value is typed as: words of an enumeration, a number, yes, several texts, else a text."""
    if get_origin(annotation) is Annotated:
        return _kind(get_args(annotation)[0])
    if get_origin(annotation) is tuple:
        return list[str]
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, StrEnum) or annotation in _KINDS else str
    options = [kind for kind in get_args(annotation) if kind is not type(None)]
    return _kind(options[0]) if get_origin(annotation) is Union or options else str
