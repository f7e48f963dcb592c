"""Channels: how a message reaches a customer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

from growthcore.api.billing import Balance, MessageKind
from growthcore.api.capabilities import Capabilities
from growthcore.api.diagnosis import Diagnosis
from growthcore.api.law import Notice
from growthcore.api.provider import Provider
from growthcore.api.returns import Keep, Report, SoftBounces
from growthcore.api.schema import ParamsSchema
from growthcore.api.senders import ProviderTemplate, Sender
from growthcore.api.text import Text
from growthcore.api.values import JSON, AddressKind, Finding, MessageClass, Receipt


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """A product as it stands in one message. ``price`` is text ready to read; ``url`` is tracked.

    ``receipt`` is that of a recommended one; a channel has nothing to do with it.
    """

    name: str
    price: str
    url: str
    image_url: str | None
    quantity: int | None = None
    receipt: str | None = None


class RenderContext(Protocol):
    """One recipient's values. The core resolves variables, blocks and links; a channel lays out."""

    @property
    def message_class(self) -> MessageClass:
        """The legal nature of the message: decides labels and opt-out lines."""

    @property
    def notice(self) -> Notice | None:
        """What the law asks this message to say; None where it asks nothing."""

    @property
    def values(self) -> Mapping[str, str]:
        """Variables by name."""

    def items(self, block: str) -> Sequence[ItemView]:
        """The items of a block such as ``CART_ITEMS``; empty when there are none."""

    def link(self, url: str, alias: str | None = None) -> str:
        """The tracked form of a link, with the campaign's UTM parameters."""

    @property
    def open_pixel(self) -> str | None:
        """The address of the open pixel, or None where opens are not counted."""

    @property
    def unsubscribe_url(self) -> str:
        """The recipient's own unsubscribe page; also takes the one-click POST of RFC 8058."""


Rendered = Any
"""What :meth:`Channel.compile`'s renderer gives and :meth:`Channel.send` takes: the channel's own."""


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """Content prepared once for many recipients.

    ``names`` are the variables it uses, ``blocks`` the item blocks. ``render`` raises
    :class:`MissingValue` when a recipient lacks a value that has no fallback.
    """

    names: frozenset[str]
    blocks: frozenset[str] = frozenset()
    render: Callable[[RenderContext], Rendered]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A rendered message for people to look at. ``html`` is shown in a sandbox of its own.

    ``sender`` is whom the recipient sees it come from and ``buttons`` what can be pressed below the
    text. ``notes`` are for who writes it: how long it is, what it goes as.
    """

    subject: str | None = None
    text: str
    html: str | None = None
    sender: str | None = None
    buttons: Sequence[str] = ()
    notes: Sequence[Text] = ()


@dataclass(frozen=True, kw_only=True)
class OutgoingMessage:
    """One message about to be handed over.

    ``reference`` is ours, unique for ever and the same at every attempt. ``address`` is of the
    channel's kind. ``campaign_id`` is the campaign it belongs to, if any. ``return_token`` names the
    message where something may come back about it (:meth:`Channel.collects`): 42 small letters and
    digits, signed.
    """

    reference: str
    address: str = field(repr=False)
    message_class: MessageClass
    rendered: Rendered = field(repr=False)
    campaign_id: int | None = None
    return_token: str = ""


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A message that was handed over, or may have been: ``sent_at`` is when that began.

    ``rendered`` is what was handed over, rendered again; None where that can't be done any more, and
    in :meth:`Channel.results`.
    """

    reference: str
    provider_id: str | None
    address: str = field(repr=False)
    sent_at: datetime
    rendered: Rendered = field(default=None, repr=False)


