"""The help of commands, as values: Python run with ``-OO`` drops docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TypeVar

Command = TypeVar("Command", bound=Callable[..., object])


def command_help(text: str) -> Callable[[Command], Command]:
    """Give a command the English text of its help; its first sentence stands in lists of commands."""

    def put(command: Command) -> Command:
        command.__doc__ = inspect.cleandoc(text)
        return command

    return put
