"""What the plugin is, and what it offers."""

from growthcore.api import Category, Manifest, Text, hookimpl
from growthcore_channel_notice.channel import NoticeChannel

MANIFEST = Manifest(
    name="channel_notice",
    title=Text("알림 서비스", "Notice service"),
    api=(1, 0),
    category=Category.CHANNEL,
    description=Text("자체 서비스로 문자를 전달합니다.", "Hands texts to a service of your own."),
)


@hookimpl
def growthcore_channels():
    return [NoticeChannel]
