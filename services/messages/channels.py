"""One channel of one receiver, by its Apprise URL: mail, WeCom, DingTalk, Feishu, a webhook.

A channel's URL holds secrets. It goes to Apprise and nowhere else: receipts name a channel by its
kind and place, and reasons of failure are cleared of every part of the URL.

``mailto:someone@example.org``, without slashes, is mail through the installation's own server
(``KAIGONG_MAIL_URL``).
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat

from config.notice_templates import Letter
from config.settings import get_settings
from models.errors import KaigongError
from services.messages.mail import Mail

_ADDRESS = re.compile(r"mailto:(?!//)(?P<address>[^?]+)$", re.IGNORECASE)
_KIND = re.compile(r"([a-z][a-z0-9+.-]{0,19}):", re.IGNORECASE)
_REASON_LENGTH = 200
# Apprise writes addresses it does not understand into its log. What counts is in the receipt.
logging.getLogger("apprise").propagate = False


class ChannelNotUnderstood(KaigongError):
    """channels: this channel is not an address that notices can be sent to; write it as an Apprise URL, or mailto:name@example.org."""

    field = "channels"


class NoMailServer(KaigongError):
    """mail_url: this installation has no mail server; set KAIGONG_MAIL_URL."""

    field = "mail_url"


def channel_kind(url: str) -> str:
    """What a channel is, without its secrets: ``mailto``, ``json``, ``wecombot``."""
    found = _KIND.match(url)
    return found[1].lower() if found else "channel"


class Channel:
    """A channel that letters can be sent to, one after the other. Belongs to one thread."""

    def __init__(self, url: str) -> None:
        """Raises ``ChannelNotUnderstood`` or ``NoMailServer``."""
        self._url = url
        self._service = _service(url)
        seconds = get_settings().notice_timeout_seconds
        self._service.socket_connect_timeout = min(seconds, 30.0)
        self._service.socket_read_timeout = seconds
        self._apprise = Apprise(asset=_asset())
        self._apprise.add(self._service)

    def send(self, letter: Letter, key: str) -> str | None:
        """Send a letter; ``None`` when the receiver took it, else a short reason.

        ``key`` is the letter's own, the same at every attempt: mail carries it as Message-ID,
        webhooks as ``Idempotency-Key``, so that a receiver can drop what it has already.
        """
        self._mark(key)
        with _warnings() as heard:
            sent = self._apprise.notify(
                title=letter.title, body=letter.body, body_format=NotifyFormat.TEXT
            )
        if sent:
            return None
        return self._without_secrets(heard[-1] if heard else "The channel did not take it.")

    def _mark(self, key: str) -> None:
        service: Any = self._service
        if isinstance(service, Mail):
            service.message_id = f"<{key}@{_mail_domain()}>"
        elif "headers" in type(service).template_kwargs:
            service.headers["Idempotency-Key"] = key

    def _without_secrets(self, reason: str) -> str:
        rest = unquote(self._url.partition(":")[2])
        for part in sorted(re.split(r"[/:@?&=#,]+", rest), key=len, reverse=True):
            if len(part) > 3:  # noqa: PLR2004 - shorter ones are words
                reason = reason.replace(part, "…")
        return " ".join(reason.split())[:_REASON_LENGTH]


def _service(url: str) -> NotifyBase:
    address = _ADDRESS.match(url)
    if address:
        server = get_settings().mail_url
        if server is None:
            raise NoMailServer
        return _mail(server.get_secret_value(), address["address"])
    if channel_kind(url) in ("mailto", "mailtos"):
        return _mail(url, None)
    service = Apprise.instantiate(url, asset=_asset())
    if service is None:
        raise ChannelNotUnderstood
    return service


def _mail(url: str, address: str | None) -> Mail:
    parsed = Mail.parse_url(url)  # type: ignore[no-untyped-call]
    if not parsed:
        raise ChannelNotUnderstood
    if address is not None:
        parsed["targets"] = [address]
    if not parsed.get("format"):
        parsed["format"] = NotifyFormat.TEXT.value
    try:
        mail = Mail(**parsed, asset=_asset())  # type: ignore[no-untyped-call]
    except TypeError as error:
        raise ChannelNotUnderstood from error
    if not mail.targets:
        raise ChannelNotUnderstood
    return mail


def _asset() -> AppriseAsset:
    settings = get_settings()
    return AppriseAsset(
        app_id="Kaigong",
        app_desc="开工",
        app_url=settings.public_url,
        async_mode=False,
        pgp_autogen=False,
        pem_autogen=False,
    )


def _mail_domain() -> str:
    host = get_settings().public_url.split("://")[-1].split("/")[0].rsplit(":", 1)[0]
    return host.strip("[]") or "localhost"


class _Heard(logging.Handler):
    """What one thread's Apprise says went wrong; Apprise itself answers with True or False only."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.thread = threading.get_ident()
        self.sentences: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.sentences.append(record.getMessage())


@contextmanager
def _warnings() -> Iterator[list[str]]:
    logger = logging.getLogger("apprise")
    heard = _Heard()
    logger.addHandler(heard)
    try:
        yield heard.sentences
    finally:
        logger.removeHandler(heard)
