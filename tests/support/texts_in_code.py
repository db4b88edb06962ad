"""The texts that the program shows, found in its code, its pages and its data."""

from __future__ import annotations

import ast
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import yaml
from jinja2 import nodes
from pydantic import BaseModel
from typer.main import get_command

from cli.main import COMMANDS, application
from config.texts import (
    ACT,
    ANY_WORD,
    CHOICE,
    FIELD,
    REMARK,
    SCENARIO_FIELD,
    Entry,
    Word,
    entry_of,
)
from models.errors import KaigongError
from models.findings import FindingKind
from models.values import Value
from rules.cases.declarations.form import entries as entries_of
from rules.cases.declarations.form import prompted_fields
from rules.cases.declarations.registry import registry
from services.organisation.registry import organisation_acts
from services.wording.words import all_words
from web.templating import environment

ROOT = Path(__file__).parents[2]
PACKAGES = ("models", "rules", "services", "tasks", "flows", "web", "cli", "config", "deployments")
_CONTEXTS = {"ACT": ACT, "FIELD": FIELD, "CHOICE": CHOICE, "SCENARIO_FIELD": SCENARIO_FIELD}


@cache
def load_everything() -> None:
    """Import every module of the program."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
            if ".versions" not in module.name and not module.name.endswith((".env", "__main__")):
                import_module(module.name)


def below(kind: type) -> Iterator[type]:
    """Every class of the program that is derived from ``kind``."""
    load_everything()
    for derived in kind.__subclasses__():
        if derived.__module__.split(".")[0] in PACKAGES:
            yield derived
        yield from below(derived)


def errors() -> set[type[KaigongError]]:
    """Every class of refusals."""
    return {KaigongError, *below(KaigongError)}


@cache
def _trees() -> tuple[ast.Module, ...]:
    files = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(
        ast.parse(path.read_text(encoding="utf-8"))
        for path in files
        if "versions" not in path.relative_to(ROOT).parts
    )


def _nodes(kind: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for tree in _trees() for node in ast.walk(tree) if isinstance(node, kind))


def _text(node: ast.AST | None) -> str | None:
    """A text that is written as one in the code."""
    constant = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if constant else None


def called() -> Iterator[str]:
    """First arguments of ``_("…")`` and ``translate("…")``."""
    for call in _nodes(ast.Call):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name in {"_", "translate", "_translate"} and call.args and _text(call.args[0]):
            yield call.args[0].value


def remedies() -> Iterator[str]:
    """What to do about a refusal, where the code says it."""
    for keyword in _nodes(ast.keyword):
        if keyword.arg == "remedy" and _text(keyword.value):
            yield keyword.value.value


def in_templates() -> Iterator[str]:
    """``_("…")`` in pages."""
    for tree in _pages():
        for call in tree.find_all(nodes.Call):
            named = isinstance(call.node, nodes.Name) and call.node.name == "_"
            if named and isinstance(call.args[0], nodes.Const):
                yield call.args[0].value


@cache
def _pages() -> tuple[nodes.Template, ...]:
    folders = (ROOT / "web" / "templates", ROOT / "config" / "templates")
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    files = [path for path in files if path.suffix in {".html", ".svg"}]
    return tuple(environment().parse(path.read_text(encoding="utf-8")) for path in files)


def findings() -> Iterator[str]:
    """Sentence and remedy of everything that a check has to say."""
    for kind in _module_values(FindingKind):
        yield from (kind.sentence, kind.remedy)


def _module_values(kind: type) -> Iterator[object]:
    load_everything()
    for package in PACKAGES:
        for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
            if ".versions" not in module.name and not module.name.endswith((".env", "__main__")):
                yield from (
                    value
                    for value in vars(import_module(module.name)).values()
                    if isinstance(value, kind)
                )


def helps() -> Iterator[str]:
    """The help of every command and option."""
    for name in COMMANDS:
        yield from (text for _, text in helps_below(get_command(application([name])), "kaigong"))


def helps_below(command, path: str) -> Iterator[tuple[str, str]]:
    """The help of a command, of its options and of the commands below it, each with its place."""
    for part in (command, *command.params):
        if getattr(part, "help", None):
            yield path, part.help
    for name, subcommand in getattr(command, "commands", {}).items():
        yield from helps_below(subcommand, f"{path} {name}")


def acts() -> Iterator[Word]:
    """Acts as refusals name them."""
    return (Word(act, ACT) for act in (*registry().acts, *organisation_acts()))


def forms() -> Iterator[str]:
    """What stands on the forms that are made from commands."""
    for act in registry().acts.values():
        if act.by_people:
            yield from (text for text in (act.form.hint,) if text)
            for field in prompted_fields(act.command, act.form):
                yield from field.sentences
    for act in organisation_acts().values():
        yield from (act.label, act.help, act.done)
        for field in entries_of(act.command):
            yield from field.sentences


def words() -> Iterator[Word]:
    """Words that are written as such in the code."""
    for call in _nodes(ast.Call):
        if getattr(call.func, "id", "") == "Word" and call.args and _text(call.args[0]):
            context = getattr(call.args[1], "id", "") if len(call.args) > 1 else None
            if context is None or context in _CONTEXTS:
                yield Word(call.args[0].value, _CONTEXTS.get(context, ANY_WORD))


def fields() -> Iterator[Word]:
    """Names of input fields that refusals begin with; options and variables stay as they are typed."""
    for name in _field_names():
        if not name.startswith("-") and not name.isupper():
            yield Word(name, FIELD)


def _field_names() -> Iterator[str]:
    for keyword in _nodes(ast.keyword):
        if keyword.arg == "field" and _text(keyword.value):
            yield keyword.value.value
    for kind in errors():
        if kind.field is not None:
            yield kind.field


def choices() -> Iterator[Word]:
    """What the shipped scenarios give to choose from."""
    for path in sorted((ROOT / "config" / "scenarios").glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for attribute in content.get("attributes", ()):
            yield from (Word(choice, CHOICE) for choice in attribute.get("choices", ()))


def entries(texts: Iterable[str]) -> set[Entry]:
    """What texts are filed under."""
    return {entry_of(text) for text in texts}


@cache
def shown() -> set[Entry]:
    """Everything of which is known that the program shows it."""
    sentences = (called(), remedies(), in_templates(), findings(), helps(), forms())
    words_of_ours = (all_words(), acts(), words(), fields(), choices())
    templates = {kind.template for kind in errors()}
    return entries(templates).union(*map(entries, (*sentences, *words_of_ours)))


def may_be_shown(entry: Entry) -> bool:
    """Whether an entry of a catalogue belongs to something: to a text that stands somewhere."""
    context, text = entry
    if context in {"", ANY_WORD}:
        return text in written()
    if context in {FIELD, SCENARIO_FIELD}:
        return text in written() | _field_names_of_models()
    if context == REMARK:
        return text in _data()
    # Words without the low line that codes have, as notices put them into a sentence.
    return entry in shown() or (context, text.replace(" ", "_")) in shown()


@cache
def written() -> frozenset[str]:
    """Every text that stands in the code or in a page."""
    found = {node.value for node in _nodes(ast.Constant) if isinstance(node.value, str)}
    for page in _pages():
        found |= {node.value for node in page.find_all(nodes.Const) if isinstance(node.value, str)}
    return frozenset(" ".join(text.split()) for text in found.union(helps(), forms()))


@cache
def _field_names_of_models() -> frozenset[str]:
    models = (*below(Value), *below(BaseModel))
    return frozenset(
        name
        for model in models
        for field, declared in model.model_fields.items()
        for name in (field, declared.alias or field)
    )


@cache
def _data() -> str:
    files = sorted((ROOT / "config").rglob("*.yaml"))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)
