"""The words for states, kinds and reasons, in one place; a test asks for every reason there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from growthcore.analytics.overview import Figures
from growthcore.api import Text
from growthcore.api.media import medium_in_words
from growthcore.campaigns.lifecycle import TITLES
from growthcore.campaigns.models import Campaign
from growthcore.web.current import core

STATES: Mapping[str, Text] = {state.value: title for state, title in TITLES.items()}
_COLOURS: Mapping[str, str] = {
    "draft": "secondary",
    "scheduled": "blue",
    "running": "green",
    "paused": "yellow",
    "completed": "green",
    "cancelled": "secondary",
}
_SYMBOLS: Mapping[str, str] = {
    "draft": "edit",
    "scheduled": "clock",
    "running": "player-play",
    "paused": "player-pause",
    "completed": "check",
    "cancelled": "x",
}
KINDS: Mapping[str, Text] = {
    "once": Text("일회성", "One-time"),
    "scheduled": Text("예약", "Scheduled"),
    "triggered": Text("자동화(트리거)", "Triggered"),
}
CLASSES: Mapping[str, Text] = {
    "advertising": Text("광고성", "Advertising"),
    "informational": Text("정보성", "Informational"),
}
MESSAGES: Mapping[str, Text] = {
    "due": Text("대기", "Waiting"),
    "claimed": Text("발송 준비", "Preparing"),
    "sending": Text("발송 중", "Sending"),
    "sent": Text("발송 성공", "Sent"),
    "failed": Text("실패", "Failed"),
    "suppressed": Text("제외", "Suppressed"),
    "uncertain": Text("확인 필요", "Uncertain"),
}
MESSAGE_COLOURS: Mapping[str, str] = {
    "due": "secondary",
    "claimed": "secondary",
    "sending": "blue",
    "sent": "green",
    "failed": "red",
    "suppressed": "yellow",
    "uncertain": "orange",
}
REASONS: Mapping[str, Text] = {
    "account": Text("발신 계정 오류", "Sender account does not work"),
    "address_invalid": Text("보낼 수 없는 주소", "Address can't be sent to"),
    "address_malformed": Text("주소 형식 오류", "Malformed address"),
    "answer_lost": Text("응답 끊김", "The answer was lost"),
    "before_send_failed": Text("플러그인 확인 실패", "A plugin's check failed"),
    "cancelled": Text("캠페인 중지", "Campaign stopped"),
    "cart_below_minimum": Text("장바구니 금액 미달", "Cart below the least value"),
    "cart_closed": Text("장바구니가 비었거나 구매 완료", "Cart emptied or bought"),
    "channel_failed": Text("채널 오류", "The channel failed"),
    "connection_lost": Text("연결 끊김", "Connection lost"),
    "cooldown": Text("중복 발송 방지(쿨다운)", "Cooldown"),
    "cooldown:cap": Text("발송 횟수 제한", "Cap on messages"),
    "customer_erased": Text("고객 정보 삭제", "Customer erased"),
    "customer_merged": Text("다른 고객과 통합", "Merged into another customer"),
    "deferred": Text("수신 서버가 나중에 받겠다고 답함", "Put off by the receiving server"),
    "expired": Text("유효 시간 지남", "No longer worth sending"),
    "failed": Text("발송 설정 플러그인 오류", "A send policy failed"),
    "failover_too_long": Text("대체 문자 길이 초과", "Text message instead too long"),
    "header_too_long": Text("헤더 길이 초과", "Header too long"),
    "held_back": Text("받는 시스템이 바빠 보류", "Held back: the receiver is busy"),
    "highlight_too_long": Text("하이라이트 길이 초과", "Highlight too long"),
    "item_too_long": Text("아이템 길이 초과", "Item too long"),
    "consent_changed": Text("동의 철회 또는 새로 동의", "Consent withdrawn or given anew"),
    "consent_changed_again": Text("수신 동의가 다시 변경됨", "Consent changed again"),
    "left_audience": Text("대상에서 벗어남", "Left the audience"),
    "link_invalid": Text("링크 오류", "Broken link"),
    "mailbox_disabled": Text("사용 중지된 메일함", "Mailbox disabled"),
    "mailbox_unknown": Text("없는 메일함", "Unknown mailbox"),
    "message_refused": Text("메시지 내용 거부", "Message refused"),
    "night_ban": Text("법정 야간 광고 제한(21:00~08:00)", "The law's night (21:00-08:00)"),
    "no_address": Text("연락처 없음", "No address"),
    "no_consent": Text("수신 동의 없음", "No consent"),
    "not_answered": Text("응답에 결과 없음", "Not in the answer"),
    "not_taken": Text("접수되지 않음 확인", "Certainly not taken"),
    "not_yet": Text("조건이 아직 충족되지 않음", "Not yet wanted"),
    "number_not_korean": Text("국내 번호가 아님", "Not a Korean number"),
    "quiet_hours": Text("야간 발송 금지 대기", "Held by the night-time ban"),
    "receipt_invalid": Text("채널 응답 오류", "The channel's answer was invalid"),
    "receipts_missing": Text("채널 응답 누락", "The channel's answer is missing"),
    "refused": Text("수신 거절", "Refused by the receiving side"),
    "render_failed": Text("메시지 작성 오류", "Message can't be laid out"),
    "settled:not-sent": Text("직접 확인: 발송 안 됨", "Settled by hand: not sent"),
    "settled:send-again": Text("직접 확인: 다시 발송", "Settled by hand: send again"),
    "settled:sent": Text("직접 확인: 발송됨", "Settled by hand: sent"),
    "slowed": Text("수신 서버 요청으로 천천히 발송", "Slowed down: the receiver asked for less"),
    "sold_out": Text("장바구니 상품 모두 품절", "Everything in the cart is sold out"),
    "summary_too_long": Text("요약 길이 초과", "Summary too long"),
    "suppressed_bounced": Text("반송된 주소", "Address bounced"),
    "suppressed_bounced_hard": Text("없는 주소로 반송됨", "Address takes nothing: it bounced"),
    "suppressed_bounced_soft": Text("일시 반송 반복", "Bounced again and again"),
    "suppressed_complained": Text("스팸 신고", "Complained of as spam"),
    "suppressed_entered": Text("발송 차단 목록", "On the suppression list"),
    "suppressed_unsubscribed": Text("수신거부", "Opted out"),
    "template_mismatch": Text("템플릿과 다른 내용", "Differs from the template"),
    "text_too_long": Text("메시지 길이 초과", "Message too long"),
    "title_too_long": Text("강조 제목 길이 초과", "Title too long"),
    "unreachable": Text("발송 서버에 연결할 수 없음", "The sending server can't be reached"),
    "variable_missing": Text("변수 값 없음", "No value for a variable"),
    "worker_lost": Text("발송 중 처리 중단", "The worker was lost while sending"),
}
DELIVERIES: Mapping[str, Text] = {
    "awaited": Text("확인 대기", "Not known yet"),
    "delivered": Text("수신됨", "Delivered"),
    "undelivered": Text("수신되지 않음", "Not delivered"),
}
REPLAYS: Mapping[str, Text] = {
    "waiting": Text("대기", "Waiting"),
    "accepted": Text("접수됨", "Taken"),
    "refused": Text("거절됨", "Refused"),
    "withheld": Text("보내지 않음", "Not sent"),
}
LOSSES = Decimal(5)
"""A one-time campaign of which more percent failed is only partly a success."""


@dataclass(frozen=True)
class Badge:
    """A state as it is shown: word, colour and icon, never the colour alone."""

    text: Text
    colour: str
    symbol: str


def badge(campaign: Campaign, figures: Figures) -> Badge:
    """A campaign's state; of one that is over, also how it went."""
    state = str(campaign.state)
    if state == "completed" and figures.success_rate is not None:
        if 100 - Decimal(figures.success_rate) > LOSSES:
            return Badge(Text("일부 실패", "Partly failed"), "orange", "alert-triangle")
        return Badge(Text("성공", "Succeeded"), "green", "check")
    return Badge(STATES[state], _COLOURS[state], _SYMBOLS[state])


