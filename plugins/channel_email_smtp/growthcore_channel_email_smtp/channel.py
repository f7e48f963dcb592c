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
    Diagnosis,
    Finding,
    Keep,
    MessageClass,
    OutgoingMessage,
    Preview,
    ProviderContext,
    Receipt,
    RenderContext,
    Sender,
    SoftBounces,
    Template,
    Text,
    require,
)
from growthcore_channel_email_smtp.active import told_of, without_active
from growthcore_channel_email_smtp.assembly import Letter
from growthcore_channel_email_smtp.attachments import attached
from growthcore_channel_email_smtp.bounces import collected
from growthcore_channel_email_smtp.checks import LABEL, NO_SUCH_SENDER, findings, of_attachments
from growthcore_channel_email_smtp.config import Config
from growthcore_channel_email_smtp.connections import Connections
from growthcore_channel_email_smtp.dkim import Signer, private_key
from growthcore_channel_email_smtp.domain import diagnoses, of_return_path, require_published
from growthcore_channel_email_smtp.footer import in_blocks, text_footer
from growthcore_channel_email_smtp.handing import Handing
from growthcore_channel_email_smtp.headers import ascii_address
from growthcore_channel_email_smtp.layout import html_document
from growthcore_channel_email_smtp.lookups import Dns, Lookup
from growthcore_channel_email_smtp.mailboxes import Mailbox
from growthcore_channel_email_smtp.mime import Frame, Mail
from growthcore_channel_email_smtp.pacing import Pacer, domain_of, slowed
from growthcore_channel_email_smtp.parts import Recipient
from growthcore_channel_email_smtp.returning import mailbox_of, soft_bounces_of
from growthcore_channel_email_smtp.schema import Content
from growthcore_channel_email_smtp.senders import From, senders_of
from growthcore_channel_email_smtp.server import Server
from growthcore_channel_email_smtp.source import source_of
from growthcore_channel_email_smtp.telling import told
from growthcore_channel_email_smtp.text import text_document, text_of_html


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
        back = ascii_address(self.context.config["return_path"]) or ""
        frames = {
            entered: Frame(each, self._signer, back) for entered, each in self._senders.items()
        }
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
    def _mailbox(self) -> Mailbox | None:
        return mailbox_of(self.context.config)

    @cached_property
    def _handing(self) -> Handing:
        at_once = self.context.config["connections"]
        pacer = Pacer(self.context.state, self.context.clock)
        return Handing(Connections(self._server, at_once=at_once), pacer)

    def verify(self) -> None:
        """Connect, encrypt and log in as for sending, and leave; a published DKIM key must be ours.

        The mailbox of the bounces must open, too.
        """
        with told():
            self._server.open().quit()
            if self._mailbox:
                self._mailbox.check()
        if self._signer:
            require_published(self._signer, self._lookup)

    def collects(self) -> bool:
        """Whether bounces are read from somewhere."""
        return self._mailbox is not None

    def collect(self, keep: Keep) -> bool:
        """Read the mailbox of the bounces; what is none of them is marked as read as well."""
        with told():
            return collected(self._mailbox, keep) if self._mailbox else False

    def soft_bounces(self) -> SoftBounces:
        """As the account says."""
        return soft_bounces_of(self.context.config)

    def diagnose(self) -> Sequence[Diagnosis]:
        """Look up SPF, DKIM, DMARC and MX of every sender's domain; tell which domains take less."""
        domains = dict.fromkeys(sender.domain for sender in self._senders.values())
        config, lookup = self.context.config, self._lookup
        found = [
            each
            for domain in domains
            for each in diagnoses(domain, config["host"], self._signer, lookup)
        ]
        back = domain_of(ascii_address(config["return_path"]) or "")
        if back and back not in domains:
            found += of_return_path(back, config["host"], lookup)
        return found + slowed(self._handing.pacer.slow())

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

    def prepare(self, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """The content without what is active in HTML written by hand."""
        written = content.get("html")
        if not isinstance(written, str):
            return content
        return {**content, "html": without_active(written)[0]}

    def taken_out(self, content: Mapping[str, Any]) -> Sequence[Text]:
        """The names of those things, and how often each was there."""
        written = content.get("html")
        taken = without_active(written)[1] if isinstance(written, str) else None
        return [told_of(taken)] if taken else []

    def check(self, content: Mapping[str, Any], message_class: MessageClass) -> Sequence[Finding]:
        """See :func:`growthcore_channel_email_smtp.checks.findings`."""
        sizes = [self.context.files.size(each.key) for each in content["attachments"]]
        return [*findings(content, message_class, self._senders), *of_attachments(sizes)]

    def compile(self, content: Mapping[str, Any]) -> Compiled:
        """Cut subject, HTML and text into parts; find links and blocks.

        Raises :class:`ConfigError` when the sender it names is not the account's any more, or a file
        that is attached is gone.
        """
        sender = content["sender"]
        require(sender in self._frames, NO_SUCH_SENDER)
        subject = Template(content["subject"])
        source = source_of(content)
        said = in_blocks(content["blocks"])
        html = html_document(source, content["preheader"], said)
        written = content["text"]
        text = text_document(written) if written else text_of_html(source)
        text.add(text_footer(written, written) if written else text_footer(source, said))
        blocks = frozenset(html.blocks | text.blocks)
        attachments = attached(content["attachments"], self.context.files)

        def render(context: RenderContext) -> Mail:
            recipient = Recipient(context, blocks)
            return Mail(
                subject=_labelled(subject.render(recipient.values), context),
                html=html.render(recipient),
                text=text.render(recipient),
                unsubscribe_url=context.unsubscribe_url,
                sender=sender,
                attachments=attachments,
            )

        names = subject.names | html.names | text.names
        return Compiled(names=names - {UNSUBSCRIBE_URL}, blocks=blocks, render=render)

    def preview(self, rendered: Mail) -> Preview:
        """Show all three parts, and say what is attached."""
        notes = rendered.attachments.told if rendered.attachments else ()
        return Preview(
            subject=rendered.subject, text=rendered.text, html=rendered.html, notes=notes
        )

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Send the mails; addresses that can't be any are left out, slow domains wait."""
        addresses = [ascii_address(message.address) for message in batch]
        now = self.context.clock.now()
        letters = [
            Letter(self._frames[message.rendered.sender], message, address, now)
            for message, address in zip(batch, addresses, strict=True)
            if address
        ]
        with told():
            sent = iter(self._handing.send(letters))
        return [
            next(sent) if address else Receipt.rejected("address_invalid") for address in addresses
        ]


def _labelled(subject: str, context: RenderContext) -> str:
    """The subject, beginning as the law wants it of advertising: with the label, once."""
    if context.message_class is not MessageClass.ADVERTISING:
        return subject
    label = context.notice.label if context.notice else LABEL
    rest = subject.lstrip()
    while rest.startswith(label):
        rest = rest.removeprefix(label).lstrip()
    return f"{label} {rest}"
