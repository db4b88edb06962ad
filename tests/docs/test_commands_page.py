from cli.main import COMMANDS
from cli.reference import PAGE, commands_page
from tests.support.places import ROOT

README = ROOT / "README.md"


def test_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == commands_page(), "run 'make docs'"


def test_every_command_and_option_says_what_it_is_for():
    page = commands_page()
    assert ": \n" not in page + "\n"
    for name in COMMANDS:
        assert f"`kaigong {name}" in page


def test_the_readme_leads_there():
    assert "docs/commands.md" in README.read_text(encoding="utf-8")
