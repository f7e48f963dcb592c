"""The variables. Those named in Korean are the same under the names that shops write."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final

from growthcore.api import Customer, Shop, Text, Variable


class OfCustomer(Variable):
    """A variable that reads one customer at a time."""

    @abstractmethod
    def value(self, customer: Customer) -> str | None:
        """The customer's value; None or blank when there is none."""

    def values(self, customers: Sequence[Customer], shop: Shop) -> Mapping[int, str]:
        """The value of each customer that has one."""
        found = {customer.id: (self.value(customer) or "").strip() for customer in customers}
        return {customer_id: value for customer_id, value in found.items() if value}


class OfShop(Variable):
    """A variable that is the same for everybody."""

    @abstractmethod
    def value(self, shop: Shop) -> str:
        """The shop's value."""

    def values(self, customers: Sequence[Customer], shop: Shop) -> Mapping[int, str]:
        """The value, for each customer."""
        value = self.value(shop)
        return {customer.id: value for customer in customers if value}


class Name(OfCustomer):
    """What the customer is called."""

    id = "NAME"
    title = Text("고객명", "Customer's name")
    sample = Text("김하늘", "Haneul Kim")

    def value(self, customer: Customer) -> str | None:
        return customer.name


class UserId(OfCustomer):
    """What the shop calls the customer."""

    id = "USER_ID"
    title = Text("아이디", "User id")
    sample = Text("haneul", "haneul")

    def value(self, customer: Customer) -> str | None:
        return customer.external_id


class Email(OfCustomer):
    """The customer's e-mail address."""

    id = "EMAIL"
    title = Text("이메일", "E-mail address")
    sample = Text("haneul@example.com", "haneul@example.com")

    def value(self, customer: Customer) -> str | None:
        return customer.email


class Grade(OfCustomer):
    """The customer's grade, from the attribute ``grade``."""

    id = "GRADE"
    title = Text("등급", "Grade")
    sample = Text("VIP", "VIP")
    help = Text("고객 속성 grade의 값", "The customer attribute grade")

    def value(self, customer: Customer) -> str | None:
        return _shown(customer.attributes.get("grade"))


class NowPoint(OfCustomer):
    """The points the customer has now, from the attribute ``points``."""

    id = "NOW_POINT"
    title = Text("현재 적립금", "Points now")
    sample = Text("1,200", "1,200")
    help = Text("고객 속성 points의 값", "The customer attribute points")

    def value(self, customer: Customer) -> str | None:
        return _shown(customer.attributes.get("points"))


class MallName(OfShop):
    """The shop's name."""

    id = "MALL_NAME"
    title = Text("쇼핑몰명", "Shop's name")
    sample = Text("고운옷장", "Goun Closet")

    def value(self, shop: Shop) -> str:
        return shop.name


class MallUrl(OfShop):
    """The shop's address."""

    id = "MALL_URL"
    title = Text("쇼핑몰 주소", "Shop's address")
    sample = Text("https://shop.example", "https://shop.example")

    def value(self, shop: Shop) -> str:
        return shop.url


def _shown(value: object) -> str | None:
    """Text as it is, numbers as people write them: ``1,200``, and ``0.5`` with its fraction."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return f"{int(value):,}" if value == int(value) else f"{value:,}"


def _called(name: str, variable: type[Variable]) -> type[Variable]:
    """The same variable under another name."""
    return type(f"{variable.__name__}Ko", (variable,), {"id": name, "__doc__": variable.__doc__})


VARIABLES: Final[Sequence[type[Variable]]] = (
    Name,
    UserId,
    Email,
    Grade,
    NowPoint,
    MallName,
    MallUrl,
    _called("고객명", Name),
    _called("아이디", UserId),
    _called("등급", Grade),
    _called("적립금", NowPoint),
    _called("쇼핑몰명", MallName),
)
