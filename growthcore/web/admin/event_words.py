"""The names of events in words."""

from __future__ import annotations

from collections.abc import Mapping

from growthcore.api import Text

_WORDS: Mapping[str, Text] = {
    "page_view": Text("페이지 조회", "Page viewed"),
    "session_start": Text("방문", "Visit"),
    "search": Text("검색", "Search"),
    "view_item_list": Text("상품 목록 조회", "Product list viewed"),
    "select_item": Text("상품 선택", "Product selected"),
    "view_item": Text("상품 조회", "Product viewed"),
    "view_promotion": Text("프로모션 조회", "Promotion viewed"),
    "select_promotion": Text("프로모션 선택", "Promotion selected"),
    "share": Text("공유", "Shared"),
    "add_to_wishlist": Text("찜", "Added to wishlist"),
    "remove_from_wishlist": Text("찜 해제", "Removed from wishlist"),
    "add_to_cart": Text("장바구니 담기", "Added to cart"),
    "remove_from_cart": Text("장바구니 빼기", "Removed from cart"),
    "view_cart": Text("장바구니 조회", "Cart viewed"),
    "begin_checkout": Text("결제 시작", "Checkout started"),
    "add_shipping_info": Text("배송 정보 입력", "Shipping information added"),
    "add_payment_info": Text("결제 정보 입력", "Payment information added"),
    "purchase": Text("주문 완료", "Order placed"),
    "refund": Text("환불", "Refunded"),
    "sign_up": Text("회원 가입", "Signed up"),
    "login": Text("로그인", "Signed in"),
    "generate_lead": Text("상담 신청", "Lead"),
}


def event_word(name: str) -> Text:
    """An event as people call it; one of the shop's own by its name."""
    return _WORDS.get(name) or Text(name, name)
