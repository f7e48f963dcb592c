"""The channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from growthcore.api import (
    AddressKind,
    Balance,
    Capabilities,
    Channel,
    Compiled,
    ConfigError,
    Finding,
    MessageClass,
    MessageKind,
    OutgoingMessage,
    Preview,
    Receipt,
    Sender,
    Text,
    require,
)
from growthcore_channel_sms_cafe24.checks import findings, require_sender
from growthcore_channel_sms_cafe24.client import Refused, SmsApi
from growthcore_channel_sms_cafe24.composing import Composer, Sms
from growthcore_channel_sms_cafe24.handover import Handover, require_opt_out
from growthcore_channel_sms_cafe24.notes import notes_on
from growthcore_channel_sms_cafe24.phones import digits
from growthcore_channel_sms_cafe24.schema import Config, Content
from growthcore_channel_sms_cafe24.senders import sender_of

_NUMBER = "unsubscribe_phone"


class SmsCafe24(Channel):
    """Text messages through the SMS service of a Cafe24 mall, which reports no delivery."""

    id = "sms_cafe24"
    title = Text("문자 (카페24)", "SMS (Cafe24)")
    help = Text(
        "카페24 쇼핑몰의 SMS 서비스로 문자를 보냅니다.",
        "Sends SMS and LMS through the mall's own SMS service.",
    )
    medium = "sms"
    address = AddressKind.PHONE
    capabilities = Capabilities(batch_size=100, measures_clicks=True, syncs_senders=True)
    kinds = (
        MessageKind(id="SMS", title=Text("SMS (단문)", "SMS (short)"), price=20),
        MessageKind(id="LMS", title=Text("LMS (장문)", "LMS (long)"), price=60),
    )
    senders_title = Text("SMS 발신번호", "Sending numbers")
    senders_help = Text(
        "카페24에서 사전 등록된 번호만 동기화할 수 있습니다.",
        "Only numbers registered at Cafe24 can be synced; register them there.",
    )
    Config = Config
    test_mark = "body"
    Content = Content

    def verify(self) -> None:
        """Ask the mall whether it sends texts, has credit left, and knows the usual number."""
        try:
            require(
                self._api.setting().get("use_sms") != "F",
                "The mall does not use SMS. Switch it on in Cafe24's SMS settings.",
            )
            require(
                self._api.credit().sms > 0,
                "The mall has no SMS credit left. Charge it at Cafe24.",
            )
            if key := self.context.config["sender"]:
                require_sender(key, [*map(sender_of, self._api.senders())])
        except Refused as refused:
            raise _refusal(refused) from refused

    def balance(self) -> Balance:
        """The credit that is left; an LMS costs three times an SMS."""
        try:
            credit = self._api.credit()
        except Refused as refused:
            raise _refusal(refused) from refused
        return Balance(amount=credit.amount, left={"SMS": credit.sms, "LMS": credit.lms})

    def sync_senders(self) -> Sequence[Sender]:
        """Every number of the mall; its 080 number is kept along."""
        try:
            found = [sender_of(each) for each in self._api.senders()]
            number = str(self._api.setting().get("unsubscribe_phone") or "")
        except Refused as refused:
            raise _refusal(refused) from refused
        self.context.state.update(lambda document: document.update({_NUMBER: digits(number)}))
        return found

    def check(self, content: Mapping[str, Any], message_class: MessageClass) -> Sequence[Finding]:
        """See :func:`growthcore_channel_sms_cafe24.checks.findings`."""
        return list(
            findings(
                content,
                message_class,
                sender=self._sender(content),
                senders=self.context.directory.senders(),
                number=self.opt_out_number(),
                kinds=self.kinds,
            )
        )

    def compile(self, content: Mapping[str, Any]) -> Compiled:
        """Cut the text at its variables and links."""
        composer = Composer(content, self._sender(content), self.opt_out_number())
        return Compiled(names=composer.names, blocks=composer.blocks, render=composer.render)

    def preview(self, rendered: Sms) -> Preview:
        """Show the text, how long it is and what it goes as; an LMS has a title."""
        labels = {each.key: each.label for each in self.context.directory.senders()}
        return Preview(
            subject=rendered.title,
            text=rendered.text,
            sender=labels.get(rendered.sender),
            notes=[*notes_on(rendered)],
        )

    def kind_of(self, rendered: Sms) -> str:
        """SMS or LMS, by the bytes of this recipient's text."""
        return rendered.kind

    def opt_out_number(self) -> str | None:
        """The account's, else the one of the mall's SMS settings as last synced."""
        known = self.context.config["opt_out_number"] or self.context.state.read().get(_NUMBER)
        return digits(known or "") or None

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Hand the texts over, those that say the same to all in one request."""
        if not batch:
            return []
        require_opt_out(batch)
        known = self.context.directory.senders()
        for key in {message.rendered.sender for message in batch}:
            require_sender(key, known)
        return Handover(self._api, batch).run()

    @property
    def _api(self) -> SmsApi:
        return SmsApi(self.context.connections.get(self.context.config["connection"]))

    def _sender(self, content: Mapping[str, Any]) -> str:
        return str(content["sender"] or self.context.config["sender"])


def _refusal(refused: Refused) -> ConfigError:
    return ConfigError(f"Cafe24 refuses a request: {refused.message}.")
