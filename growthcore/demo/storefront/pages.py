"""The pages of the demo shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from growthcore.api import Cart, InvalidInput, Product
from growthcore.catalog import contents
from growthcore.catalog import service as catalog
from growthcore.customers import service as customers
from growthcore.demo.catalogue import garments
from growthcore.demo.storefront import members
from growthcore.messaging.money import price
from growthcore.operators import keys
from growthcore.recommendations import receipts, serving
from growthcore.recommendations.contents import choice
from growthcore.recommendations.contents.choice import Option, Request
from growthcore.web.current import core

SIZE = 24
SHIPPING, FREE_FROM = 3_000, 50_000
_BESIDE = 4
_PEOPLE = 12
_GROUPS = ("여성", "남성", "잡화")
_KINDS = {"blog": "블로그", "video": "영상", "review": "리뷰"}


def front() -> str:
    """Everything on offer, or one category, a page at a time."""
    chosen = request.args.get("category", "")
    wanted = [each.id for each in garments() if each.category.startswith(chosen)]
    page = max(1, request.args.get("page", 1, type=int))
    with core().db.read() as session:
        found = catalog.find(session, wanted)
    shown = [found[id_] for id_ in wanted if id_ in found and not found[id_].hidden]
    return _page(
        "front",
        products=shown[(page - 1) * SIZE : page * SIZE],
        categories=_categories(),
        chosen=chosen,
        page=page,
        pages=-(-len(shown) // SIZE),
        seen=_Recommended() if chosen or page > 1 else _recommended("recently-viewed"),
    )


def product(id_: str) -> str:
    """One product, and others beside it."""
    with core().db.read() as session:
        found = catalog.find(session, [id_]).get(id_)
    if found is None or found.hidden:
        abort(404)
    about = choice.choose(core(), Request(option=Option.PRODUCT, products=[id_]), limit=_BESIDE)
    return _page(
        "product",
        product=found,
        beside=_recommended("viewed-together", found),
        contents=[content for content, _ in about.items],
    )


def story(id_: str) -> str:
    """A blog post, a video or a review, and what it is about."""
    with core().db.read() as session:
        found = contents.get(session, id_)
        about = catalog.find(session, found.products if found else [])
    if found is None or found.hidden:
        abort(404)
    products = [each for each in about.values() if not each.hidden]
    return _page("story", content=found, products=products)


def cart() -> str:
    """What lies in the member's cart, as GrowthCore knows it."""
    member = members.current().member
    found = core().ports.carts.open_of([member.id]).get(member.id) if member else None
    lines = _lines(found)
    beside = (
        _recommended("cart", cart=[line.product.id for line in lines]) if lines else _Recommended()
    )
    return _page("cart", lines=lines, sum=_sum(found), beside=beside)


def ordered() -> str:
    """Thank for the order."""
    return _page("ordered", order=request.args.get("order", "")[:100])


def login() -> str:
    """Choose which customer to be."""
    text = request.args.get("q", "").strip()
    with core().db.read() as session:
        found, _ = customers.search(session, text, size=_PEOPLE)
    return _page("login", people=[each for each in found if each.external_id], text=text)


def enter() -> Response:
    """Be that customer."""
    with core().db.read() as session:
        found = members.find(session, request.form.get("member", ""))
    if found is None:
        abort(404)
    members.current().become(found)
    return redirect(url_for("demo_shop.front"), 303)


def leave() -> Response:
    """Be nobody in particular."""
    members.current().become(None)
    return redirect(url_for("demo_shop.front"), 303)


def _page(name: str, **context: Any) -> str:
    with core().db.read() as session:
        key = _public_key(session)
    return render_template(
        f"demo_shop/{name}.html",
        key=key,
        visitor=members.current(),
        won=lambda amount: price(amount, "KRW"),
        cost=_cost,
        item=_item,
        kinds=_KINDS,
        shipping=SHIPPING,
        free_from=FREE_FROM,
        **context,
    )


def _public_key(session: Session) -> str:
    now = core().clock.now()
    valid = (each for each in keys.list_keys(session) if keys.is_valid(each, now))
    return next((each.public_value for each in valid if each.public_value), "")


def _categories() -> Sequence[tuple[str, str]]:
    """The categories of the first two levels, as paths and names; clothes first."""
    paths = {"/".join(each.category.split("/")[:2]) for each in garments()}
    ordered = sorted(paths, key=lambda path: (_GROUPS.index(path.split("/")[0]), path))
    return [(path, path.replace("/", " · ")) for path in ordered]


@dataclass(frozen=True, kw_only=True)
class _Recommended:
    """Products, and by their ids the receipts that pages tell of them with."""

    products: Sequence[Product] = ()
    receipts: Mapping[int, str] = field(default_factory=dict)


def _recommended(
    model: str, beside: Product | None = None, cart: Sequence[int] = ()
) -> _Recommended:
    member = members.current().member
    try:
        answer = serving.recommend(
            core(),
            model,
            customer_id=member.id if member else None,
            product_id=beside.id if beside else None,
            cart=cart,
            limit=_BESIDE,
        )
    except InvalidInput:  # somebody deleted the model, as anybody may in a demo
        return _Recommended()
    signer = receipts.signer(core())
    minted = receipts.mint(signer, core().clock.now(), answer, answer.placement)
    products = [each.product for each in answer.items]
    return _Recommended(
        products=products,
        receipts={
            each.id: receipt for each, receipt in zip(products, minted.receipts, strict=True)
        },
    )


def _cost(product: Product) -> int:
    return (product.price or 0) if product.sale_price is None else product.sale_price


def _item(product: Product, quantity: int = 1, receipt: str | None = None) -> dict[str, Any]:
    """A line as the storefront API takes it."""
    line = {"product_id": product.external_id, "quantity": quantity, "price": _cost(product)}
    return line | ({"receipt": receipt} if receipt else {})


def _lines(cart: Cart | None) -> Sequence[Any]:
    return [line for line in cart.lines if line.product.available] if cart else []


def _sum(cart: Cart | None) -> int:
    return sum(line.quantity * _cost(line.product) for line in _lines(cart))
