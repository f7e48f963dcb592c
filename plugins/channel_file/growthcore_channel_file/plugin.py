"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Channel, Manifest, Text, hookimpl
from growthcore_channel_file.channel import FileChannel

MANIFEST = Manifest(
    name="channel_file",
    title=Text("파일", "File"),
    api=(1, 0),
    category=Category.CHANNEL,
    description=Text(
        "메시지를 파일에 한 줄씩 기록합니다. 대행사 전달, 시연, 테스트에 사용합니다.",
        "Writes messages to a file, a line each: for hand-overs to an agency, demos and tests.",
    ),
)


@hookimpl
def growthcore_channels() -> list[type[Channel]]:
    """Offer the file channel."""
    return [FileChannel]
