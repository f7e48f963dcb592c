"""Roles: each may do what the lower ones may, and more."""

from __future__ import annotations

from enum import Enum

from growthcore.api.text import Text


class Role(Enum):
    """What a person may do in the admin, from least to most. ``Role("manager")`` reads one."""

    VIEWER = "viewer"
    EDITOR = "editor"
    MANAGER = "manager"
    OWNER = "owner"

    def covers(self, other: Role) -> bool:
        """Whether this role may do everything that ``other`` may."""
        ranks = [*Role]
        return ranks.index(self) >= ranks.index(other)

    @property
    def title(self) -> Text:
        """The role's name."""
        return _TITLES[self]

    @property
    def meaning(self) -> Text:
        """What the role is for, in one line."""
        return _MEANINGS[self]


_TITLES = {
    Role.VIEWER: Text("뷰어", "Viewer"),
    Role.EDITOR: Text("편집자", "Editor"),
    Role.MANAGER: Text("매니저", "Manager"),
    Role.OWNER: Text("소유자", "Owner"),
}
_MEANINGS = {
    Role.VIEWER: Text(
        "모든 화면과 성과를 볼 수 있습니다. 개인정보는 가려집니다.",
        "Sees every screen and its figures. Personal data is masked.",
    ),
    Role.EDITOR: Text(
        "캠페인과 세그먼트를 만들고 수정합니다. 개인정보는 가려집니다.",
        "Makes and edits campaigns and segments. Personal data is masked.",
    ),
    Role.MANAGER: Text(
        "캠페인을 실행하고, 고객 정보와 설정, 사용자를 관리합니다.",
        "Launches campaigns, and looks after customers, settings and people.",
    ),
    Role.OWNER: Text(
        "모든 권한을 가집니다. 소유자 지정과 API Key 발급은 소유자만 할 수 있습니다.",
        "May do everything. Only owners make owners and issue API keys.",
    ),
}
