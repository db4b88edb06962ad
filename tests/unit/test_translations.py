"""Every refusal has a Chinese sentence, and translations keep the placeholders."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from typer.main import get_command

from cli.main import COMMANDS, application
from config.texts import LANGUAGES, LOCALES, catalogue
from models.errors import KaigongError

PACKAGES = ("models", "rules", "services", "tasks", "flows", "web", "cli", "config", "deployments")
FILES = sorted(LOCALES.rglob("*.po"))


def placeholders(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field}


def errors() -> list[type[KaigongError]]:
    for package in PACKAGES:
        module = import_module(package)
        for found in pkgutil.walk_packages(module.__path__, f"{package}."):
            if ".versions" not in found.name and not found.name.endswith((".env", "__main__")):
                import_module(found.name)
    known, queue = [], [KaigongError]
    while queue:
        known.append(queue.pop())
        queue += known[-1].__subclasses__()
    return [kind for kind in known if kind.__module__.split(".")[0] in PACKAGES]


def test_every_error_is_translated():
    chinese = catalogue("zh-CN")
    missing = sorted(
        f"{kind.__module__}.{kind.__name__}: {kind.template()}"
        for kind in errors()
        if kind.template() not in chinese
    )
    assert missing == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_translations_keep_the_placeholders(path):
    wrong = []
    with path.open("rb") as file:
        for message in read_po(file):
            if message.id and isinstance(message.id, str) and message.string:
                text = " ".join(message.id.split())
                if placeholders(text) != placeholders(str(message.string)):
                    wrong.append(text)
    assert wrong == []


def test_one_sentence_has_one_translation():
    seen: dict[str, str] = {}
    wrong = []
    for path in FILES:
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and isinstance(message.id, str):
                    text = " ".join(message.id.split())
                    if seen.setdefault(text, str(message.string)) != str(message.string):
                        wrong.append(f"{path.name}: {text}")
    assert wrong == []


def test_english_needs_no_catalogue():
    assert set(LANGUAGES) == {"zh-CN", "en"}
    assert catalogue("en") == {}


def test_the_help_of_every_command_is_translated():
    chinese = catalogue("zh-CN")
    missing = sorted(
        f"{path}: {text}"
        for name in COMMANDS
        for path, text in helps(get_command(application([name])), "kaigong")
        if " ".join(text.split()) not in chinese
    )
    assert missing == []


def helps(command, path: str) -> Iterator[tuple[str, str]]:
    """The help of a command, of its options and of the commands below it."""
    for part in (command, *command.params):
        if getattr(part, "help", None):
            yield path, part.help
    for name, below in getattr(command, "commands", {}).items():
        yield from helps(below, f"{path} {name}")
