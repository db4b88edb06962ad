from services.cases.acts_reference import PAGE, acts_page


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == acts_page(), "run 'make docs'"
