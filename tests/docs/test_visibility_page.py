from services.people.visibility_reference import PAGE, visibility_page
from services.people.visibility_table import TABLE, Kind


def test_the_page_is_written_from_the_table():
    assert PAGE.read_text(encoding="utf-8") == visibility_page()


def test_every_role_has_every_kind():
    assert all(set(row) == set(Kind) for row in TABLE.values())