class Channel(Provider):
    """A way to reach customers, built once an account.

    ``medium`` is what people consent to and quiet hours go by: ``email``, ``sms``, ``kakao`` …;
    channels of one medium share its consents, whoever delivers. ``address`` is the kind of address
    it delivers to; None for a channel that hands over to a system of the shop, which knows
    customers by the shop's own id (:attr:`Customer.external_id`). Where the provider keeps the list,
    ``senders_title`` is what people call those messages come from, and ``senders_help`` and
    ``templates_help`` say where one is registered; ``template_labels`` is what people call the keys of
    a template's content, and ``reasons`` what the channel's own codes for refusals mean. ``test_mark``
    is the text of the content that tests are marked in; None where nothing may be added to it.
    """

    medium: ClassVar[str]
    address: ClassVar[AddressKind | None]
    capabilities: ClassVar[Capabilities] = Capabilities()
    kinds: ClassVar[Sequence[MessageKind]] = ()
    senders_title: ClassVar[Text] = Text("발신자", "Senders")
    senders_help: ClassVar[Text] = Text("", "")
    templates_help: ClassVar[Text] = Text("", "")
    template_labels: ClassVar[Mapping[str, Text]] = MappingProxyType({})
    reasons: ClassVar[Mapping[str, Text]] = MappingProxyType({})
    test_mark: ClassVar[str | None] = "subject"
    Content: ClassVar[type[ParamsSchema]]

    def prepare(self, content: JSON) -> JSON:
        """Content as somebody saves it, before it is checked, with what the channel remembers in it.

        Such as which revision of a provider's template it was written for. Network-free; ``content``
        is what was entered, and may be wrong.
        """
        return content

    def taken_out(self, content: JSON) -> Sequence[Text]:
        """What :meth:`prepare` leaves out of content, as sentences for who saves it. Network-free."""
        return ()

    @classmethod
    def variables_of(cls, template: ProviderTemplate) -> Sequence[str]:  # noqa: ARG003
        """What may be filled in a provider's template (:class:`Fillings`), in its order; no I/O."""
        return ()

    def check(self, content: Mapping[str, Any], message_class: MessageClass) -> Sequence[Finding]:
        """What is wrong or doubtful about the content before launch; no I/O."""
        return ()

    @abstractmethod
    def compile(self, content: Mapping[str, Any]) -> Compiled:
        """Prepare content (as ``Content`` loaded it) for rendering; no I/O."""

    @abstractmethod
    def preview(self, rendered: Rendered) -> Preview:
        """What the renderer gave, as a person would see it; no I/O."""

    @abstractmethod
    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Hand the batch over and answer with one receipt a message, in order.

        Raises :class:`ConfigError` or :class:`RetryableError` only when nothing of the batch was
        handed over; any other exception leaves the whole batch uncertain.
        """

    def kind_of(self, rendered: Rendered) -> str | None:
        """The :class:`MessageKind` a rendered message goes as; None where all cost the same; no I/O."""
        return None

    def opt_out_number(self) -> str | None:
        """The account's own number to refuse advertising by free of charge, in digits; no network.

        It goes before the shop's, for a provider that takes only one registered with it.
        """
        return None

    def settle(self, handed: Sequence[Handed]) -> Mapping[str, Receipt]:
        """Ask the provider what became of uncertain messages; those it can tell of, by reference.

        :meth:`Receipt.retry` is for what was certainly not taken: it is sent again.
        """
        return {}

    def results(self, handed: Sequence[Handed]) -> Mapping[str, Report]:
        """Ask what became of accepted messages; those that came to an end, by reference.

        Asked again later for the rest, see ``Capabilities.reports_delivery``.
        """
        return {}

    def collects(self) -> bool:
        """Whether this account has a place where bounces and complaints arrive; no I/O."""
        return False

    def collect(self, keep: Keep) -> bool:
        """Look there, and hand over what came back, one at a time; whether there is more to read now.

        Only what ``keep`` took may be marked as read: where it answers False, or raises, it has to be
        told again. What it was told before does no harm. Raises :class:`ConfigError` and
        :class:`RetryableError` as :meth:`verify` does.
        """
        return False

    def soft_bounces(self) -> SoftBounces:
        """After how many soft bounces an address is given up; no I/O."""
        return SoftBounces()

    def balance(self) -> Balance | None:
        """What is left to send with, asked of the provider; None where nothing is paid in advance.

        Raises :class:`ConfigError` and :class:`RetryableError` as :meth:`verify` does.
        """
        return None

    def diagnose(self) -> Sequence[Diagnosis]:
        """Look at what sending depends on outside, such as the DNS of a sender's domain.

        For people to read beside the account, see ``Capabilities.diagnoses``; network allowed. What
        can't be looked at now is a :class:`Diagnosis` that says so, no error.
        """
        return ()

    def sync_senders(self) -> Sequence[Sender]:
        """Every sender the provider knows now, see ``Capabilities.syncs_senders``.

        Raises :class:`ConfigError` and :class:`RetryableError` as :meth:`verify` does.
        """
        return ()

    def sync_templates(self) -> Sequence[ProviderTemplate]:
        """Every template the provider knows now, see ``Capabilities.syncs_templates``.

        Raises :class:`ConfigError` and :class:`RetryableError` as :meth:`verify` does.
        """
        return ()
