"""Events and counts in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from growthcore.api import Text

_DONE: Final[Mapping[str, Text]] = {
    "page_view": Text("페이지 조회", "viewed a page"),
    "session_start": Text("방문", "visited"),
    "search": Text("검색", "searched"),
    "view_item_list": Text("상품 목록 조회", "viewed a product list"),
    "select_item": Text("상품 선택", "selected a product"),
    "view_item": Text("상품 조회", "viewed a product"),
    "add_to_wishlist": Text("찜", "added to the wishlist"),
    "add_to_cart": Text("장바구니 담기", "added to the cart"),
    "remove_from_cart": Text("장바구니 빼기", "removed from the cart"),
    "view_cart": Text("장바구니 조회", "viewed the cart"),
    "begin_checkout": Text("결제 시작", "began checkout"),
    "add_shipping_info": Text("배송 정보 입력", "added shipping information"),
    "add_payment_info": Text("결제 정보 입력", "added payment information"),
    "purchase": Text("구매", "purchased"),
    "refund": Text("환불", "was refunded"),
    "sign_up": Text("회원 가입", "signed up"),
    "login": Text("로그인", "logged in"),
}
_KO: Final = {
    ">=": "{}회 이상",
    ">": "{}회 초과",
    "=": "정확히 {}회",
    "<=": "{}회 이하",
    "<": "{}회 미만",
    "!=": "{}회 아님",
}
_EN: Final = {
    ">=": "at least {}",
    ">": "more than {}",
    "=": "exactly {}",
    "<=": "at most {}",
    "<": "less than {}",
    "!=": "any number of times but {}",
}


def what_was_done(event: str) -> Text:
    """The event as something done; one of the shop's own by its name."""
    return _DONE.get(event) or Text(f"‘{event}’ 이벤트", f"did “{event}”")


def how_often(operator: str, count: int) -> Text:
    """``>= 1`` as ``1회 이상`` and ``at least once``; 0 times is ``never``."""
    if (operator, count) == ("=", 0):
        return Text("없음", "never")
    times = "once" if count == 1 else f"{count} times"
    return Text(_KO[operator].format(count), _EN[operator].format(times))
