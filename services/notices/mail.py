"""Apprise's mail with a stable Message-ID: every attempt of a letter has the same."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from apprise.plugins.email import NotifyEmail
from apprise.plugins.email.common import SecureMailMode

_MESSAGE_ID = re.compile(r"^Message-ID:.*(?:\n[ \t].*)*", re.IGNORECASE | re.MULTILINE)


class Mail(NotifyEmail):  # type: ignore[no-untyped-call]
    """Apprise's mail with a Message-ID of ours; Apprise makes up a new one for each attempt."""

    message_id = ""
    #: How we name ourselves to the server: smtplib would look the machine up, which is no call of ours.
    own_name = "localhost"
    #: Each letter is for one person; the pause that chat robots need would only delay them.
    request_rate_per_sec = 0

    def send(self, body: str, title: str = "", *_: Any, **__: Any) -> bool:
        """Hand one letter to the mail server; called by Apprise."""
        try:
            with self._server() as server:
                for message in self._messages(title, body):
                    text = _MESSAGE_ID.sub(f"Message-ID: {self.message_id}", message.body, count=1)
                    server.sendmail(str(self.from_addr[1]), message.to_addrs, text)
        except (OSError, smtplib.SMTPException) as error:
            self.logger.warning("%s: %s", type(error).__name__, error)
            return False
        return True

    def _messages(self, title: str, body: str) -> Iterator[Any]:
        messages: Iterator[Any] = NotifyEmail.prepare_emails(
            subject=title,
            body=body,
            notify_format=self.notify_format,
            from_addr=self.from_addr,
            to=self.targets,
            cc=self.cc,
            bcc=self.bcc,
            reply_to=self.reply_to,
            smtp_host=self.smtp_host,
            headers={"X-Application": self.app_id, "Auto-Submitted": "auto-generated"}
            | self.headers,
            names=self.names,
            pgp=self.pgp,
            pgp_mode=self.pgp_mode,
            tzinfo=self.tzinfo,
        )
        return messages

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if not self.verify_certificate:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        host, port = str(self.smtp_host), int(self.port or 0)
        timeout = self.socket_connect_timeout
        if self.secure_mode == SecureMailMode.SSL:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, self.own_name, timeout=timeout, context=context
            )
        else:
            server = smtplib.SMTP(host, port, self.own_name, timeout=timeout)
        with server:
            if self.secure_mode == SecureMailMode.STARTTLS:
                server.starttls(context=context)
            if self.user and self.password:
                server.login(self.user, self.password)
            yield server
