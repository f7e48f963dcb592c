"""Channels: how a message reaches a customer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from growthcore.api.provider import Provider
from growthcore.api.schema import ParamsSchema
from growthcore.api.values import AddressKind, Finding, MessageClass, Receipt


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a channel can do. ``batch_size`` is the most messages one :meth:`Channel.send` takes.

    ``recognises_reference``: sending a reference again is answered by the provider with the first
    message, so an uncertain hand-over may be repeated: answer :meth:`Receipt.retry`.
    """

    batch_size: int = 100
    measures_opens: bool = False
    measures_clicks: bool = False
    recognises_reference: bool = False
    classes: frozenset[MessageClass] = frozenset(MessageClass)


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """A product as it stands in one message. ``price`` is text ready to read; ``url`` is tracked."""

    name: str
    price: str
    url: str
    image_url: str | None
    quantity: int | None = None


class RenderContext(Protocol):
    """One recipient's values. The core resolves variables, blocks and links; a channel lays out."""

    @property
    def message_class(self) -> MessageClass:
        """The legal nature of the message: decides labels and opt-out lines."""

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
    """A rendered message for people to look at. ``html`` is shown in a sandbox of its own."""

    subject: str | None = None
    text: str
    html: str | None = None


@dataclass(frozen=True, kw_only=True)
class OutgoingMessage:
    """One message about to be handed over.

    ``reference`` is ours, unique for ever and the same at every attempt. ``address`` is of the
    channel's kind. ``campaign_id`` is the campaign it belongs to, if any.
    """

    reference: str
    address: str = field(repr=False)
    message_class: MessageClass
    rendered: Rendered = field(repr=False)
    campaign_id: int | None = None


class Channel(Provider):
    """A way to reach customers, built once an account.

    ``medium`` is what people consent to and quiet hours go by: ``email``, ``sms``, ``kakao`` …;
    channels of one medium share its consents, whoever delivers. ``address`` is the kind of address
    it delivers to; None for a channel that hands over to a system of the shop, which knows
    customers by the shop's own id (:attr:`Customer.external_id`).
    """

    medium: ClassVar[str]
    address: ClassVar[AddressKind | None]
    capabilities: ClassVar[Capabilities] = Capabilities()
    Content: ClassVar[type[ParamsSchema]]

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

    def settle(self, references: Sequence[str]) -> Mapping[str, Receipt]:
        """Ask the provider what became of uncertain messages; those it knows, by reference."""
        return {}
