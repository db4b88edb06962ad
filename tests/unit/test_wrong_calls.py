"""What is wrong with a call is said in the language of the settings, with the command that explains it."""

import re

import pytest

from cli.main import run
from config.settings import get_settings

CALLS = [
    ("nonsense", "kaigong", "No such command 'nonsense'.", "没有命令“nonsense”。"),
    (
        "dmo",
        "kaigong",
        "No such command 'dmo'; did you mean 'demo'?",
        "没有命令“dmo”，是否应为 'demo'？",
    ),
    ("scenario vlidate", "kaigong scenario", "did you mean 'validate'?", "是否应为 'validate'？"),
    ("doctor --nonsense", "kaigong doctor", "No such option: --nonsense.", "没有选项 --nonsense。"),
    ("demo -x", "kaigong demo", "No such option: -x.", "没有选项 -x。"),
    ("demo --project 3", "kaigong demo", "did you mean --projects?", "是否应为 --projects？"),
    (
        "demo one two",
        "kaigong demo",
        "Nothing is known to do with: one two.",
        "多余的参数：one two。",
    ),
    ("demo --projects", "kaigong demo", "--projects needs a value", "选项 --projects 之后须给出值"),
    ("demo --json=1", "kaigong demo", "--json takes no value", "选项 --json 不带值"),
    ("scenario validate --json=1", "kaigong scenario validate", "--json takes", "--json 不带值"),
    ("scenario validate", "kaigong scenario validate", "argument FILE is missing", "缺少参数 FILE"),
    ("account add me", "kaigong account add", "option --name is missing", "缺少选项 --name"),
    (
        "demo --projects 0",
        "kaigong demo",
        "--projects: 0 is too small; give at least 1",
        "不得小于 1",
    ),
    (
        "demo --projects 9999",
        "kaigong demo",
        "9999 is too large; give at most 1000",
        "不得大于 1000",
    ),
    (
        "demo --projects two",
        "kaigong demo",
        "--projects: two is not a whole number",
        "two 不是整数",
    ),
    ("demo --projects 1.5", "kaigong demo", "1.5 is not a whole number", "1.5 不是整数"),
    ("demo --seed " + "9" * 5000, "kaigong demo", "is not a whole number", "不是整数"),
    (
        "account add me --name M --role king",
        "kaigong account add",
        "king is not possible",
        "不能取值 king",
    ),
]


@pytest.fixture
def said(monkeypatch, capsys):
    def call(arguments, language):
        monkeypatch.setenv("KAIGONG_LANGUAGE", language)
        get_settings.cache_clear()
        code = run(arguments)
        get_settings.cache_clear()
        printed = capsys.readouterr()
        assert (code, printed.out) == (2, "")
        assert printed.err.count("\n") == 1
        return printed.err.strip()

    return call


@pytest.mark.parametrize(("call", "command", "english", "chinese"), CALLS)
def test_a_wrong_call_is_told_in_both_languages(said, call, command, english, chinese):
    sentence = said(call.split(), "en")
    assert english in sentence
    assert sentence.endswith(f" See '{command} --help'.")
    sentence = said(call.split(), "zh-CN")
    assert chinese in sentence
    assert sentence.endswith(f"。用法见“{command} --help”。") or "？用法见" in sentence


@pytest.mark.parametrize("call", [call for call, *_ in CALLS if "king" not in call])
def test_no_english_is_left_in_chinese(said, call):
    sentence = said(call.split(), "zh-CN")
    given = {
        *re.findall(r"[a-z]+", call),
        *("kaigong", "help", "demo", "validate", "projects", "name"),
    }
    assert set(re.findall(r"[a-z]{2,}", sentence)) <= given


def test_what_a_terminal_would_act_on_is_not_repeated(said):
    sentence = said(["demo", "--projects", "\x1b[31m\udcff" + "x" * 10_000], "en")
    assert "\x1b" not in sentence
    assert sentence.isprintable()
    assert len(sentence) < 400
