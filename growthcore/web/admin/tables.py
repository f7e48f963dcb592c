"""What a list page was asked for: all of it stands in the query string, so that it can be shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for

SIZES = (20, 50, 100)
_LONGEST_SEARCH = 200
_LAST_PAGE = 100_000


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One page of a list, as asked for.

    ``sort`` is one of the keys the view allows, ``descending`` its direction; ``filters`` has every
    allowed key, ``""`` where nothing was chosen.
    """

    q: str = ""
    page: int = 1
    size: int = SIZES[0]
    sort: str = ""
    descending: bool = True
    filters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_request(cls, *, sorts: Sequence[str] = (), filters: Sequence[str] = ()) -> Listing:
        """Read the query string; what does not fit falls back to the default. ``sorts[0]`` is it."""
        asked = request.args
        sort = asked.get("sort", "")
        size = asked.get("size", type=int)
        return cls(
            q=asked.get("q", "").strip()[:_LONGEST_SEARCH],
            page=min(max(asked.get("page", 1, type=int), 1), _LAST_PAGE),
            size=size if size in SIZES else SIZES[0],
            sort=sort if sort in sorts else next(iter(sorts), ""),
            descending=asked.get("dir", "desc") != "asc",
            filters={key: asked.get(key, "").strip()[:_LONGEST_SEARCH] for key in filters},
        )

    @property
    def offset(self) -> int:
        """How many rows stand before this page."""
        return (self.page - 1) * self.size

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a filter leaves something out."""
        return bool(self.q or any(self.filters.values()))

    def pages(self, total: int) -> int:
        """How many pages ``total`` rows make; at least one."""
        return max(1, -(-total // self.size))

    def url(self, **changes: Any) -> str:
        """The address of this list with some things changed; anything but ``page`` starts at page 1."""
        asked: dict[str, Any] = {
            "q": self.q,
            "size": self.size if self.size != SIZES[0] else "",
            "sort": self.sort if "sort" in request.args else "",
            "dir": "" if self.descending else "asc",
            "page": "",
            **self.filters,
            **changes,
        }
        given = {key: value for key, value in asked.items() if value not in ("", None)}
        return url_for(request.endpoint or "", **(request.view_args or {}), **given)

    def sort_url(self, key: str) -> str:
        """Sort by ``key``: falling first, rising when it already falls."""
        rising = self.sort == key and self.descending
        return self.url(sort=key, dir="asc" if rising else "")