def kind(campaign: Campaign) -> Text:
    """What kind of campaign it is."""
    at_a_time = campaign.kind == "once" and campaign.scheduled_for is not None
    return KINDS["scheduled" if at_a_time else campaign.kind]


def reason(code: str | None) -> Text:
    """Why a message waits or did not go; a code that nobody has words for is shown as it is."""
    if not code:
        return Text("", "")
    if found := _known(code):
        return found
    head, _, rest = code.partition(":")
    if head == "exception":
        return Text(f"예외 이벤트 발생: {rest}", f"An exception happened: {rest}")
    if head == "priority":
        return Text(f"우선순위가 높은 캠페인 {rest}", f"Campaign {rest} goes first")
    if rest:
        inner = _known(rest) or Text(rest, rest)
        return Text(f"{inner.ko} ({head})", f"{inner.en} ({head})")
    return Text(code, code)


def _known(code: str) -> Text | None:
    """The core's words, or those of the channel whose code it is."""
    if code in REASONS:
        return REASONS[code]
    offered = core().plugins.channels.values()
    return next((each.reasons[code] for each in offered if code in each.reasons), None)


def replay(outcome: str | None) -> Text:
    """How sending a message again went."""
    return REPLAYS[outcome or "waiting"]


def medium(name: str) -> Text:
    """What people call a medium; one of a plugin is shown as it is."""
    return medium_in_words(name)


def seen(found: Text) -> Text:
    """What a check has seen; the code of a suppression in words."""
    return REASONS.get(f"suppressed_{found.en}", found)
