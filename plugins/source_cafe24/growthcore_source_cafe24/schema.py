"""What an operator configures."""

from __future__ import annotations

from marshmallow import fields, validate

from growthcore.api import ConfigSchema, ConnectionField, Secret, Text, labelled

ERASE, STOP = "erase", "stop"


def _part(ko: str, en: str, help_: Text | None = None) -> fields.Boolean:
    return fields.Boolean(load_default=True, metadata=labelled(Text(ko, en), help_))


class Config(ConfigSchema):
    """The connection to fetch by, and what to fetch."""

    connection = ConnectionField(
        "cafe24", required=True, metadata=labelled(Text("카페24 연동", "Cafe24 connection"))
    )
    webhook_key = Secret(
        load_default="",
        validate=validate.Length(max=200),
        metadata=labelled(
            Text("웹훅 인증 키", "Webhook key"),
            Text(
                "카페24 개발자센터의 앱 정보에 있습니다. 비워 두면 웹훅을 받지 않습니다.",
                "From the app's page in Cafe24's developer centre. Empty: no webhook is accepted.",
            ),
        ),
    )
    customers = _part("회원 가져오기", "Fetch members")
    products = _part("상품 가져오기", "Fetch products")
    orders = _part("주문 가져오기", "Fetch orders")
    carts = _part(
        "회원의 장바구니 담기 받기",
        "Hear of members' carts",
        Text(
            "웹훅으로 받습니다. 스크립트를 이 연동으로 설치하면 스크립트가 알려 주므로 쓰지 않습니다.",
            "By webhooks. Not used once this source has put the script into the shop: it tells of them.",
        ),
    )
    months = fields.Integer(
        load_default=24,
        validate=validate.Range(min=1, max=120),
        metadata=labelled(
            Text("주문 기간(개월)", "Months of orders"),
            Text(
                "처음에 몇 개월 전 주문부터 가져올지 정합니다.", "How far back the first pull goes."
            ),
        ),
    )
    withdrawal = fields.String(
        load_default=ERASE,
        validate=validate.OneOf([ERASE, STOP]),
        metadata=labelled(
            Text("회원 탈퇴 시", "When a member leaves"),
            Text(
                "탈퇴 웹훅을 받으면 바로 처리합니다. 지우면 되돌릴 수 없고, 주문 통계는 남습니다.",
                "Done as soon as the webhook comes. Erasing can't be undone; order figures stay.",
            ),
            choices={
                ERASE: Text("개인정보 삭제", "Erase their personal data"),
                STOP: Text("광고 수신 동의만 철회", "Only withdraw consent to advertising"),
            },
        ),
    )
