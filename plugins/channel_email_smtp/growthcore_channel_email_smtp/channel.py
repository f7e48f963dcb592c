"""The channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.utils import format_datetime
from functools import cached_property
from typing import Any

from growthcore.api import (
    UNSUBSCRIBE_URL,
    AddressKind,
    Capabilities,
    Channel,
    Compiled,
    ConfigError,
    Finding,
    MessageClass,
    OutgoingMessage,
    Preview,
    Receipt,
    RenderContext,
    RetryableError,
    Template,
    Text,
)
from growthcore_channel_email_smtp.checks import LABEL, findings
from growthcore_channel_email_smtp.connections import Connections
from growthcore_channel_email_smtp.headers import ascii_address
from growthcore_channel_email_smtp.layout import html_document
from growthcore_channel_email_smtp.mime import Frame, Mail
from growthcore_channel_email_smtp.parts import Recipient
from growthcore_channel_email_smtp.receipts import receipts_of
from growthcore_channel_email_smtp.schema import Config, Content
from growthcore_channel_email_smtp.server import Misconfigured, Server, Unreachable
from growthcore_channel_email_smtp.smtp import Envelope
from growthcore_channel_email_smtp.text import text_document, text_of_html

_PATIENCE = 60.0
"""Seconds after which a slow server gets no further message of a batch; the rest is tried later."""


class EmailSmtp(Channel):
    """Personalised HTML e-mail through an SMTP server."""

    id = "email_smtp"
    title = Text("이메일 (SMTP)", "E-mail (SMTP)")
    help = Text("SMTP 서버로 HTML 이메일을 보냅니다.", "Sends HTML e-mail through an SMTP server.")
    medium = "email"
    address = AddressKind.EMAIL
    capabilities = Capabilities(batch_size=100, measures_opens=True, measures_clicks=True)
    Config = Config
    Content = Content

    @cached_property
    def _frame(self) -> Frame:
        return Frame(self.context.config)

    @cached_property
    def _server(self) -> Server:
        config = self.context.config
        return Server(
            host=config["host"],
            port=config["port"],
            security=config["security"],
            timeout=config["timeout"],
            username=config["username"],
            password=config.get("password", ""),
            verify_certificates=config["verify_certificates"],
        )

    @cached_property
    def _connections(self) -> Connections:
        return Connections(self._server)

    def verify(self) -> None:
        """Connect, encrypt and log in as for sending, and leave."""
        try:
            self._server.open().quit()
        except Misconfigured as error:
            raise ConfigError(str(error)) from error
        except Unreachable as error:
            raise RetryableError(str(error)) from error

    def check(self, content: Mapping[str, Any], message_class: MessageClass) -> Sequence[Finding]:
        """See :func:`growthcore_channel_email_smtp.checks.findings`."""
        return list(findings(content, message_class))

    def compile(self, content: Mapping[str, Any]) -> Compiled:
        """Cut subject, HTML and text into parts; find links and blocks."""
        subject = Template(content["subject"])
        html = html_document(content["html"], content["preheader"])
        written = content["text"]
        text = text_document(written) if written else text_of_html(content["html"])
        blocks = frozenset(html.blocks | text.blocks)

        def render(context: RenderContext) -> Mail:
            recipient = Recipient(context, blocks)
            return Mail(
                subject=_labelled(subject.render(recipient.values), context.message_class),
                html=html.render(recipient),
                text=text.render(recipient),
                unsubscribe_url=context.unsubscribe_url,
            )

        names = subject.names | html.names | text.names
        return Compiled(names=names - {UNSUBSCRIBE_URL}, blocks=blocks, render=render)

    def preview(self, rendered: Mail) -> Preview:
        """Show all three parts."""
        return Preview(subject=rendered.subject, text=rendered.text, html=rendered.html)

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Send the mails over one connection; addresses that can't be any are left out."""
        addresses = [ascii_address(message.address) for message in batch]
        date = format_datetime(self.context.clock.now())
        envelopes = [
            self._envelope(message, address, date)
            for message, address in zip(batch, addresses, strict=True)
            if address
        ]
        sent = iter(self._deliver(envelopes))
        return [
            next(sent) if address else Receipt.rejected("address_invalid") for address in addresses
        ]

    def _envelope(self, message: OutgoingMessage, address: str, date: str) -> Envelope:
        data = self._frame.message(
            message.rendered,
            to=address,
            reference=message.reference,
            message_class=message.message_class,
            date=date,
        )
        return Envelope(self._frame.sender, address, data)

    def _deliver(self, envelopes: Sequence[Envelope]) -> list[Receipt]:
        if not envelopes:
            return []
        try:
            return receipts_of(self._connections.deliver(envelopes, within=_PATIENCE))
        except Misconfigured as error:
            raise ConfigError(str(error)) from error
        except Unreachable as error:
            raise RetryableError(str(error)) from error


def _labelled(subject: str, message_class: MessageClass) -> str:
    """The subject, beginning as the law wants it of advertising."""
    if message_class is not MessageClass.ADVERTISING or subject.lstrip().startswith(LABEL):
        return subject
    return f"{LABEL} {subject}"
