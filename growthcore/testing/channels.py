"""The conformance suite of channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from marshmallow import ValidationError

from growthcore.api import (
    AddressKind,
    Channel,
    Compiled,
    Finding,
    ItemView,
    MessageClass,
    MissingValue,
    Outcome,
    OutgoingMessage,
    Preview,
    Receipt,
    Severity,
    Template,
)
from growthcore.testing.checks import Check, GetFixture, expect, fixtures_of, maker, suite
from growthcore.testing.fakes import FakeHttp
from growthcore.testing.providers import PROVIDER_CHECKS, no_io
from growthcore.testing.rendering import FakeRecipient, read, texts

VALUE = "김하늘 🌸"
_ADDRESSES = {
    AddressKind.EMAIL: "haneul@example.com",
    AddressKind.PHONE: "+821012345678",
    None: "customer-1",
}
_REFUSED = {AddressKind.EMAIL: "no-address", AddressKind.PHONE: "12", None: "nobody"}
_LONG = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A channel under test; see :func:`channel_conformance`."""

    make: Callable[[], Channel]
    content: Mapping[str, Any]
    outbox: Callable[[Channel], str]
    address: str | None
    refused: str | None
    value: str = VALUE

    def message_class(self, channel: Channel) -> MessageClass:
        """Advertising where the channel takes it: the law asks most of it."""
        return min(channel.capabilities.classes, key=list(MessageClass).index)

    def compiled(self, channel: Channel) -> Compiled:
        """The content, loaded and compiled."""
        return channel.compile(channel.Content().load(self.content))

    def recipient(self, channel: Channel, value: str | None = None) -> FakeRecipient:
        """A recipient with ``value`` for every variable and one item in every block."""
        compiled = self.compiled(channel)
        item = ItemView(
            name="니트", price="32,000원", url="https://shop.example/p/1", image_url=None
        )
        return FakeRecipient(
            message_class=self.message_class(channel),
            values=dict.fromkeys(compiled.names, value or self.value),
            blocks={name: [item] for name in compiled.blocks},
        )

    def message(
        self, channel: Channel, reference: str = "gc-1", *, refused: bool = False
    ) -> OutgoingMessage:
        """A message ready to send."""
        given, usual = (self.refused, _REFUSED) if refused else (self.address, _ADDRESSES)
        return OutgoingMessage(
            reference=reference,
            address=given or usual[channel.address],
            message_class=self.message_class(channel),
            rendered=self.compiled(channel).render(self.recipient(channel)),
        )


def check_content_passes_its_own_check(subject: Subject) -> None:
    """``check`` looks without I/O and has nothing against content that can be sent."""
    channel = subject.make()
    with no_io():
        findings = channel.check(
            channel.Content().load(subject.content), subject.message_class(channel)
        )
    expect(all(isinstance(f, Finding) for f in findings), "check() must return Findings")
    blocking = [f.text for f in findings if f.severity is Severity.BLOCKING]
    expect(not blocking, f"check() refuses the content of this suite: {blocking}")


def check_compile_reports_its_variables(subject: Subject) -> None:
    """With the variables and blocks ``compile`` reports, nothing of the text stays unfilled."""
    channel = subject.make()
    loaded = channel.Content().load(subject.content)
    with no_io():
        compiled = channel.compile(loaded)
    written = set().union(*(Template(text).names for text in texts(loaded)))
    expect(written, "the content given to this suite must use a variable such as #{NAME}")
    reported = compiled.names | compiled.blocks
    expect(reported <= written, f"the content does not use {sorted(reported - written)}")
    try:
        shown = read(compiled.render(subject.recipient(channel)))
    except MissingValue as missing:
        raise AssertionError(f"compile() does not report {missing.name}") from missing
    expect("#{" not in shown, "a variable is not reported, and stays in the text as it is")


def check_missing_value_raises(subject: Subject) -> None:
    """No raw ``#{NAME}`` reaches anybody: without a value, ``render`` raises MissingValue."""
    channel = subject.make()
    bare = replace(subject.recipient(channel), values={})
    with pytest.raises(MissingValue):
        subject.compiled(channel).render(bare)


def check_render_is_pure(subject: Subject) -> None:
    """Rendering does no I/O, and one recipient's values never show in another's message."""
    channel = subject.make()
    compiled = subject.compiled(channel)
    first, second = subject.recipient(channel), subject.recipient(channel, "이바다")
    with no_io():
        shown = [read(compiled.render(each)) for each in (first, second, first)]
    expect(shown[0] == shown[2], "render() must give the same for the same recipient")
    expect(subject.value not in shown[1], "render() shows another recipient's value")


def check_preview_shows_the_message(subject: Subject) -> None:
    """``preview`` shows what was rendered, with the recipient's values, without I/O."""
    channel = subject.make()
    rendered = subject.message(channel).rendered
    with no_io():
        preview = channel.preview(rendered)
    expect(isinstance(preview, Preview), "preview() must return a Preview")
    expect(subject.value in read(preview), "the preview does not show the recipient's value")


def check_hangul_and_emoji_survive(subject: Subject) -> None:
    """What a customer is called arrives as it is written, Hangul and emoji included."""
    channel = subject.make()
    shown = read(subject.message(channel).rendered)
    expect(subject.value in shown, f"{subject.value} does not survive rendering")
    (receipt,) = channel.send([subject.message(channel)])
    expect(receipt.outcome is Outcome.ACCEPTED, f"the message was not taken: {receipt.reason}")


