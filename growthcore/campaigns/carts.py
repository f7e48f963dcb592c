"""The carts a batch of events or messages is about, read at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from growthcore.api import Cart, Carts, TriggerPorts
from growthcore.core import Core


class ReadAtOnce:
    """A :class:`growthcore.api.Carts` that already holds the carts of a batch.

    Triggers ask cart by cart; so that a batch of 500 is one query and not 500.
    """

    def __init__(self, carts: Carts, cart_ids: Iterable[int | None]) -> None:
        self._carts = carts
        wanted = sorted({id_ for id_ in cart_ids if id_ is not None})
        self._held = dict(carts.many(wanted)) if wanted else {}
        self._asked = frozenset(wanted)

    def get(self, cart_id: int) -> Cart | None:
        return self._held.get(cart_id) if cart_id in self._asked else self._carts.get(cart_id)

    def many(self, cart_ids: Sequence[int]) -> Mapping[int, Cart]:
        return {id_: cart for id_ in cart_ids if (cart := self.get(id_)) is not None}

    def open_of(self, customer_ids: Sequence[int]) -> Mapping[int, Cart]:
        return self._carts.open_of(customer_ids)


def ports(core: Core, cart_ids: Iterable[int | None]) -> TriggerPorts:
    """What triggers may look at while they judge a batch about these carts."""
    return TriggerPorts(carts=ReadAtOnce(core.ports.carts, cart_ids), consents=core.ports.consents)
