"""Messages to begin from, so that nobody has to write HTML out of nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from growthcore.api import UNSUBSCRIBE_URL, Text

_FOLDER = resources.files("growthcore.campaigns") / "data" / "starters"
_RECOMMENDED = "{{ recommended }}"
_OPT_OUT = f"수신거부(Unsubscribe): #{{{UNSUBSCRIBE_URL}}}\n"


@dataclass(frozen=True, kw_only=True)
class Starter:
    """One message. Its fields go by the names channels use: ``subject``, ``html``, ``text``, ``body``."""

    id: str
    title: Text
    description: Text
    subject: str
    preheader: str

    def content(self, models: Sequence[str]) -> Mapping[str, str]:
        """The fields; where products are recommended, by the first of ``models`` if there is one."""
        html = _recommending(_read(f"{self.id}.html"), _read("recommended.html"), models)
        text = _recommending(_read(f"{self.id}.txt"), _read("recommended.txt"), models)
        # Only channels with a field for HTML are known to offer the link.
        return {
            "subject": self.subject,
            "preheader": self.preheader,
            "html": html,
            "text": f"{text}\n{_OPT_OUT}",
            "body": text,
        }


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
    )
}
