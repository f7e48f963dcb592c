"""What the plugin is, and its veto."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from growthcore.api import (
    Candidate,
    Cart,
    Category,
    Manifest,
    PluginContext,
    Suppress,
    Text,
    hookimpl,
)

MANIFEST = Manifest(
    name="guard_sold_out",
    title=Text("품절 장바구니 발송 방지", "Sold-out guard"),
    api=(1, 0),
    category=Category.OTHER,
    description=Text(
        "장바구니의 모든 상품이 품절되었거나 숨겨졌으면 그 장바구니에 대한 메시지를 보내지 않습니다.",
        "Holds back a message about a cart in which every product is sold out or hidden by now.",
    ),
)


@hookimpl
def growthcore_before_send(
    candidates: Sequence[Candidate], context: PluginContext
) -> Mapping[int, Suppress]:
    """Veto messages about carts of which nothing is left to buy."""
    about = {each.message_id: each.cart_id for each in candidates if each.cart_id is not None}
    carts = context.carts.many(list(set(about.values())))
    return {
        message_id: Suppress("sold_out")
        for message_id, cart_id in about.items()
        if cart_id in carts and _sold_out(carts[cart_id])
    }


def _sold_out(cart: Cart) -> bool:
    """Whether the cart holds products, and none of them can be bought."""
    return bool(cart.lines) and not any(line.product.available for line in cart.lines)
