"""Where people reach the portal over TLS, neither cookies nor browsers go without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import Response
from fastapi.testclient import TestClient

from config.settings import Settings
from services.unit_of_work import Database
from web.headers import SecurityHeaders
from web.portal import Portal
from web.sessions import keep_language


@pytest.mark.parametrize(
    ("url", "secure"), [("https://k.example", True), ("http://k.example", False)]
)
def test_cookies_and_browsers_stay_with_tls_where_there_is_some(
    url: str, secure: bool, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, portal_url=url)
    portal = Portal(Database("postgresql+psycopg2://nowhere/none"), settings)
    answer = Response()
    keep_language(answer, portal, "en")
    headers = TestClient(SecurityHeaders(answer, secure=portal.secure)).get("/").headers

    assert ("; Secure" in headers["set-cookie"]) is secure
    assert headers["set-cookie"].startswith("__Host-kaigong_") is secure
    assert ("strict-transport-security" in headers) is secure
