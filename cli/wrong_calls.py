"""Errors in a command line, as sentences in the reader's language.

The parser has English sentences of its own only. What it found is read from what its exceptions carry, for
most of their classes are its own affair; two kinds say it in their words alone. Both are tested against
the parser that is installed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError
from typer import BadParameter, TyperException

from models.errors import KaigongError


class WrongCall(KaigongError):
    template = "{message} See '{command} --help'."


class NoCommand(WrongCall):
    template = "A command is missing. See '{command} --help'."


class UnknownCommand(WrongCall):
    template = "No such command '{name}'. See '{command} --help'."


class UnknownCommandLike(WrongCall):
    template = "No such command '{name}'; did you mean {near}? See '{command} --help'."


class UnknownOption(WrongCall):
    template = "No such option: {name}. See '{command} --help'."


class UnknownOptionLike(WrongCall):
    template = "No such option: {name}; did you mean {near}? See '{command} --help'."


class ExtraWords(WrongCall):
    template = "Nothing is known to do with: {words}. See '{command} --help'."


class MissingArgument(WrongCall):
    template = "The argument {name} is missing. See '{command} --help'."


class MissingOption(WrongCall):
    template = "The option {name} is missing. See '{command} --help'."


class ValueMissing(WrongCall):
    template = "The option {name} needs a value behind it. See '{command} --help'."


class ValueNotTaken(WrongCall):
    template = "The option {name} takes no value. See '{command} --help'."


class TooSmall(WrongCall):
    template = "{name}: {value} is too small; give at least {ge}. See '{command} --help'."


class TooLarge(WrongCall):
    template = "{name}: {value} is too large; give at most {le}. See '{command} --help'."


class NoWholeNumber(WrongCall):
    template = "{name}: {value} is not a whole number. See '{command} --help'."


class NotOneOf(WrongCall):
    template = (
        "{name}: {value} is not possible; possible values: {allowed}. See '{command} --help'."
    )


class NoValueHere(WrongCall):
    template = "{name}: {value} cannot be understood here. See '{command} --help'."


_UNKNOWN: Final = re.compile(
    r"No such command ['\"](?P<name>.*?)['\"]\.(?: Did you mean (?P<near>.*)\?)?"
)
_EXTRA: Final = re.compile(r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", re.DOTALL)
#: Signs of a value that are shown.
_SHOWN: Final = 200
#: Kinds of faults of values, as pydantic names them → the sentence.
_VALUES: Final[Mapping[str, type[WrongCall]]] = {
    "greater_than_equal": TooSmall,
    "less_than_equal": TooLarge,
    "int_parsing": NoWholeNumber,
    "int_parsing_size": NoWholeNumber,
    "int_type": NoWholeNumber,
    "int_from_float": NoWholeNumber,
}


def wrong_call(error: TyperException, root: Any, arguments: Sequence[str]) -> WrongCall | None:
    """The sentence for a parser error; ``None`` if help was shown instead.

    ``root`` is the command that was given the ``arguments``.
    """
    message = error.format_message().strip()
    if not message:
        return None
    context = getattr(error, "ctx", None)
    command = _command(root, arguments) if context is None else context.command_path
    kind, params = _found(error, message)
    shown: dict[str, Any] = {key: _readable(value) for key, value in params.items()}
    return kind(command=command, **shown)


_Found = tuple[type[WrongCall], dict[str, object]]


def _found(error: TyperException, message: str) -> _Found:
    if isinstance(error, BadParameter) and error.param is not None:
        return _value(error, error.param.get_error_hint().replace("'", ""), error.param)
    name = getattr(error, "option_name", None)
    if name is None:
        return _words(message)
    if not hasattr(error, "possibilities"):
        return (ValueNotTaken if "not take" in message else ValueMissing), {"name": name}
    if near := error.possibilities:
        return UnknownOptionLike, {"name": name, "near": ", ".join(sorted(near))}
    return UnknownOption, {"name": name}


def _words(message: str) -> _Found:
    """Error and values of a parser message that has no attributes."""
    if match := _UNKNOWN.fullmatch(message):
        name = {"name": match["name"]}
        near = match["near"]
        return (UnknownCommandLike, {**name, "near": near}) if near else (UnknownCommand, name)
    if match := _EXTRA.fullmatch(message):
        return ExtraWords, {"words": match["words"]}
    if message == "Missing command.":
        return NoCommand, {}
    return WrongCall, {"message": message.rstrip(".") + "."}


def _value(error: BadParameter, name: str, parameter: Any) -> _Found:
    """Error and values for an invalid or missing value of an option or argument."""
    if hasattr(error, "param_type"):  # only what says that a parameter is missing has it
        is_option = parameter.param_type_name == "option"
        return (MissingOption if is_option else MissingArgument), {"name": name}
    if not isinstance(error.__cause__, ValidationError):
        return _words(error.format_message())
    fault = error.__cause__.errors(include_url=False)[0]
    params = {"name": name, "value": fault["input"], **fault.get("ctx", {})}
    choices = parameter.type_descriptor.choices
    if choices:
        allowed = " / ".join(str(getattr(choice, "value", choice)) for choice in choices)
        return NotOneOf, {**params, "allowed": allowed}
    return _VALUES.get(fault["type"], NoValueHere), params


def _readable(value: object) -> object:
    """The typed text without control characters."""
    if not isinstance(value, str):
        return value
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in value)
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"


def _command(root: Any, arguments: Sequence[str]) -> str:
    """The called command, where the parser does not name it."""
    path, command = ["kaigong"], root
    for word in arguments:
        command = getattr(command, "commands", {}).get(word)
        if command is None:
            break
        path.append(word)
    return " ".join(path)
