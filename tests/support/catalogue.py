"""The one order and form of the catalogues of texts; ``make texts`` puts them into it.

A catalogue lists the sentences first, then the words by their contexts, each group by its English
text: whoever adds some meets nobody else's lines. Each text stands on one line.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import escape, read_po

from config.texts import LOCALES

HEADER = """\
# Translations of what people see, in one order: sentences, then words by their context (msgctxt).
# After a change: make texts.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def canonical(path: Path) -> str:
    """The text of a catalogue as it has to be."""
    with path.open("rb") as file:
        messages = [message for message in read_po(file, abort_invalid=True) if message.id]
    entries = "".join(f"\n{_entry(message)}" for message in sorted(messages, key=_place))
    return HEADER.format(language=path.stem) + entries


def _place(message: Message) -> tuple[str, str, str]:
    text = str(message.id)
    return message.context or "", text.casefold(), text


def _entry(message: Message) -> str:
    text = " ".join(str(message.id).split())
    comments = "".join(f"# {comment}\n" for comment in message.user_comments)
    form = "#, python-brace-format\n" if "{" in text else ""
    context = f"msgctxt {escape(message.context)}\n" if message.context else ""
    return f"{comments}{form}{context}msgid {escape(text)}\nmsgstr {escape(str(message.string))}\n"


if __name__ == "__main__":
    for catalogue in LOCALES.glob("*.po"):
        catalogue.write_text(canonical(catalogue), encoding="utf-8")
