"""The channel."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from growthcore.api import (
    UNSUBSCRIBE_URL,
    Capabilities,
    Channel,
    Compiled,
    ConfigError,
    Finding,
    MessageClass,
    Notice,
    Outcome,
    OutgoingMessage,
    Preview,
    Receipt,
    RenderContext,
    RetryableError,
    Severity,
    Text,
    unclosed,
)
from growthcore_channel_webhook import client
from growthcore_channel_webhook.body import JsonTemplate, dumped
from growthcore_channel_webhook.receipts import is_about_all, receipt_of
from growthcore_channel_webhook.schema import Config, Content

_REST = 60.0
"""Seconds for which the rest of a batch waits when the receiver does not say for how long."""
_LONGEST_BATCH = 60.0
"""Seconds after which a slow receiver gets no more of a batch: a claim is held two minutes."""


class WebhookChannel(Channel):
    """Messages posted to a system of the shop's, which knows customers by the shop's own id."""

    id = "webhook"
    title = Text("웹훅", "Webhook")
    help = Text(
        "메시지를 서명하여 쇼핑몰의 다른 시스템으로 보냅니다.",
        "Posts signed messages to another system of the shop's.",
    )
    medium = "webhook"
    address = None
    capabilities = Capabilities(
        batch_size=50, measures_clicks=True, recognises_reference=True, replays=True
    )
    Config = Config
    test_mark = None
    Content = Content

    def verify(self) -> None:
        """Post a signed event of the type ``test``. Raises what :class:`Provider.verify` may."""
        try:
            receipt = self._post(f"test-{secrets.token_hex(8)}", {"type": "test", "data": {}})
        except ConnectionError as error:
            raise RetryableError(f"The receiver did not answer: {error}.") from error
        if receipt.outcome is Outcome.REJECTED:
            raise ConfigError(f"The receiver refuses a test event ({receipt.reason}).")
        if receipt.outcome is Outcome.RETRY:
            raise RetryableError(f"The receiver can't take a test event now ({receipt.reason}).")

    def check(self, content: Mapping[str, Any], message_class: MessageClass) -> Sequence[Finding]:
        """Find variables that were begun and never closed."""
        return [
            Finding(
                severity=Severity.BLOCKING,
                code="variable_unclosed",
                path="data",
                text=f"{begun!r} begins a variable that is not closed: write #{{NAME}}.",
            )
            for text in JsonTemplate(content["data"]).texts
            for begun in unclosed(text)
        ]

    def compile(self, content: Mapping[str, Any]) -> Compiled:
        """Read the JSON once; its texts are filled in for each customer."""
        template = JsonTemplate(content["data"])

        def render(recipient: RenderContext) -> Mapping[str, Any]:
            unsubscribe = recipient.unsubscribe_url
            values = {**recipient.values, UNSUBSCRIBE_URL: unsubscribe}
            items = {block: recipient.items(block) for block in template.blocks}
            return {
                "unsubscribe_url": unsubscribe,
                "notice": _told(recipient.notice),
                "content": template.render(values, items),
            }

        names = template.names - {UNSUBSCRIBE_URL}
        return Compiled(names=names, blocks=template.blocks, render=render)

    def preview(self, rendered: Mapping[str, Any]) -> Preview:
        """Show the data, indented."""
        return Preview(text=json.dumps(rendered["content"], ensure_ascii=False, indent=2))

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Post a request a message, until the receiver can take no more of them now."""
        receipts: list[Receipt] = []
        until = time.monotonic() + _LONGEST_BATCH
        held: Receipt | None = None
        for message in batch:
            held = held or self._held(receipts, until)
            receipts.append(held or self._hand_over(message, receipts))
        return receipts

    def _held(self, receipts: Sequence[Receipt], until: float) -> Receipt | None:
        """What the rest of the batch gets instead of a request, if it is no use to go on."""
        last = receipts[-1] if receipts else None
        if last and is_about_all(last):
            return Receipt.hold("held_back", after=last.retry_after or _REST)
        if last and time.monotonic() > until:
            return Receipt.hold("held_back", after=0)
        return None

    def _hand_over(self, message: OutgoingMessage, before: Sequence[Receipt]) -> Receipt:
        try:
            return self._post(message.reference, _event(message))
        except ConfigError:
            # It promises that nothing was taken; when something was, the next batch will raise it.
            if not any(each.outcome is Outcome.ACCEPTED for each in before):
                raise
            return Receipt.retry("unreachable")
        except RetryableError as error:
            return Receipt.retry("unreachable", str(error), after=error.after)
        except ConnectionError:
            # Whether it was taken does not matter: the receiver knows the reference again.
            return Receipt.retry("answer_lost")

    def _post(self, reference: str, event: Mapping[str, Any]) -> Receipt:
        config, now = self.context.config, self.context.clock.now()
        given = (config["secret"], config.get("previous_secret"))
        endpoint = client.Endpoint(
            http=self.context.http,
            url=config["url"],
            keys=[client.key(secret) for secret in given if secret],
            timeout=config["timeout"],
            public_only=not config["allow_private"],
        )
        return receipt_of(endpoint.post(reference, dumped(event), now))


def _told(notice: Notice | None) -> Mapping[str, str | None] | None:
    """What the law asks the message to say, for the receiver to show; None where it asks nothing."""
    if notice is None:
        return None
    return {
        "label": notice.label,
        "sender": notice.sender,
        "contact": notice.contact,
        "opt_out_number": notice.opt_out_number,
        "opt_out": notice.opt_out,
    }


def _event(message: OutgoingMessage) -> Mapping[str, Any]:
    """The body. Nothing in it tells one attempt from another: a repeat is the same to the byte."""
    return {
        "type": "message",
        "data": {
            "message_id": message.reference,
            "campaign_id": message.campaign_id,
            "message_class": message.message_class.value,
            "customer_id": message.address,
            **message.rendered,
        },
    }
