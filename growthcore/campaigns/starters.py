"""Messages to begin from, so that nobody has to write one out of nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from growthcore.api import Text

_FOLDER = resources.files("growthcore.campaigns") / "data" / "starters"
_RECOMMENDED = "{{ recommended }}"


@dataclass(frozen=True, kw_only=True)
class Starter:
    """One message. Its fields go by the names channels use: ``subject``, ``blocks``, ``body``."""

    id: str
    title: Text
    description: Text
    subject: str
    preheader: str

    def content(self, models: Sequence[str]) -> Mapping[str, Any]:
        """The fields; where products are recommended, by the first of ``models`` if there is one."""
        blocks = json.loads(_read(f"{self.id}.json"))
        return {
            "subject": self.subject,
            "preheader": self.preheader,
            "blocks": list(filter(None, (_by_model(block, models) for block in blocks))),
            "body": _recommending(_read(f"{self.id}.txt"), _read("recommended.txt"), models),
        }


def _by_model(block: Mapping[str, Any], models: Sequence[str]) -> Mapping[str, Any] | None:
    if block["type"] != "recommended":
        return block
    return {**block, "model": models[0]} if models else None


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _recommending(source: str, section: str, models: Sequence[str]) -> str:
    filled = section.replace("MODEL", models[0]) if models else ""
    return source.replace(_RECOMMENDED, filled.strip()).strip() + "\n"


STARTERS: Mapping[str, Starter] = {
    starter.id: starter
    for starter in (
        Starter(
            id="cart",
            title=Text("장바구니 이탈", "Abandoned cart"),
            description=Text(
                "장바구니에 남은 상품과 추천 상품을 보여 줍니다.",
                "Shows what was left in the cart, and recommended products.",
            ),
            subject="#{NAME|고객}님, 장바구니에 상품이 남아 있습니다",
            preheader="담아 두신 상품을 다시 확인해 보세요.",
        ),
        Starter(
            id="announcement",
            title=Text("일반 안내", "Announcement"),
            description=Text(
                "소식 한 가지와 버튼 하나로 된 메시지입니다.",
                "One piece of news and one button.",
            ),
            subject="#{MALL_NAME}에서 알려 드립니다",
            preheader="새로운 소식을 확인해 보세요.",
        ),
        Starter(
            id="consent_confirmation",
            title=Text("수신 동의 확인 (2년마다)", "Consent confirmation (every two years)"),
            description=Text(
                "동의한 내용과 날짜, 유지하거나 철회하는 방법을 알립니다. 정보성 메시지로 보내십시오.",
                "Tells what was consented to and when, and how to keep or withdraw it. Informational.",
            ),
            subject="[#{MALL_NAME}] 광고성 정보 수신 동의 확인 안내",
            preheader="동의하신 내용과 날짜를 확인해 주세요.",
        ),
        Starter(
            id="consent_changed",
            title=Text("수신 동의 처리 결과", "Result of a consent or withdrawal"),
            description=Text(
                "수신 동의, 거부, 철회의 처리 결과를 14일 이내에 알립니다. 정보성 메시지로 보내십시오.",
                "Tells the result of a consent, refusal or withdrawal within 14 days. Informational.",
            ),
            subject="[#{MALL_NAME}] 광고성 정보 수신 동의 처리 결과 안내",
            preheader="요청하신 내용을 처리했습니다.",
        ),
    )
}
