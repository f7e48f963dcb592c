"""The mall while it is open: what people do in it, and the webhooks that tell the app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from growthcore.api import Clock
from growthcore.sandbox.cafe24 import events
from growthcore.sandbox.cafe24.deliveries import Webhooks
from growthcore.sandbox.cafe24.mall import Mall
from growthcore.sandbox.cafe24.seed.goods import settle
from growthcore.sandbox.cafe24.seed.orders import advance, end, order_record
from growthcore.sandbox.cafe24.seed.people import member
from growthcore.sandbox.cafe24.seed.rest import cart_item
from growthcore.sandbox.cafe24.wire import Record, flag, iso, won

_SHIPPING, _CANCELLED = (90024, 90071), (90026, 90072)


class Shop:
    """Each method changes the mall, then tells the app; ``KeyError`` when there is none such."""

    def __init__(self, mall: Mall, webhooks: Webhooks, clock: Clock) -> None:
        self._mall, self._webhooks, self._clock = mall, webhooks, clock

    def join(self, **known: object) -> Record:
        """A new member; ``known`` are fields of one ("name", "cellphone", "sms")."""
        with self._mall.lock:
            number = self._mall.next_number("member")
            member_id = str(known.pop("member_id", f"newcomer{number}"))
            fields = {"name": "새회원", "email": f"{member_id}@example.com", **known}
            who = member(member_id, self._clock.now(), **fields)
            self._mall.members[member_id] = who
        self._emit(90032, events.joined(who))
        return who

    def change_member(self, member_id: str, **changes: object) -> None:
        """Change fields of a member. The app is told which, not to what."""
        with self._mall.lock:
            self._mall.members[member_id].update(changes)
        told = {"member_id": member_id, "diff_key": [*changes], "sub_event_code": "EC_FRONT"}
        self._emit(90080, told)

    def sign_in(self, member_id: str) -> None:
        """A member signs in."""
        with self._mall.lock:
            who = self._mall.members[member_id]
            who["last_login_date"] = iso(self._clock.now())
            groups = {each["group_no"]: each["group_name"] for each in self._mall.groups}
        group = groups.get(who["group_no"], "")
        self._emit(90143, {"member_id": member_id, "group_name": group, "inflow_name": "PC"})

    def withdraw(self, *member_ids: str) -> None:
        """Members leave for good."""
        with self._mall.lock:
            for each in member_ids:
                del self._mall.members[each]
            gone = {*member_ids}
            self._mall.carts[:] = [c for c in self._mall.carts if c["member_id"] not in gone]
            self._mall.wishes[:] = [w for w in self._mall.wishes if w["member_id"] not in gone]
        self._emit(90147, {"member_id": ", ".join(member_ids)})

    def add_to_cart(self, member_id: str, product_no: int, quantity: int = 1) -> Record:
        """A member puts a product into the cart."""
        with self._mall.lock:
            self._mall.members[member_id]
            product = self._mall.products[product_no]
            number = self._mall.next_number("cart")
            line = cart_item(
                number,
                member_id,
                product,
                product["variants"][0],
                quantity=quantity,
                at=self._clock.now(),
            )
            self._mall.carts.append(line)
        names = ("member_id", "shipping_type", "product_no", "variant_code", "quantity")
        told = {name: line[name] for name in names} | {"product_bundle": "F"}
        self._emit(90084, told, shop_key=self._mall.settings.cart_shop_key)
        return line

    def place_order(
        self, product_nos: Sequence[int], member_id: str = "", *, paid: bool = True
    ) -> Record:
        """A member, or a guest, buys one of each product; what was in the cart is no longer."""
        with self._mall.lock:
            products = [self._mall.products[each] for each in product_nos]
            buyer = self._mall.members[member_id] if member_id else None
            lines = [(product, product["variants"][0], 1) for product in products]
            number = self._mall.next_number("order")
            order = order_record(number, self._clock.now(), lines, buyer, paid=paid)
            bought = any(o["member_id"] == member_id for o in self._mall.orders.values())
            order["first_order"] = flag(member_id and not bought)
            self._mall.orders[order["order_id"]] = order
            self._mall.carts[:] = [
                line
                for line in self._mall.carts
                if line["member_id"] != member_id or line["product_no"] not in product_nos
            ]
        self._emit(90023, events.ordered(order))
        for product, variant, quantity in lines:
            self._take_stock(product, variant, quantity)
        return order

    def pay(self, order_id: str) -> None:
        """The money of an order arrives."""
        with self._mall.lock:
            order = self._mall.orders[order_id]
            total = order["initial_order_amount"]["total_amount_due"]
            order.update(paid="T", payment_date=iso(self._clock.now()), payment_amount=total)
            order["actual_order_amount"] |= {"payment_amount": total, "total_amount_due": won(0)}
            for item in order["items"]:
                item["order_status"] = "N20"
        self._emit(90025, events.ordered(order))

    def ship(self, *order_ids: str) -> None:
        """Orders go out; several are told together."""
        with self._mall.lock:
            for each in order_ids:
                advance(self._mall.orders[each], "shipped_date", self._clock.now(), "N30")
        self._tell(_SHIPPING, order_ids)

    def cancel(self, *order_ids: str) -> None:
        """Orders are cancelled; several are told together."""
        with self._mall.lock:
            for each in order_ids:
                end(self._mall.orders[each], "C40", self._clock.now())
        self._tell(_CANCELLED, order_ids)

    def change_product(self, product_no: int, **changes: object) -> Record:
        """Change fields of a product ("price", "display")."""
        with self._mall.lock:
            product = self._mall.products[product_no]
            product.update(changes, updated_date=iso(self._clock.now()))
        self._emit(90002, events.product(product))
        return product

    def change_products(self, product_nos: Sequence[int], **changes: object) -> None:
        """Change fields of several products at once; the app is told their numbers."""
        with self._mall.lock:
            for each in product_nos:
                self._mall.products[each].update(changes, updated_date=iso(self._clock.now()))
        numbers = ",".join(str(each) for each in product_nos)
        self._emit(90041, {"product_no": numbers, "action": "batch"})

    def delete_product(self, product_no: int) -> None:
        """A product goes."""
        with self._mall.lock:
            product = self._mall.products.pop(product_no)
        code = product["product_code"]
        self._emit(90003, {"product_no": product_no, "product_code": code})

    def stock_changed(self, product: Record, variant: Record) -> None:
        """Tell the app of a variant whose stock is no longer what it was."""
        told = {"status_text": "재고수량이 변경된 경우", "use_soldout": variant["display_soldout"]}
        told["variant_code"] = variant["variant_code"]
        self._emit(90075, events.product(product) | told)

    def remove_app(self) -> None:
        """The app is removed: its tokens get 403 until somebody agrees anew."""
        settings = self._mall.settings
        with self._mall.lock:
            self._mall.installed = False
            if settings.tags_vanish:
                self._mall.script_tags.clear()
        told = {
            "mall_id": settings.mall_id,
            "client_id": settings.client_id,
            "app_name": settings.app_name,
            "deleted_date": iso(self._clock.now()),
        }
        self._webhooks.emit(90077, told)

    def _take_stock(self, product: Record, variant: Record, quantity: int) -> None:
        with self._mall.lock:
            left = max(0, int(variant["quantity"]) - quantity)
            changed, variant["quantity"] = left != variant["quantity"], left
            settle(product)
        if changed and not left:
            self.stock_changed(product, variant)

    def _tell(self, numbers: tuple[int, int], order_ids: Sequence[str]) -> None:
        one, bulk = numbers
        if len(order_ids) == 1:
            self._emit(one, events.ordered(self._mall.orders[order_ids[0]]))
        else:
            self._emit(bulk, {"order_id": ",".join(order_ids)})

    def _emit(
        self, event_no: int, told: dict[str, Any], *, shop_key: str = "event_shop_no"
    ) -> None:
        settings = self._mall.settings
        shop: int | str = 1 if event_no in settings.numeric_shop_events else "1"
        self._webhooks.emit(event_no, {"mall_id": settings.mall_id, shop_key: shop} | told)
