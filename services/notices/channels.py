"""One channel of one receiver, by its Apprise URL: mail, WeCom, DingTalk, Feishu, a webhook.

A channel's URL holds secrets. It goes to Apprise and nowhere else: receipts name a channel by its
kind and place, and reasons of failure are cleared of every part of the URL. It goes over https, or mail
over TLS, to hosts that are allowed (:mod:`services.notices.guard`); the installation's own mail server
is where the installation says.

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
from apprise.plugins.email.common import SecureMailMode

from config.notice_templates import Letter
from config.settings import get_settings
from models.errors import KaigongError
from services.notices.guard import Guard, NotAllowed, guarded
from services.notices.mail import Mail

_ADDRESS = re.compile(r"mailto:(?!//)(?P<address>[^?]+)$", re.IGNORECASE)
_KIND = re.compile(r"([a-z][a-z0-9+.-]{0,19}):", re.IGNORECASE)
_REASON_LENGTH = 200
# Apprise writes addresses it does not understand into its log. What counts is in the receipt.
logging.getLogger("apprise").propagate = False


class ChannelNotUnderstood(KaigongError):
    template = "channels: this channel is not an address that notices can be sent to; write it as an Apprise URL, or mailto:name@example.org."
    field = "channels"


class NoMailServer(KaigongError):
    template = "mail_url: this installation has no mail server; set KAIGONG_MAIL_URL."
    field = "mail_url"


class ChannelNotSecure(KaigongError):
    template = "channels: {kind} sends without encryption, or without looking at the certificate; use https or mail over TLS (jsons, mailtos). Inside a network of KAIGONG_NOTICE_NETWORKS it may."
    field = "channels"


def channel_kind(url: str) -> str:
    """The kind of a channel, without its secrets: ``mailto``, ``json``, ``wecombot``."""
    match = _KIND.match(url)
    return match[1].lower() if match else "channel"


class Channel:
    """A channel to which letters are sent in sequence. Belongs to one thread."""

    def __init__(self, url: str) -> None:
        """Raises ``ChannelNotUnderstood``, ``NoMailServer``, ``ChannelNotSecure`` or ``HostNotAllowed``."""
        self._url = url
        self._service = _service(url)
        self._own = _ADDRESS.match(url) is not None
        self._service.redirects = False
        if not self._own:
            _check(self._service, url)
        seconds = get_settings().notice_timeout_seconds
        self._service.socket_connect_timeout = min(seconds, 30.0)
        self._service.socket_read_timeout = seconds
        self._apprise = Apprise(asset=_asset())
        self._apprise.add(self._service)

    def send(self, letter: Letter, key: str) -> str | None:
        """Send a letter; ``None`` if the receiver accepted it, else a short reason.

        ``key`` identifies the letter at every attempt: mail carries it as Message-ID,
        webhooks as ``Idempotency-Key``, so that a receiver can drop what it has already.
        """
        self._mark(key)
        with _warnings() as messages, self._guarded() as guard:
            sent = self._apprise.notify(
                title=letter.title, body=letter.body, body_format=NotifyFormat.TEXT
            )
        if sent:
            return None
        if guard is not None and guard.refused:
            return self._without_secrets(str(guard.refused[-1]))
        return self._without_secrets(messages[-1] if messages else "The channel did not take it.")

    @contextmanager
    def _guarded(self) -> Iterator[Guard | None]:
        """Whoever runs the installation says where its own mail server is: that is not looked at."""
        if self._own:
            yield None
            return
        with guarded(_guard(secure=_is_secure(self._service, self._url))) as guard:
            yield guard

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


def _check(service: NotifyBase, url: str) -> None:
    """Refuse at once what the guard would refuse at every letter."""
    guard = _guard(secure=True)
    if not _is_secure(service, url) and not guard.networks:
        raise ChannelNotSecure(kind=channel_kind(url))
    # Of other services the host is fixed, and what stands in its place is a secret.
    templates: tuple[str, ...] = type(service).templates
    if any("{host}" in template for template in templates):
        host = service.smtp_host if isinstance(service, Mail) else service.host
        try:
            guard.check_host(str(host))
        except NotAllowed:
            raise guard.refused[0] from None


def _is_secure(service: NotifyBase, url: str) -> bool:
    """Whether it goes over TLS, with the certificate looked at."""
    plain: Any = type(service).protocol or ()
    kinds: tuple[str, ...] = (plain,) if isinstance(plain, str) else tuple(plain)
    if isinstance(service, Mail):
        return service.secure_mode != SecureMailMode.INSECURE and service.verify_certificate
    return channel_kind(url) not in kinds and bool(service.verify_certificate)


def _guard(*, secure: bool) -> Guard:
    settings = get_settings()
    hosts = frozenset(host.rstrip(".").lower() for host in settings.notice_hosts)
    return Guard(hosts, settings.notice_networks, secure)


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
    mail.own_name = _mail_domain()
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
        http_redirects=False,
    )


def _mail_domain() -> str:
    host = get_settings().public_url.split("://")[-1].split("/")[0].rsplit(":", 1)[0]
    return host.strip("[]") or "localhost"


class _WarningHandler(logging.Handler):
    """Collects one thread's Apprise warnings; Apprise itself returns only True or False."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.thread = threading.get_ident()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.messages.append(record.getMessage())


@contextmanager
def _warnings() -> Iterator[list[str]]:
    logger = logging.getLogger("apprise")
    messages = _WarningHandler()
    logger.addHandler(messages)
    try:
        yield messages.messages
    finally:
        logger.removeHandler(messages)
