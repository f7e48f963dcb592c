"""What messages cost at their provider, and what is left to pay for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from growthcore.api.text import Text


@dataclass(frozen=True, kw_only=True)
class MessageKind:
    """A kind of message that is billed apart, such as SMS and LMS.

    ``price`` is the usual one of a message, in minor units of KRW; a shop enters its own.
    """

    id: str
    title: Text
    price: int


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What is left at a provider that is paid in advance.

    ``amount`` is in the provider's own unit (credits, won), ``left`` how many messages of each
    :class:`MessageKind` it pays for, by id.
    """

    amount: Decimal
    left: Mapping[str, int]
