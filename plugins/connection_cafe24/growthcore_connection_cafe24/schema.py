"""What an operator configures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from growthcore.api import ConfigSchema, OwnerSwitch, Secret, Text, labelled

SCOPES = (
    "mall.read_application",
    "mall.write_application",
    "mall.read_category",
    "mall.read_customer",
    "mall.read_notification",
    "mall.write_notification",
    "mall.read_order",
    "mall.read_personal",
    "mall.read_privacy",
    "mall.read_product",
    "mall.read_store",
)
_BASE = r"(?:(?i:https?)://[A-Za-z0-9._:\[\]-]+)?\Z"


class Config(ConfigSchema):
    """The mall, and the app that is installed in it."""

    mall_id = fields.String(
        required=True,
        # It becomes part of a host name: nothing but letters and digits may get there.
        validate=validate.Regexp(
            r"[a-z0-9]{4,20}\Z",
            error="Give the mall's id: 4-20 small Latin letters and digits, without .cafe24.com.",
        ),
        metadata=labelled(
            Text("쇼핑몰 아이디", "Mall id"),
            Text(
                "카페24 대표 아이디. 예: growthdemo.cafe24.com의 growthdemo",
                "The first part of the mall's address: growthdemo of growthdemo.cafe24.com.",
            ),
            destination=True,
        ),
    )
    client_id = fields.String(
        required=True,
        validate=validate.Regexp(
            r"[!-9;-~]{1,200}\Z", error="Give the client id as the developer centre shows it."
        ),
        metadata=labelled(
            Text("Client ID", "Client id"),
            Text(
                "카페24 개발자센터의 앱 정보에 있습니다.",
                "From the app's page in Cafe24's developer centre.",
            ),
        ),
    )
    client_secret = Secret(
        required=True,
        validate=validate.Length(min=1, max=200),
        metadata=labelled(Text("Client Secret", "Client secret")),
    )
    scopes = fields.List(
        fields.String(
            validate=validate.Regexp(
                r"mall\.(read|write)_[a-z_]{1,40}\Z",
                error="Write permissions as Cafe24 does, such as mall.read_order.",
            )
        ),
        load_default=lambda: list(SCOPES),
        validate=validate.Length(min=1, max=50),
        metadata=labelled(
            Text("권한", "Permissions"),
            Text(
                "앱에 등록한 권한과 같아야 합니다. 바꾼 뒤에는 다시 연결하세요.",
                "The same as the app is registered with. Connect again after a change.",
            ),
        ),
    )
    shop_no = fields.Integer(
        load_default=1,
        validate=validate.Range(min=1, max=999),
        metadata=labelled(
            Text("쇼핑몰 번호", "Shop number"),
            Text("멀티쇼핑몰이 아니면 1입니다.", "1, unless the mall has several shops."),
        ),
    )
    base_url = fields.String(
        load_default="",
        validate=validate.Regexp(
            _BASE, error="Give only scheme and host, such as http://127.0.0.1:8024."
        ),
        metadata=labelled(
            Text("API 주소 (고급)", "API address (advanced)"),
            Text(
                "비워 두면 https://{쇼핑몰 아이디}.cafe24api.com입니다. 샌드박스는 http://127.0.0.1:8024",
                "Empty: https://MALL_ID.cafe24api.com. The sandbox is at http://127.0.0.1:8024.",
            ),
            destination=True,
        ),
    )
    allow_private = OwnerSwitch(
        load_default=False,
        metadata=labelled(
            Text("내부망 주소 허용", "Allow private addresses"),
            Text(
                "샌드박스를 쓸 때만 켭니다. 이 서버나 사내망의 주소와 암호화되지 않은 http를 허용합니다.",
                "For the sandbox only: this machine, its network and unencrypted http are allowed.",
            ),
            destination=True,
        ),
    )

    @validates_schema
    def _encrypted(self, data: Mapping[str, Any], **_options: Any) -> None:
        if not data["allow_private"] and data["base_url"].lower().startswith("http:"):
            raise ValidationError(
                "Give an https address; http needs private addresses to be allowed.", "base_url"
            )


def base_url(config: Mapping[str, Any]) -> str:
    """Where the API is, without a slash at the end."""
    return config["base_url"] or f"https://{config['mall_id']}.cafe24api.com"
