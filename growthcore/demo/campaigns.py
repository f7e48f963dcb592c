"""The campaigns of the demo: one that ended, one that runs, one that waits, one being written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from growthcore.campaigns import enrolment, sending, service
from growthcore.core import Core
from growthcore.demo import mails
from growthcore.demo.scale import ACTOR, ZONE

IDLE = timedelta(minutes=1)
"""How long a cart is left alone before the reminder: short, so that a visitor can watch it."""

CHUNK = 500


class Campaigns:
    """Makes and launches the campaigns of one shop."""

    def __init__(self, core: Core, account_id: int, segments: Mapping[str, int]) -> None:
        self._core = core
        self._account = account_id
        self._segments = segments

    def remind_of_carts(self) -> int:
        """Launch the reminder of abandoned carts, which runs from now on; its id."""
        return self._launched(
            "장바구니 이탈 알림",
            {
                "content": mails.content(
                    "cart",
                    subject="#{NAME|고객}님, 장바구니에 담은 상품이 기다리고 있어요",
                    preheader="잊지 않도록 담아 두신 상품을 다시 보여 드려요.",
                ),
                "delivery": {
                    "kind": "triggered",
                    "trigger": {
                        "id": "cart_abandoned",
                        "params": {"idle": {"minutes": IDLE.seconds // 60}},
                    },
                    "exceptions": ["purchase"],
                },
            },
        )

    def announce_sale(self) -> int:
        """Launch the season's sale for the best customers; its id."""
        id_ = self._launched(
            "시즌 오프 우수 회원 선공개",
            {
                "content": mails.content(
                    "sale",
                    subject="#{NAME|고객}님께 먼저 열어 드리는 시즌 오프",
                    preheader="최대 30% 할인, 우수 회원님께 먼저 알려 드립니다.",
                ),
                "audience": self._segment("VIP·GOLD 회원"),
                "delivery": {"kind": "once"},
            },
        )
        while enrolment.enrol_audience(self._core, id_):
            pass
        return id_

    def prepare(self) -> None:
        """Schedule one for the coming days, and leave a draft."""
        with self._core.db.unit() as session:
            weekend = self._made(
                session,
                "주말 무료 배송 안내",
                {
                    "content": mails.content(
                        "weekend",
                        subject="#{NAME|고객}님, 이번 주말은 무료 배송이에요",
                        preheader="주문 금액과 관계없이 모든 상품을 무료로 배송해 드려요.",
                    ),
                    "audience": self._segment("이메일 수신 동의 고객"),
                    "delivery": {"kind": "once"},
                },
            )
            service.launch(
                self._core, session, weekend, actor=ACTOR, at=_saturday(self._core.clock.now())
            )
            self._made(
                session,
                "휴면 위험 고객 재방문 유도",
                {
                    "content": mails.content(
                        "comeback",
                        subject="#{NAME|고객}님, 오랜만이에요",
                        preheader="요즘 많은 분이 찾는 상품을 모았어요.",
                    ),
                    "audience": self._segment("휴면 위험 고객"),
                    "delivery": {"kind": "once"},
                },
            )

    def _launched(self, name: str, definition: Mapping[str, Any]) -> int:
        with self._core.db.unit() as session:
            id_ = self._made(session, name, definition)
            service.launch(self._core, session, id_, actor=ACTOR)
        return id_

    def _made(self, session: Session, name: str, definition: Mapping[str, Any]) -> int:
        whole = {"message_class": "advertising", "account_id": self._account, **definition}
        return service.create(self._core, session, name, whole, actor=ACTOR).id

    def _segment(self, name: str) -> Mapping[str, Any]:
        return {"condition": "in_segment", "params": {"segment_id": self._segments[name]}}


def send(core: Core, campaign_id: int) -> None:
    """Send everything of a campaign that is due."""
    while sending.send_due(core, campaign_id, limit=CHUNK) == CHUNK:
        pass


def _saturday(now: datetime) -> datetime:
    """Ten in the morning of the next Saturday that is not today."""
    today = now.astimezone(ZONE).date()
    ahead = (5 - today.weekday()) % 7 or 7
    return datetime.combine(today + timedelta(days=ahead), time(10), ZONE)
