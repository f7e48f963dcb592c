"""What is asked of GrowthCore about the data, as its users would write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SPENT_IN = "GROCERY"
SPENT_MORE_THAN = 20_000
"""Cents."""


def _bought(operator: str, count: int, days: int) -> dict[str, Any]:
    params = {"event": "purchase", "operator": operator, "count": count, "within": {"days": days}}
    return {"condition": "event_count", "params": params}


SEGMENTS: Mapping[str, Mapping[str, Any]] = {
    "Bought 3 times in 30 days, not in the last 14": {
        "all": [_bought(">=", 3, 30), _bought("=", 0, 14)]
    },
    "Spent over $200 on groceries in 90 days": {
        "condition": "purchase_value",
        "params": {
            "operator": ">",
            "amount": SPENT_MORE_THAN,
            "category": SPENT_IN,
            "within": {"days": 90},
        },
    },
}


def campaign(account_id: int, segment_id: int) -> dict[str, Any]:
    """An advertisement to everybody in a saved segment, at once."""
    return {
        "message_class": "advertising",
        "account_id": account_id,
        "content": {
            "subject": "#{NAME}, your groceries this week",
            "html": "<html><body><p>Hello #{NAME}</p>"
            '<p><a href="https://sandbox.example/offers">What is on offer</a></p>'
            '<p><a href="#{UNSUBSCRIBE_URL}">Unsubscribe</a></p></body></html>',
        },
        "audience": {"condition": "in_segment", "params": {"segment_id": segment_id}},
        "delivery": {"kind": "once"},
    }
