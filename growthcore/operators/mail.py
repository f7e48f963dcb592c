"""The installation's own mail: to its people, never to customers."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from growthcore.api.errors import RetryableError

_TIMEOUT = 20
_PORTS = {"smtp": 587, "smtps": 465}
_OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, kw_only=True)
class Mailer:
    """The server mail leaves by, read from ``GROWTHCORE_MAIL_URL``.

    ``smtp://`` is encrypted by STARTTLS, which a server elsewhere has to offer unless the URL says
    ``starttls=off``; ``smtps://`` is encrypted from the first byte.
    """

    host: str
    port: int
    sender: str
    tls: bool
    starttls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str) -> Self:
        """Read a URL that :class:`growthcore.settings.Settings` has checked."""
        parts, query = urlsplit(url), parse_qs(urlsplit(url).query)
        host = parts.hostname or ""
        return cls(
            host=host,
            port=parts.port or _PORTS[parts.scheme],
            sender=query["from"][0],
            tls=parts.scheme == "smtps",
            starttls=query.get("starttls") != ["off"] and host not in _OWN_MACHINE,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    def send(self, to: str, subject: str, text: str, *, now: datetime) -> None:
        """Send one mail. Raises :class:`RetryableError`, which tells no address, if it did not go."""
        message = self._written(to, subject, text, now)
        try:
            with self._connected() as server:
                server.send_message(message)
        except OSError as error:  # What smtplib raises is one, too.
            raise RetryableError(
                f"Mail can't be sent through {self.host}:{self.port} ({type(error).__name__}). "
                "Check GROWTHCORE_MAIL_URL."
            ) from error

    def _written(self, to: str, subject: str, text: str, now: datetime) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = make_msgid(domain=parseaddr(self.sender)[1].rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text, cte="base64")
        return message

    def _connected(self) -> smtplib.SMTP:
        if self.tls:
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=_TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT)
        try:
            if self.starttls and not self.tls:
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password or "")
        except OSError:
            server.close()
            raise
        return server
