"""The Kakao channels and templates that a stand-in begins with: every state there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

Inspection = Literal["ACCEPT", "REGISTER", "INSPECT", "COMPLETE", "REJECT"]
TemplateStatus = Literal["READY", "ACTIVE", "STOP"]

_MADE = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A Kakao channel; ``failover_number`` is what its text messages come from."""

    id: str
    name: str
    status: str = "ACTIVE"
    failover_number: str | None = None
    created_at: datetime = _MADE


@dataclass(frozen=True, kw_only=True)
class Template:
    """An AlimTalk template; ``buttons``, ``highlight`` and ``item`` as the API writes them.

    ``title`` is the emphasised one. ``comments`` are the reviewers' words.
    """

    code: str
    name: str
    channel: str
    content: str
    inspection: Inspection = "COMPLETE"
    status: TemplateStatus = "ACTIVE"
    message_type: Literal["BA", "EX", "AD", "MI"] = "BA"
    category: tuple[str, str] = ("999999", "기타")
    title: str | None = None
    header: str | None = None
    highlight: Mapping[str, str] | None = None
    item: Mapping[str, Any] | None = None
    buttons: tuple[Mapping[str, str], ...] = ()
    comments: tuple[str, ...] = ()
    created_at: datetime = _MADE
    updated_at: datetime | None = None

    @property
    def usable(self) -> bool:
        """Whether messages may be sent with it."""
        return self.inspection == "COMPLETE" and self.status == "ACTIVE"


@dataclass(kw_only=True)
class Catalogue:
    """What a service has; change the lists to change what it has."""

    channels: list[Channel] = field(default_factory=lambda: list(CHANNELS))
    templates: list[Template] = field(default_factory=lambda: list(TEMPLATES))
    brand_templates: list[Template] = field(default_factory=list)

    def channel(self, id_: str) -> Channel | None:
        """The channel of this id, "@…"."""
        return next((channel for channel in self.channels if channel.id == id_), None)

    def template(self, channel: str, code: str) -> Template | None:
        """A channel's template."""
        return next((t for t in self.templates if (t.channel, t.code) == (channel, code)), None)


CHANNELS: tuple[Channel, ...] = (
    Channel(id="@growthcore", name="그로스코어", failover_number="0212345678"),
    Channel(id="@growthcore_outlet", name="그로스코어 아울렛"),
    Channel(id="@growthcore_blocked", name="차단된 채널", status="BLOCKED"),
    Channel(id="@growthcore_leaving", name="삭제 대기 채널", status="PENDING_DELETE"),
    Channel(id="@growthcore_gone", name="삭제된 채널", status="DELETED"),
)


def _link(name: str, url: str) -> dict[str, str]:
    return {"type": "WL", "name": name, "linkMobile": url, "linkPc": url}


def _made(code: str, name: str, content: str, **more: Any) -> Template:
    return Template(code=code, name=name, channel="@growthcore", content=content, **more)


TEMPLATES: tuple[Template, ...] = (
    _made(
        "ORDER01",
        "발송 안내",
        "#{고객명}님, 주문 #{주문번호}이(가) 발송되었습니다.",
        buttons=(
            _link("주문 확인", "https://shop.example/orders/#{주문번호}"),
            {"type": "DS", "name": "배송 조회"},
        ),
    ),
    _made(
        "WELCOME01",
        "가입 안내",
        "#{고객명}님, 가입해 주셔서 감사합니다.\n\n가입일: #{가입일}\n문의: 고객센터",
    ),
    _made(
        "ORDER02",
        "주문 접수 안내",
        "#{고객명}님의 주문이 접수되었습니다.\n\n주문번호: #{주문번호}\n결제금액: #{결제금액}",
        title="#{결제금액} 결제 완료",
        buttons=(_link("자세히 보기", "https://#{링크}"),),
    ),
    _made(
        "ORDER03",
        "배송 예정 안내",
        "#{고객명}님, 주문하신 상품을 준비하고 있습니다.",
        message_type="AD",
        header="배송 안내",
        highlight={"title": "#{상품명}", "description": "#{수량}개"},
        item={
            "list": [
                {"title": "주문번호", "description": "#{주문번호}"},
                {"title": "배송지", "description": "#{배송지}"},
            ],
            "summary": {"title": "합계", "description": "#{결제금액}"},
        },
        buttons=({"type": "AC", "name": "채널 추가"},),
    ),
    _made(
        "NEW01", "접수된 템플릿", "#{고객명}님, 안내드립니다.", inspection="ACCEPT", status="READY"
    ),
    _made(
        "NEW02",
        "등록된 템플릿",
        "#{고객명}님, 안내드립니다.",
        inspection="REGISTER",
        status="READY",
    ),
    _made(
        "NEW03",
        "검수 중인 템플릿",
        "#{고객명}님, 안내드립니다.",
        inspection="INSPECT",
        status="READY",
    ),
    _made(
        "SALE01",
        "반려된 템플릿",
        "#{고객명}님, 이번 주말 최대 50% 할인!",
        inspection="REJECT",
        status="READY",
        comments=("광고성 내용이 포함되어 알림톡으로 발송할 수 없습니다.",),
    ),
    _made("OLD01", "사용 중지된 템플릿", "#{고객명}님, 지난 안내입니다.", status="STOP"),
    Template(
        code="OUTLET01",
        name="아울렛 입고 안내",
        channel="@growthcore_outlet",
        content="#{고객명}님, 신청하신 #{상품명}이(가) 입고되었습니다.",
    ),
)
