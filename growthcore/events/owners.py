"""Whose events and carts they are."""

from __future__ import annotations

from typing import NamedTuple


class Owner(NamedTuple):
    """A customer (``known``), or a visitor nobody knows."""

    known: bool
    id: int

    @classmethod
    def of(cls, customer_id: int | None, visitor_id: int | None) -> Owner | None:
        """Whose an event is; None when it tells neither customer nor visitor."""
        if customer_id is not None:
            return cls(True, customer_id)
        return None if visitor_id is None else cls(False, visitor_id)

    def __str__(self) -> str:
        return f"{'c' if self.known else 'v'}{self.id}"
