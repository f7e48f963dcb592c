"""Prices as people read them."""

from __future__ import annotations

_WHOLE = frozenset({"KRW", "JPY", "VND", "CLP"})
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def price(minor: int | None, currency: str) -> str:
    """An amount in minor units as text: ``12,900원``, ``$12.90``; empty when it is not known."""
    if minor is None:
        return ""
    amount = f"{minor:,}" if currency in _WHOLE else f"{minor / 100:,.2f}"
    if currency == "KRW":
        return f"{amount}원"
    return f"{_SIGNS[currency]}{amount}" if currency in _SIGNS else f"{amount} {currency}"
