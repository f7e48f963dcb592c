"""Questions to the Admin API, by the connection that is authorised for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from growthcore.api import (
    AccountState,
    ConfigError,
    Connection,
    HttpResponse,
    PermanentError,
    RetryableError,
)
from growthcore_source_cafe24.wire import Record


@dataclass(frozen=True)
class Shop:
    """Which mall it is, where its pages are, and what its prices are in."""

    mall_id: str
    url: str
    currency: str


class Mall:
    """Asks ``connection``; keeps what it is asked for each time in the account's ``state``.

    Every method raises :class:`ConfigError`, :class:`RetryableError` and :class:`PermanentError`.
    """

    def __init__(self, connection: Callable[[], Connection], state: AccountState) -> None:
        self._connection, self._state = connection, state
        self._groups: Mapping[int, str] = {}
        self._categories: Mapping[int, str] = {}

    def get(self, path: str, **query: object) -> Record:
        """The answer to ``GET /api/v2/admin/…``."""
        asked = [(name, str(value)) for name, value in query.items() if value is not None]
        try:
            response = self._connection().request("GET", f"/admin/{path}", query=asked)
        except ConnectionError as error:
            raise RetryableError("Cafe24 did not answer.") from error
        return _read(response)

    def change(self, method: str, path: str, request: Mapping[str, Any] | None = None) -> Record:
        """Change something; what is to be deleted and gone already is fine."""
        body = None if request is None else {"request": request}
        response = self._connection().request(method, f"/admin/{path}", body=body)
        return {} if method == "DELETE" and response.status == 404 else _read(response)

    def listed(self, path: str, **query: object) -> Sequence[Record]:
        """One page of a list, which stands under the last part of the path."""
        found = self.get(path, **query).get(path.rpartition("/")[2])
        return found if isinstance(found, list) else []

    def counted(self, path: str, **query: object) -> int:
        """How many there are."""
        return int(self.get(f"{path}/count", **query)["count"])

    @property
    def shop(self) -> Shop:
        """The shop, asked for once."""
        kept = self._state.read().get("shop")
        if kept is None:
            kept = self._asked_shop()
            self._state.update(lambda state: state.update(shop=kept))
        return Shop(**kept)

    def group(self, number: object) -> str | None:
        """The name of a group of members."""
        return self._named(number, "_groups", self._asked_groups)

    def category(self, number: object) -> str | None:
        """The path of a category: 상의/니트."""
        return self._named(number, "_categories", self._asked_categories)

    def _named(self, number: object, kept: str, ask: Callable[[], Mapping[int, str]]) -> str | None:
        """Of what is kept, asked for again where a number is new; one that is nowhere is None."""
        if not isinstance(number, int):
            return None
        if number not in getattr(self, kept):
            setattr(self, kept, {number: None, **ask()})
        found: str | None = getattr(self, kept)[number]
        return found

    def _asked_shop(self) -> dict[str, str]:
        store = self.get("store").get("store", {})
        shops = self.listed("shops")
        main = next((each for each in shops if each.get("default") == "T"), {})
        domain = store.get("primary_domain") or store.get("base_domain")
        if not store.get("mall_id") or not domain:
            raise ConfigError("Cafe24 does not tell which mall it is; connect the mall again.")
        currency = main.get("currency_code") or "KRW"
        return {"mall_id": store["mall_id"], "url": f"https://{domain}", "currency": currency}

    def _asked_groups(self) -> dict[int, str]:
        return {each["group_no"]: each["group_name"] for each in self.listed("customergroups")}

    def _asked_categories(self) -> dict[int, str]:
        found: list[Record] = []
        while page := self.listed("categories", limit=100, offset=len(found)):
            found += page
            if len(page) < 100 or len(found) > 8_000:
                break
        return {each["category_no"]: _path(each) for each in found}


def _path(category: Record) -> str:
    names = category.get("full_category_name") or {}
    told = [str(names[depth]).replace("/", "·") for depth in sorted(names) if names[depth]]
    return "/".join(told) or str(category["category_name"])


def _read(response: HttpResponse) -> Record:
    """The body of a good answer."""
    try:
        body = json.loads(response.data or b"{}")
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    if response.status == 429:
        raise RetryableError("Cafe24's call limit is reached; try again later.")
    if not 200 <= response.status < 300:
        error = body.get("error")
        said = error.get("message") if isinstance(error, dict) else None
        raise PermanentError(
            f"Cafe24 refuses a request ({response.status}). It says: {str(said or '–')[:200]}"
        )
    return body