def check_one_receipt_a_message_in_order(subject: Subject) -> None:
    """``send`` answers each message in its place; one refused address costs the others nothing."""
    channel = subject.make()
    batch = [
        subject.message(channel, "gc-1"),
        subject.message(channel, "gc-2", refused=True),
        subject.message(channel, "gc-3"),
    ]
    size = channel.capabilities.batch_size
    receipts = [
        receipt
        for start in range(0, len(batch), size)
        for receipt in channel.send(batch[start : start + size])
    ]
    expect(all(isinstance(each, Receipt) for each in receipts), "send() must return Receipts")
    expect(
        [each.outcome for each in receipts]
        == [Outcome.ACCEPTED, Outcome.REJECTED, Outcome.ACCEPTED],
        f"a good, a refused and a good address gave {[each.outcome.value for each in receipts]}",
    )


def check_refused_address_is_a_receipt(subject: Subject) -> None:
    """A refused address is an expected outcome: REJECTED with a short reason, no exception."""
    channel = subject.make()
    message = subject.message(channel, refused=True)
    (receipt,) = channel.send([message])
    expect(receipt.outcome is Outcome.REJECTED and receipt.reason, "give REJECTED and a reason")
    expect(
        message.address not in f"{receipt.reason} {receipt.provider_id}",
        "the reason is a short code, without the address",
    )


def check_every_attempt_has_the_same_reference(subject: Subject) -> None:
    """The provider gets our reference, so that a message handed over twice can be told."""
    shown = []
    for _attempt in range(2):
        channel = subject.make()
        before = subject.outbox(channel)
        channel.send([subject.message(channel, "gc-77")])
        shown.append(subject.outbox(channel).removeprefix(before))
    expect(
        all("gc-77" in each for each in shown),
        "what is handed over must hold the message's reference at every attempt",
    )


def check_what_is_replayed_is_taken_again(subject: Subject) -> None:
    """With ``replays``, what was taken is taken a second time: the receiver tells it, not the channel."""
    channel = subject.make()
    if not channel.capabilities.replays:
        return
    for _time in range(2):
        (receipt,) = channel.send([subject.message(channel, "gc-88")])
        expect(receipt.outcome is Outcome.ACCEPTED, f"a repeat was not taken: {receipt.reason}")


def check_empty_batch_hands_nothing_over(subject: Subject) -> None:
    """``send([])`` and ``settle([])`` ask nobody and answer nothing."""
    channel = subject.make()
    with no_io():
        expect(list(channel.send([])) == [], "send([]) must return no receipts")
        expect(dict(channel.settle([])) == {}, "settle([]) must return nothing")
    expect(not subject.outbox(channel), "send([]) must hand nothing over")


def check_over_long_content_is_found(subject: Subject) -> None:
    """Content too long for the provider is refused by ``Content`` or ``check``, or else rejected."""
    channel = subject.make()
    content = _lengthened(subject.content)
    try:
        loaded = channel.Content().load(content)
    except ValidationError:
        return
    findings = channel.check(loaded, subject.message_class(channel))
    if any(finding.severity is Severity.BLOCKING for finding in findings):
        return
    (receipt,) = channel.send([replace(subject, content=content).message(channel)])
    expect(
        receipt.outcome is Outcome.REJECTED,
        f"content with texts of {_LONG:,} characters was neither refused nor rejected",
    )


CHANNEL_CHECKS: tuple[Check[Subject], ...] = (
    check_content_passes_its_own_check,
    check_compile_reports_its_variables,
    check_missing_value_raises,
    check_render_is_pure,
    check_preview_shows_the_message,
    check_hangul_and_emoji_survive,
    check_one_receipt_a_message_in_order,
    check_refused_address_is_a_receipt,
    check_every_attempt_has_the_same_reference,
    check_what_is_replayed_is_taken_again,
    check_empty_batch_hands_nothing_over,
    check_over_long_content_is_found,
)


def channel_conformance(
    factory: Callable[..., Channel],
    *,
    content: Mapping[str, Any],
    outbox: Callable[..., str] | None = None,
    address: str | None = None,
    refused: str | None = None,
    value: str = VALUE,
    expected_failures: Mapping[str, str] | None = None,
) -> pytest.MarkDecorator:
    """Run every check of a channel as a test of its own.

    ``factory`` builds the channel with a provider that takes every message but those to ``refused``;
    its arguments are fixtures. ``content`` is what a marketer fills in, with ``#{NAME}`` in it.
    ``outbox`` gives everything handed over so far as text; its arguments are fixtures too. Without
    it, that is what went through ``FakeHttp``. Addresses default to usual ones of the channel's kind.
    ``value`` is what every variable holds; give another where no provider's character set has emoji.
    """

    def subject(fixture: GetFixture) -> Subject:
        def handed_over(channel: Channel) -> str:
            return outbox(**fixtures_of(outbox, fixture)) if outbox else _requests(channel)

        return Subject(
            make=maker(factory, fixture),
            content=content,
            outbox=handed_over,
            address=address,
            refused=refused,
            value=value,
        )

    return suite((*PROVIDER_CHECKS, *CHANNEL_CHECKS), subject, expected_failures or {})


def _requests(channel: Channel) -> str:
    http = channel.context.http
    sent = http.requests if isinstance(http, FakeHttp) else []
    return "\n".join(f"{each.url} {(each.body or b'').decode()}" for each in sent)


def _lengthened(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with every text that holds a variable grown beyond any limit."""
    return {
        key: value + "가" * _LONG if isinstance(value, str) and Template(value).names else value
        for key, value in content.items()
    }
