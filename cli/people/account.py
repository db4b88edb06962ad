"""``kaigong account``: the first administrator, and whoever else needs an account."""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr, ValidationError

from cli.command_help import command_help
from config.settings import get_settings
from config.texts import translator
from deployments.local.database import database
from models.errors import InvalidInput, KaigongError, NotFound
from models.people.actor import Role
from models.people.security import CONSOLE
from models.people.token_scope import UNLESS_SAID, TokenScope

if TYPE_CHECKING:
    from services.people.invitations import SentLink


class UnknownScope(KaigongError):
    template = "scopes: {value} is nothing that a token may be used for; choose of {known}."
    field = "scopes"


app = typer.Typer(no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="What the person signs in with.")]
Name = Annotated[str, typer.Option(help="The person's name.")]
AccountRole = Annotated[Role, typer.Option(help="What the person may do.")]
Department = Annotated[str | None, typer.Option(help="Key of an officer's department.")]
Enterprise = Annotated[str | None, typer.Option(help="Credit code of an applicant's enterprise.")]
EnterpriseName = Annotated[str | None, typer.Option(help="Name of a new enterprise.")]

Days = Annotated[int, typer.Option(min=1, max=365, help="Days until the token ends.")]
Scopes = Annotated[
    str,
    typer.Option(
        metavar="SCOPE,…",
        help="What the token may be used for, separated by commas: read, act, administer; hard_to_undo beside one of them, for a day.",
    ),
]
#: As long as nothing is chosen: all that the owner of the token may, but for what is hard to undo.
USUAL_SCOPES = ",".join(UNLESS_SAID)
Label = Annotated[str, typer.Option(help="What the token is for, as its owner sees it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
To = Annotated[str | None, typer.Option(help="Who takes over what they answer for.")]
AtOnce = Annotated[
    bool, typer.Option("--at-once", help="Hand it to the officers of each department in turn.")
]

Mail = Annotated[str | None, typer.Option(help="Address to which the link goes.")]
Channels = Annotated[
    list[str] | None, typer.Argument(help="Refused: addresses are read from standard input.")
]


class ChannelOnCommandLine(KaigongError):
    template = "channels: an address holds secrets, and a command line is read by others and kept in the history; give the addresses on standard input, one in a line."
    field = "channels"


@app.callback()
@command_help("Accounts of people; the portal manages them too, once an administrator can sign in.")
def accounts() -> None:
    """The commands below ``account``."""


@app.command()
@command_help(
    """Give someone an account. The password is asked for, or read from standard input.

    The first one: kaigong account add admin --name 管理员 --role administrator
    """
)
def add(
    login: Login,
    *,
    name: Name,
    role: AccountRole,
    department: Department = None,
    enterprise: Enterprise = None,
    enterprise_name: EnterpriseName = None,
) -> None:
    from services.people.accounts import NewAccount, create_account
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
        raise _not_valid(error) from error
    with database():
        account = create_account(configured_database(), request)
    print(_("{login} can sign in.").format(login=account.login))


@app.command()
@command_help(
    """Invite somebody: they set their password by a link that works once.

    The link goes by mail where --mail is given and the installation has a mail server; else it is printed.
    """
)
def invite(
    login: Login,
    *,
    name: Name,
    role: AccountRole,
    department: Department = None,
    enterprise: Enterprise = None,
    enterprise_name: EnterpriseName = None,
    mail: Mail = None,
) -> None:
    from services.cases.handover.departure import Rights, check_rights
    from services.people.invitations import NewPerson, invite
    from services.timing import now
    from services.unit_of_work import configured_database

    fields = {"login": login, "name": name, "role": role, "mail": mail, "department": department}
    fields |= {"enterprise": enterprise, "enterprise_name": enterprise_name}
    try:
        person = NewPerson.model_validate({**fields, "language": get_settings().language})
    except ValidationError as error:
        raise _not_valid(error) from error
    check_rights(Rights(role, department, enterprise))
    with database():
        _tell_link(invite(configured_database(), person, CONSOLE, now()))


@app.command()
@command_help(
    """Send a new link: the password, sessions and tokens of the account are worth nothing at once.

    Who was invited, or whose account is closed, is invited again.
    """
)
def reset(login: Login) -> None:
    from services.people.invitations import send_new_link
    from services.timing import now
    from services.unit_of_work import configured_database

    with database():
        _tell_link(send_new_link(configured_database(), login, CONSOLE, now()))


@app.command()
@command_help(
    """Hand what somebody answers for to a colleague, or to the officers of each department in turn.

    Projects go to the steward with the fewest. The account stays open; dates stay as they are.
    """
)
def hand_over(login: Login, *, to: To = None) -> None:
    from services.cases.handover.departure import hand_over
    from services.timing import now
    from services.unit_of_work import configured_database

    _ = translator(get_settings().language)
    with database():
        moved = hand_over(configured_database(), login, now(), to=to)
    print(_("{count} items of {login} were handed over.").format(login=login, count=len(moved)))


@app.command()
@command_help(
    """Give somebody another role or department. They are signed out, their tokens are worth nothing.

    Refused, with a list, while they answer for anything.
    """
)
def rights(
    login: Login,
    *,
    role: AccountRole,
    department: Department = None,
    enterprise: Enterprise = None,
) -> None:
    from services.cases.handover.departure import Rights, change_rights
    from services.timing import now
    from services.unit_of_work import configured_database
    from services.wording.words import word

    _ = translator(get_settings().language)
    with database():
        asked = Rights(role, department, enterprise)
        change_rights(configured_database(), login, asked, now(), CONSOLE)
    print(_("{login} is {role} from now on.").format(login=login, role=word(role, _)))


@app.command()
@command_help(
    """Close the account of somebody who leaves. Nobody signs in with it any more.

    Refused, with a list, while they answer for an item or for what is owed to one: name who takes
    it over, or let the officers of each department have it in turn. Dates stay as they are.
    """
)
def disable(login: Login, *, to: To = None, at_once: AtOnce = False) -> None:
    from services.cases.handover.departure import disable_account
    from services.timing import now
    from services.unit_of_work import configured_database

    _ = translator(get_settings().language)
    with database():
        moved = disable_account(configured_database(), login, now(), to=to, at_once=at_once)
    print(
        _("{login} is closed; {count} items were handed over.").format(
            login=login, count=len(moved)
        )
    )


@app.command()
@command_help(
    """Choose where someone gets notices beside the portal: mail, WeCom, DingTalk, a webhook.

    The addresses are read from standard input, one in a line: Apprise URLs, or mailto:name@example.org;
    none: the portal alone. Each is checked before any is kept; what was chosen before is replaced.
    """
)
def channels(login: Login, urls: Channels = None) -> None:
    from services.notices.own_channels import choose_channels
    from services.unit_of_work import configured_database

    _ = translator(get_settings().language)
    if urls:
        raise ChannelOnCommandLine
    chosen = _lines()
    with database():
        choose_channels(configured_database(), login, chosen)
    print(_("{login} gets notices on {count} channels.").format(login=login, count=len(chosen)))


@app.command()
@command_help("Make a bearer token for somebody's programs; it is printed this once.")
def token(
    login: Login,
    *,
    days: Days = 90,
    label: Label = "kaigong account token",
    scopes: Scopes = USUAL_SCOPES,
    as_json: AsJson = False,
) -> None:
    from services.people.accounts import find
    from services.people.tokens import issue_token
    from services.timing import now
    from services.unit_of_work import configured_database

    _ = translator(get_settings().language)
    chosen = _scopes(scopes)
    with database():
        if find(configured_database(), login) is None:
            raise NotFound(
                field="login", value=login, remedy="'kaigong account list' shows everyone."
            )
        made = issue_token(configured_database(), login, label, now(), days=days, scopes=chosen)
    if as_json:
        print(json.dumps({"login": login, "token": made, "days": days, "scopes": chosen}))
        return
    print(_("A new token for {login}; it is shown this once.").format(login=login), file=sys.stderr)
    print(made)


@app.command(name="list")
@command_help("Everyone who can sign in.")
def everyone(*, as_json: AsJson = False) -> None:
    from services.people.accounts import everyone
    from services.unit_of_work import configured_database
    from services.wording.words import word

    with database():
        accounts = everyone(configured_database())
    if as_json:
        rows = [asdict(account) | {"role": account.role.value} for account in accounts]
        print(json.dumps(rows, ensure_ascii=False))
        return
    _ = translator(get_settings().language)
    for account in accounts:
        of = account.department or account.enterprise or ""
        print(f"{account.login:<24} {word(account.role, _)} {of} {account.name}")


@app.command()
@command_help(
    """Take somebody's second factor away, with the recovery codes: the phone is lost.

    Where their role needs one they set up another at the next sign-in.
    """
)
def forget_factor(login: Login) -> None:
    from services.installation.sealing import Sealer
    from services.people.accounts import find
    from services.people.second_factor import SecondFactors
    from services.unit_of_work import configured_database

    settings = get_settings()
    _ = translator(settings.language)
    with database():
        if find(configured_database(), login) is None:
            raise NotFound(
                field="login", value=login, remedy="'kaigong account list' shows everyone."
            )
        sealer = Sealer(settings.signing_key)
        factors = SecondFactors(configured_database(), sealer, settings.second_factor)
        factors.forget(login)
    sentence = _("{login} signs in with the password alone until a second factor is set up again.")
    print(sentence.format(login=login))


def _lines() -> list[str]:
    """What stands on standard input, without empty lines; typed, it is not shown."""
    lines = iter(_hidden_line, "") if sys.stdin.isatty() else sys.stdin
    return [line.strip() for line in lines if line.strip()]


def _hidden_line() -> str:
    return getpass.getpass(
        translator(get_settings().language)("Address of a channel (none: done): ")
    )


def _scopes(text: str) -> list[TokenScope]:
    known = {scope.value: scope for scope in TokenScope}
    named = [word.strip() for word in text.split(",")]
    unknown = next((word for word in named if word not in known), None)
    if unknown is not None:
        raise UnknownScope(value=unknown, known=list(known))
    return [known[word] for word in named]


def _not_valid(error: ValidationError) -> InvalidInput:
    first = error.errors()[0]
    field = str(first["loc"][0])
    return InvalidInput(field=field, value=str(first["input"]), remedy=first["msg"])


def _tell_link(sent: SentLink) -> None:
    """Where the link went; it is printed where it could not go by mail."""
    settings = get_settings()
    _ = translator(settings.language)
    if sent.path is None:
        print(_("A link is on its way to {login} by mail.").format(login=sent.login))
        return
    message = _("A link for {login}; it is shown this once, and works once.").format(
        login=sent.login
    )
    print(message, file=sys.stderr)
    print(settings.public_url + sent.path)


def _password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass(translator(get_settings().language)("Password: "))
    return sys.stdin.readline().rstrip("\n")
