"""What the plugin is, and what it offers."""

from __future__ import annotations

import click

from growthcore.api import Category, Channel, Manifest, Text, hookimpl
from growthcore_channel_kakao_ncp.alimtalk import AlimTalkChannel
from growthcore_channel_kakao_ncp.brand import BrandMessageChannel
from growthcore_channel_kakao_ncp.commands import reservations

MANIFEST = Manifest(
    name="channel_kakao_ncp",
    title=Text("카카오 알림톡·브랜드 메시지 (NCP)", "Kakao AlimTalk and Brand Message (NCP)"),
    api=(1, 0),
    category=Category.CHANNEL,
    description=Text(
        "NAVER Cloud SENS로 카카오 알림톡(실패하면 문자)과 광고용 브랜드 메시지를 보냅니다.",
        "Sends Kakao AlimTalk, with text messages where it can't arrive, and Brand Message for "
        "advertising, through NAVER Cloud SENS.",
    ),
)


@hookimpl
def growthcore_channels() -> list[type[Channel]]:
    """Offer AlimTalk, and Brand Message for advertising."""
    return [AlimTalkChannel, BrandMessageChannel]


@hookimpl
def growthcore_commands() -> list[click.Command]:
    """Offer ``growthcore channel_kakao_ncp reservations``."""
    return [reservations]
