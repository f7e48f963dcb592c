"""The channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from growthcore.api import (
    UNSUBSCRIBE_URL,
    AddressKind,
    Approval,
    Capabilities,
    Channel,
    Compiled,
    ConfigError,
    Diagnosis,
    Finding,
    MessageClass,
    OutgoingMessage,
    Preview,
    ProviderContext,
    Receipt,
    RenderContext,
    RetryableError,
    Sender,
    Template,
    Text,
    require,
)
from growthcore_channel_email_smtp.assembly import Letter, assembled
from growthcore_channel_email_smtp.checks import LABEL, NO_SUCH_SENDER, findings
from growthcore_channel_email_smtp.config import Config
from growthcore_channel_email_smtp.connections import Connections
from growthcore_channel_email_smtp.dkim import Signer, private_key
from growthcore_channel_email_smtp.domain import diagnoses, require_published
from growthcore_channel_email_smtp.footer import text_footer
from growthcore_channel_email_smtp.headers import ascii_address
from growthcore_channel_email_smtp.layout import html_document
from growthcore_channel_email_smtp.lookups import Dns, Lookup
from growthcore_channel_email_smtp.mime import Frame, Mail
from growthcore_channel_email_smtp.parts import Recipient
from growthcore_channel_email_smtp.receipts import receipts_of
from growthcore_channel_email_smtp.schema import Content
from growthcore_channel_email_smtp.senders import From, senders_of
from growthcore_channel_email_smtp.server import Misconfigured, Server, Unreachable
from growthcore_channel_email_smtp.smtp import Envelope
from growthcore_channel_email_smtp.source import source_of
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
    capabilities = Capabilities(
        batch_size=100,
        measures_opens=True,
        measures_clicks=True,
        syncs_senders=True,
        diagnoses=True,
    )
    Config = Config
    Content = Content

    def __init__(self, context: ProviderContext, lookup: Lookup | None = None) -> None:
        super().__init__(context)
        self._lookup = lookup or Dns()

    @cached_property
    def _senders(self) -> Mapping[str, From]:
        return senders_of(self.context.config)

    @cached_property
    def _signer(self) -> Signer | None:
        config = self.context.config
        if not config["dkim_domain"]:
            return None
        key = private_key(config["dkim_key"])
        return Signer(config["dkim_domain"], config["dkim_selector"], key)

    @cached_property
    def _frames(self) -> Mapping[str, Frame]:
        """By sender address; "" is the default."""
        frames = {entered: Frame(each, self._signer) for entered, each in self._senders.items()}
        return {"": next(iter(frames.values())), **frames}

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
        return Connections(self._server, at_once=self.context.config["connections"])

    def verify(self) -> None:
        """Connect, encrypt and log in as for sending, and leave; a published DKIM key must be ours."""
        try:
            self._server.open().quit()
        except Misconfigured as error:
            raise ConfigError(str(error)) from error
        except Unreachable as error:
            raise RetryableError(str(error)) from error
        if self._signer:
            require_published(self._signer, self._lookup)

    def diagnose(self) -> Sequence[Diagnosis]:
        """Look up SPF, DKIM, DMARC and MX of every sender's domain."""
        domains = dict.fromkeys(sender.domain for sender in self._senders.values())
        relay = self.context.config["host"]
        return [
            each
            for domain in domains
            for each in diagnoses(domain, relay, self._signer, self._lookup)
        ]

    def sync_senders(self) -> Sequence[Sender]:
        """The addresses of the account's own settings."""
        return [
            Sender(
                key=entered,
                label=f"{sender.name} <{entered}>" if sender.name else entered,
                approval=Approval.APPROVED,
            )
            for entered, sender in self._senders.items()
        ]

    def check(self, content: Mapping[str, Any], message_class: MessageClass) -> Sequence[Finding]:
        """See :func:`growthcore_channel_email_smtp.checks.findings`."""
        return list(findings(content, message_class, self._senders))

    def compile(self, content: Mapping[str, Any]) -> Compiled:
        """Cut subject, HTML and text into parts; find links and blocks.

        Raises :class:`ConfigError` when the sender it names is not the account's any more.
        """
        sender = content["sender"]
        require(sender in self._frames, NO_SUCH_SENDER)
        subject = Template(content["subject"])
        source = source_of(content)
        html = html_document(source, content["preheader"])
        written = content["text"]
        text = text_document(written) if written else text_of_html(source)
        text.add(text_footer(written or source))
        blocks = frozenset(html.blocks | text.blocks)

        def render(context: RenderContext) -> Mail:
            recipient = Recipient(context, blocks)
            return Mail(
                subject=_labelled(subject.render(recipient.values), context),
                html=html.render(recipient),
                text=text.render(recipient),
                unsubscribe_url=context.unsubscribe_url,
                sender=sender,
            )

        names = subject.names | html.names | text.names
        return Compiled(names=names - {UNSUBSCRIBE_URL}, blocks=blocks, render=render)

    def preview(self, rendered: Mail) -> Preview:
        """Show all three parts."""
        return Preview(subject=rendered.subject, text=rendered.text, html=rendered.html)

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Send the mails over one connection; addresses that can't be any are left out."""
        addresses = [ascii_address(message.address) for message in batch]
        now = self.context.clock.now()
        letters = [
            Letter(self._frames[message.rendered.sender], message, address, now)
            for message, address in zip(batch, addresses, strict=True)
            if address
        ]
        with assembled(letters) as envelopes:
            sent = iter(self._deliver(envelopes))
        return [
            next(sent) if address else Receipt.rejected("address_invalid") for address in addresses
        ]

    def _deliver(self, envelopes: Sequence[Envelope]) -> list[Receipt]:
        if not envelopes:
            return []
        try:
            return receipts_of(self._connections.deliver(envelopes, within=_PATIENCE))
        except Misconfigured as error:
            raise ConfigError(str(error)) from error
        except Unreachable as error:
            raise RetryableError(str(error)) from error


def _labelled(subject: str, context: RenderContext) -> str:
    """The subject, beginning as the law wants it of advertising: with the label, once."""
    if context.message_class is not MessageClass.ADVERTISING:
        return subject
    label = context.notice.label if context.notice else LABEL
    rest = subject.lstrip()
    while rest.startswith(label):
        rest = rest.removeprefix(label).lstrip()
    return f"{label} {rest}"
