"""What a webhook says of an order, a member and a product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from growthcore.sandbox.cafe24.wire import Record, won

_JOINED = (
    "member_id",
    "group_no",
    "name",
    "nick_name",
    "created_date",
    "member_authentication",
    "birthday",
    "gender",
    "phone",
    "cellphone",
    "sms",
    "email",
    "news_mail",
    "recommend_id",
    "use_mobile_app",
    "member_type",
)
_PRODUCT = (
    "product_no",
    "product_code",
    "custom_product_code",
    "created_date",
    "updated_date",
    "product_name",
    "eng_product_name",
    "model_name",
    "product_condition",
    "summary_description",
    "simple_description",
    "display",
    "selling",
    "retail_price",
    "supply_price",
    "price",
    "price_content",
    "adult_certification",
    "manufacturer_code",
    "supplier_code",
    "brand_code",
    "trend_code",
)
_ORDER = (
    "order_id",
    "currency",
    "order_date",
    "order_place_name",
    "order_place_id",
    "member_id",
    "member_authentication",
    "group_no_when_ordering",
    "first_order",
    "order_from_mobile",
    "paid",
    "payment_date",
    "billing_name",
    "shipping_type",
    "shipping_status",
    "cancel_date",
)


def joined(who: Mapping[str, Any]) -> Record:
    """A new member; points are called mileage here."""
    points = {"total_mileage": who["total_points"], "available_mileage": who["available_points"]}
    return {name: who[name] for name in _JOINED} | points


def product(record: Mapping[str, Any]) -> Record:
    """A product."""
    return {name: record[name] for name in _PRODUCT} | {"shipping_scope": "A", "translated": "F"}


def ordered(order: Mapping[str, Any]) -> Record:
    """An order: flat, its groups' and products' numbers as texts, its products joined by commas."""
    amounts, buyer, items = order["initial_order_amount"], order["buyer"], order["items"]
    return {name: order[name] for name in _ORDER} | {
        "group_no_when_ordering": str(order["group_no_when_ordering"] or ""),
        "payment_gateway_name": "inicis" if order["paid"] == "T" else "",
        "payment_method": ",".join(order["payment_method"]),
        "buyer_name": buyer["name"],
        "buyer_email": buyer["email"],
        "buyer_phone": buyer["phone"],
        "buyer_cellphone": buyer["cellphone"],
        "order_price_amount": amounts["order_price_amount"],
        "membership_discount_amount": amounts["membership_discount_amount"],
        "actual_payment_amount": order["payment_amount"],
        "mileage_spent_amount": won(0),
        "shipping_fee": amounts["shipping_fee"],
        "ordering_product_code": ",".join(item["product_code"] for item in items),
        "ordering_product_name": ",".join(item["product_name"] for item in items),
    }
