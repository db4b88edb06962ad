import multiprocessing
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.settings import Settings, default_data_dir


def test_defaults_work_on_one_machine(monkeypatch, tmp_path):
    monkeypatch.delenv("KAIGONG_DATA_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    settings = Settings()
    assert settings.data_dir == tmp_path / "kaigong"
    assert settings.public_url == "http://127.0.0.1:8210"
    assert settings.prefect_url == "http://127.0.0.1:4210/api"
    assert settings.language == "zh-CN"


def test_data_lies_beside_a_checkout_that_has_it(monkeypatch, tmp_path):
    (tmp_path / ".kaigong").mkdir()
    monkeypatch.chdir(tmp_path)
    assert default_data_dir() == tmp_path / ".kaigong"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_any_postgres_url_gets_the_driver(monkeypatch, scheme):
    monkeypatch.setenv("KAIGONG_DATABASE_URL", f"{scheme}://u:p@db/kaigong")
    assert Settings().database_url == "postgresql+psycopg2://u:p@db/kaigong"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("KAIGONG_DATABASE_URL", "mysql://db/kaigong"),
        ("KAIGONG_DATABASE_URL", "db"),
        ("KAIGONG_PORTAL_URL", "htp:/typo"),
        ("KAIGONG_PORTAL_URL", "portal.example"),
        ("KAIGONG_PORT", "70000"),
        ("KAIGONG_PORT", "x"),
        ("KAIGONG_TRUSTED_PROXIES", "*"),
        ("KAIGONG_TRUSTED_PROXIES", "127.0.0.1,proxy"),
        ("KAIGONG_TRUSTED_PROXIES", "10.42.0.1/16"),
        ("KAIGONG_TIMEZONE", "Mars/Base"),
        ("KAIGONG_LANGUAGE", "fr"),
        ("KAIGONG_SECRET_KEY", "short"),
        ("KAIGONG_UPLOAD_LIMIT_MB", "0"),
    ],
)
def test_wrong_values_are_refused(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValidationError):
        Settings()


def test_prefects_own_variables_are_read(monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect:4200/api")
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "admin:pass")
    settings = Settings()
    assert settings.prefect_url == "http://prefect:4200/api"
    assert settings.prefect_auth is not None
    assert "pass" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value", "reachable"),
    [
        ("KAIGONG_PORTAL_URL", "https://kaigong.example", True),
        ("KAIGONG_PORTAL_URL", "http://localhost:8210", False),
        ("KAIGONG_HOST", "0.0.0.0", False),  # noqa: S104 - an address to be told of
        ("KAIGONG_HOST", "127.0.0.1", False),
        ("KAIGONG_HOST", "10.1.2.3", True),
    ],
)
def test_url1_an_address_that_nobody_outside_can_open(monkeypatch, variable, value, reachable):
    monkeypatch.setenv(variable, value)
    assert Settings().reachable_from_outside is reachable


def test_an_empty_variable_means_unset(monkeypatch):
    monkeypatch.setenv("KAIGONG_DATABASE_URL", "")
    assert Settings().database_url is None


def _key(data_dir: Path) -> str:
    return Settings(data_dir=data_dir).signing_key


def test_processes_that_start_at_once_agree_on_one_generated_key(tmp_path):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = set(pool.map(_key, [tmp_path / "new"] * 8))
    assert len(keys) == 1
    assert len(keys.pop()) >= 64
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret_key"]
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_the_embedded_prefect_server_gets_a_password_at_its_first_start(tmp_path):
    settings = Settings(data_dir=tmp_path)
    assert settings.prefect_credentials is None
    made = settings.make_prefect_credentials()
    assert made == settings.make_prefect_credentials() == settings.prefect_credentials
    assert len(made) > 40
    assert (tmp_path / "prefect_password").stat().st_mode & 0o077 == 0
    elsewhere = Settings(data_dir=tmp_path, prefect_api_url="https://prefect.example.org/api")
    assert elsewhere.prefect_credentials is None
    chosen = Settings(data_dir=tmp_path, prefect_auth="me:mine")
    assert chosen.make_prefect_credentials() == chosen.prefect_credentials == "me:mine"
