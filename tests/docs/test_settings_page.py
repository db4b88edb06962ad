from config.reference import SETTINGS_PAGE, settings_page
from config.settings import Settings


def test_page_is_up_to_date():
    assert SETTINGS_PAGE.read_text(encoding="utf-8") == settings_page(), "run 'make docs'"


def test_every_setting_is_described():
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
