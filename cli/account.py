"""``kaigong account``: the first administrator, and whoever else needs an account."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer
from pydantic import SecretStr, ValidationError

from config.settings import get_settings
from config.texts import translator
from deployments.local.database import database
from models.actor import Role
from models.errors import InvalidInput

app = typer.Typer(no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="What the person signs in with.")]
Name = Annotated[str, typer.Option(help="The person's name.")]
AccountRole = Annotated[Role, typer.Option(help="What the person may do.")]
Department = Annotated[str | None, typer.Option(help="Key of an officer's department.")]
Enterprise = Annotated[str | None, typer.Option(help="Credit code of an applicant's enterprise.")]
EnterpriseName = Annotated[str | None, typer.Option(help="Name of a new enterprise.")]

Channels = Annotated[
    list[str] | None,
    typer.Argument(help="Apprise URLs, or mailto:name@example.org; none: the portal alone."),
]


@app.callback()
def accounts() -> None:
    """Accounts of people; the portal manages them too, once an administrator can sign in."""


@app.command()
def add(
    login: Login,
    *,
    name: Name,
    role: AccountRole,
    department: Department = None,
    enterprise: Enterprise = None,
    enterprise_name: EnterpriseName = None,
) -> None:
    """Give someone an account. The password is asked for, or read from standard input.

    The first one: kaigong account add admin --name 管理员 --role administrator
    """
    from services.accounts import NewAccount, create_account
    from services.unit_of_work import configured_database

    _ = translator(get_settings().language)
    fields = {
        "login": login,
        "name": name,
        "role": role,
        "department": department,
        "enterprise": enterprise,
        "enterprise_name": enterprise_name,
        "language": get_settings().language,
    }
    try:
        request = NewAccount(password=SecretStr(_password()), **fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        raise InvalidInput(field=field, value=str(first["input"]), remedy=first["msg"]) from error
    with database():
        account = create_account(configured_database(), request)
    print(_("{login} can sign in.").format(login=account.login))


@app.command()
def channels(login: Login, urls: Channels = None) -> None:
    """Choose where someone gets notices beside the portal: mail, WeCom, DingTalk, a webhook.

    Each address is checked before any is kept; what was chosen before is replaced.
    """
    from services.messages.own_channels import choose_channels
    from services.unit_of_work import configured_database

    _ = translator(get_settings().language)
    chosen = urls or []
    with database():
        choose_channels(configured_database(), login, chosen)
    print(_("{login} gets notices on {count} channels.").format(login=login, count=len(chosen)))


def _password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass(translator(get_settings().language)("Password: "))
    return sys.stdin.readline().rstrip("\n")
