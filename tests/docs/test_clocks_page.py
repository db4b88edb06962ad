from services.cases.clock_reference import PAGE, clocks_page


def test_the_page_of_clocks_is_what_the_table_says():
    assert PAGE.read_text(encoding="utf-8") == clocks_page(), "run 'make docs'"
