"""Files that nobody should have given: told in sentences, quickly, without eating the memory.

All of them go through ``kaigong scenario validate``, one after the other, in one process whose memory is
limited.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest

from config.scenario_files import SCENARIOS
from tests.support.bounded import run_bounded
from tests.support.places import DATA

MEGABYTE = 1024 * 1024
#: Seconds of processor time that one answer may take.
SECONDS = 5
#: Memory that one answer may take beyond everything before it.
MORE = 64 * MEGABYTE
#: Address space of the whole process.
SPACE = 2048 * MEGABYTE

FAULTY = DATA / "scenarios"
SOUND = (SCENARIOS / "industrial-simple.yaml").read_bytes()
LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join(['*' + before] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)

UNREADABLE = {
    "yaml bomb": LAUGHS.encode(),
    "merge bomb": b"a: &a {x: 1}\n" + b"b: {<<: [" + b"*a, " * 10_000 + b"*a]}\n",
    "deep lists": b"[" * 100_000,
    "deep mappings": b"{a: " * 100_000,
    "deep blocks": b"".join(b" " * n + b"a:\n" for n in range(900)),
    "many values": b"key: [" + b"1," * 400_000 + b"1]",
    "one long line": b"key: " + b"x" * 999_000 + b": :",
    "ten megabytes": b"#" * (10 * MEGABYTE),
    "gb18030": SOUND.decode().encode("gb18030"),
    "utf-16": SOUND.decode().encode("utf-16"),
    "utf-16 without its mark": SOUND.decode().encode("utf-16-le"),
    "utf-32": SOUND.decode().encode("utf-32"),
    "latin-1": "name: caf\u00e9".encode("latin-1"),
    "broken utf-8": SOUND[:500] + b"\xff\xfe" + SOUND[500:],
    "half a sign": SOUND + "开".encode()[:2],
    "surrogates": b"key: \xed\xa0\x80\n",
    "zeros": bytes(100_000),
    "one zero": SOUND[:500] + b"\0" + SOUND[500:],
    "a program": Path(sys.executable).resolve().read_bytes()[:MEGABYTE],
    "compressed": gzip.compress(SOUND * 50),
    "control characters": b"key: a\x1b[31mb\n",
    "a tag that would run something": b"!!python/object/apply:os.system ['true']\n",
    "two documents": SOUND + b"\n---\n" + SOUND,
    "a long name of a field": b"k" * 900_000 + b": 1\n",
    "nothing": b"",
}

HEAD = """key: bad
name: {zh: 坏, en: Bad}
promise: {days: 20}
stages: [{key: one, kind: generic, name: {zh: 一, en: One}, lead: admin_approval_bureau}]
attributes: [{key: big, type: boolean, name: {zh: 大, en: Big}, default: true}]
items:
"""


def item(code: str, **more: str) -> str:
    fields = {
        "code": code,
        "identifier": "it",
        "name": "{zh: 事, en: It}",
        "stage": "one",
        "mode": "internal",
        "department": "admin_approval_bureau",
        "promised": "{days: 1}",
        **more,
    }
    return "  - {" + ", ".join(f"{key}: {value}" for key, value in fields.items()) + "}\n"


def items(count: int, **more: str) -> str:
    return HEAD + "".join(item(f"A{place}", **more) for place in range(count))


def when(condition: str) -> str:
    quoted = condition.replace("'", "''")
    return HEAD + item("A1", when=f"'{quoted}'")


#: Readable, and wrong in a way that could take long → a code that is among the findings.
FINDINGS = {
    "keys given twice": ("duplicate_key", "a: 1\n" * 24_000),
    "items that wait for nobody": ("unknown_item", items(1400, after="[Z9]")),
    "items of one code": ("duplicate", HEAD + item("A1") * 1400),
    "fields that are none": ("field_unknown", items(1400, extra="1")),
    "one long circle": (
        "cycle",
        HEAD + "".join(item(f"A{n}", after=f"[A{(n + 1) % 1400}]") for n in range(1400)),
    ),
    "everything after everything": (
        "promise_broken",
        HEAD
        + "".join(
            item(f"A{n}", after="[" + ", ".join(f"A{one}" for one in range(n)) + "]")
            for n in range(260)
        ),
    ),
    "a name of a novel's length": (
        "value_out_of_range",
        items(1, name=f"{{zh: {'坏' * 250_000}, en: X}}"),
    ),
    "a code of a novel's length": ("value_out_of_range", items(1, after=f"[{'B' * 900_000}]")),
    "a number without end": ("value_wrong_type", items(1, promised=f"{{days: {'9' * 900_000}}}")),
    "an enormous number": ("value_out_of_range", items(1, promised="{days: 999999999999999999}")),
    "an enormous width": (
        "document_pattern",
        items(1, document="d")
        + "documents: [{key: d, name: {zh: 文, en: D}, number_pattern: '{seq:0100000000000d}'}]\n",
    ),
    "a macro in a macro": (
        "condition_outside_language",
        when("[1, 2, 3].all(x, [1, 2, 3].all(y, x < y))"),
    ),
    "a pattern that backtracks": (
        "condition_outside_language",
        when('project.big.matches("(a+)+$")'),
    ),
    "brackets": ("condition_syntax", when("(" * 240 + "project.big" + ")" * 240)),
    "negations": ("condition_outside_language", when("!" * 400 + "project.big")),
    "a condition of a novel's length": (
        "value_out_of_range",
        when(" && ".join(["project.big"] * 9000)),
    ),
    "a number beyond every type": ("condition_syntax", when("9" * 400 + " > 1")),
    "a number beyond every measure": ("condition_syntax", when("1e400 > 1.0")),
    "conditions to ponder for ever": (
        "conditions_too_entangled",
        (FAULTY / "conditions_too_entangled.yaml").read_text("utf-8"),
    ),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Name of a file → what was said about it."""
    folder = tmp_path_factory.mktemp("bad")
    contents = UNREADABLE | {name: text.encode() for name, (_, text) in FINDINGS.items()}
    # Written with the mark that some editors put first, which is no fault.
    paths = {"sound": folder / "sound.yaml"}
    paths["sound"].write_bytes(b"\xef\xbb\xbf" + SOUND)
    for number, (name, content) in enumerate(contents.items()):
        paths[name] = folder / f"{number}.yaml"
        paths[name].write_bytes(content)
    paths["eight gigabytes"] = folder / "huge.yaml"
    with paths["eight gigabytes"].open("wb") as file:
        file.truncate(8 * 1024 * MEGABYTE)
    paths["without end"] = Path("/dev/zero")
    paths["a folder"] = folder
    calls = [["scenario", "validate", str(path)] for path in paths.values()]
    answers = run_bounded(calls, seconds=100, space=SPACE)
    return dict(zip(paths, answers, strict=True))


def test_a_sound_file_with_a_byte_order_mark_is_sound(told):
    assert told["sound"].code == 0


@pytest.mark.parametrize("what", [*UNREADABLE, "eight gigabytes", "without end", "a folder"])
def test_what_cannot_be_read_is_refused_in_one_sentence(told, what):
    answer = told[what]
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1
    assert answer.err.rstrip("\n").isprintable()
    assert len(answer.err) < 600
    assert answer.seconds < SECONDS
    assert answer.grown < MORE


@pytest.mark.parametrize("what", FINDINGS)
def test_what_can_be_read_is_told_at_its_place(told, what):
    answer, code = told[what], FINDINGS[what][0]
    assert (answer.code, answer.err) == (1, "")
    assert f"[{code}]" in answer.out
    assert len(answer.out) < 200_000
    assert max(map(len, answer.out.splitlines())) < 3000
    assert answer.seconds < SECONDS
    assert answer.grown < MORE
