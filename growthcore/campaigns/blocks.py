"""Item blocks of messages: what is left in the cart, what is recommended."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from growthcore.api import (
    Cart,
    Compiled,
    Customer,
    InvalidInput,
    ItemView,
    Placement,
    Product,
    Shop,
    item_part,
)
from growthcore.catalog import service as catalog
from growthcore.core import Core
from growthcore.messaging.gate import Recipient
from growthcore.messaging.money import price
from growthcore.recommendations import receipts, records, serving
from growthcore.recommendations.rules import counting

ITEMS = 6
"""Items a block shows at the most."""
_SAMPLES = 3


def used(compiled: Compiled) -> list[str]:
    """The blocks a message shows, whole or of the first item a part."""
    parts = {part[0] for name in compiled.names if (part := item_part(name))}
    return sorted(compiled.blocks | parts)


def check_names(session: Session, names: Collection[str], where: Callable[[str], str]) -> None:
    """Refuse blocks of models there are none of. Raises :class:`InvalidInput`."""
    slugs = {name.removeprefix("RECO:") for name in names if name.startswith("RECO:")}
    if missing := sorted(slugs - serving.known(session)):
        path = where(f"RECO:{missing[0]}")
        raise InvalidInput({path: f"There is no recommendation model {missing[0]!r}."})


def resolve(
    core: Core, names: Sequence[str], recipients: Sequence[Recipient], shop: Shop
) -> dict[int, dict[str, Sequence[ItemView]]]:
    """The blocks of each message, by message id. Read at the moment of sending, in batches."""
    carts = _carts(core, recipients) if names else {}
    blocks: dict[int, dict[str, Sequence[ItemView]]] = {r.message.id: {} for r in recipients}
    for name in names:
        found = (
            {id_: _cart_items(cart, shop) for id_, cart in carts.items()}
            if name == "CART_ITEMS"
            else _recommended(core, name.removeprefix("RECO:"), recipients, carts, shop)
        )
        for message_id, items in found.items():
            blocks[message_id][name] = items
    return blocks


def for_customer(
    core: Core, names: Sequence[str], customer: Customer, shop: Shop
) -> dict[str, Sequence[ItemView]]:
    """The blocks as they would be for one customer now."""
    found: dict[str, Sequence[ItemView]] = {}
    carts = core.ports.carts.open_of([customer.id])
    for name in names:
        if name == "CART_ITEMS":
            cart = carts.get(customer.id)
            found[name] = _cart_items(cart, shop) if cart else []
        else:
            slug = name.removeprefix("RECO:")
            asked = _request(customer.id, carts.get(customer.id))
            (answer,) = serving.recommend_many(core, slug, [asked], limit=ITEMS)
            found[name] = [_view(item.product, shop) for item in answer.items]
    return found


def samples(session: Session, names: Sequence[str], shop: Shop) -> dict[str, Sequence[ItemView]]:
    """The blocks filled with products of the shop, or with made-up ones while it has none."""
    products, _ = catalog.search(session)
    found = [product for product in products if product.available]
    items = [_view(product, shop, 1) for product in found[:_SAMPLES]] or [
        ItemView(
            name=f"상품 {n}", price=price(n * 12_900, shop.currency), url=shop.url, image_url=None
        )
        for n in range(1, _SAMPLES + 1)
    ]
    return dict.fromkeys(names, items)


def _carts(core: Core, recipients: Sequence[Recipient]) -> dict[int, Cart]:
    """The cart each message is about: its own, else the customer's newest open one."""
    own = core.ports.carts.many([r.message.cart_id for r in recipients if r.message.cart_id])
    rest = [r.customer.id for r in recipients if not r.message.cart_id]
    newest = core.ports.carts.open_of(rest) if rest else {}
    found = {}
    for recipient in recipients:
        cart_id = recipient.message.cart_id
        cart = own.get(cart_id) if cart_id else newest.get(recipient.customer.id)
        if cart is not None:
            found[recipient.message.id] = cart
    return found


def _cart_items(cart: Cart, shop: Shop) -> list[ItemView]:
    """What can still be bought of what was left, at today's price."""
    lines = [line for line in cart.lines if line.product.available]
    return [_view(line.product, shop, line.quantity) for line in lines[:ITEMS]]


def _recommended(
    core: Core,
    slug: str,
    recipients: Sequence[Recipient],
    carts: Mapping[int, Cart],
    shop: Shop,
) -> dict[int, list[ItemView]]:
    asked = [_request(r.customer.id, carts.get(r.message.id)) for r in recipients]
    answers = serving.recommend_many(core, slug, asked, limit=ITEMS)
    now, signer = core.clock.now(), receipts.signer(core)
    minted = [receipts.mint(signer, now, answer, Placement.MESSAGE) for answer in answers]
    _write_down(core, slug, [*zip(asked, answers, minted, strict=True)])
    return {
        recipient.message.id: [
            _view(item.product, shop, receipt=receipt)
            for item, receipt in zip(answer.items, given.receipts, strict=True)
        ]
        for recipient, answer, given in zip(recipients, answers, minted, strict=True)
    }


def _write_down(core: Core, slug: str, given: Sequence[records.Given]) -> None:
    """Write down as many of the answers as the shop keeps of a minute: of a large mailing, the first.

    What rules did is counted of all.
    """
    now = core.clock.now()
    with core.db.read() as session:
        room = records.room(core, session, now)
    kept = [records.record(slug, *each, now) for each in given[:room]]
    counts = counting.of_answers((answer.rules for _, answer, _minted in given), now)
    if kept or counts:
        records.keep(core, kept, counts)


def _request(customer_id: int, cart: Cart | None) -> serving.Request:
    lines = cart.lines if cart else ()
    return serving.Request(customer_id=customer_id, cart=tuple(line.product.id for line in lines))


def _view(
    product: Product, shop: Shop, quantity: int | None = None, *, receipt: str | None = None
) -> ItemView:
    now = product.sale_price if product.sale_price is not None else product.price
    return ItemView(
        name=product.name,
        price=price(now, product.currency),
        url=product.url or shop.url,
        image_url=product.image_url,
        quantity=quantity,
        receipt=receipt,
    )
