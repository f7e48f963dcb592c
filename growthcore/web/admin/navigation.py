"""The menu, in the order in which it is shown; an entry appears to the roles that may open it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from growthcore.web.admin import languages
from growthcore.web.admin.access import Role, may
from growthcore.web.current import core


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the menu. ``icon`` names a symbol of the sprite."""

    label: LazyString | str
    endpoint: str
    icon: str
    least: Role = Role.VIEWER
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint, **self.values)

    @property
    def is_current(self) -> bool:
        """Whether the page at hand belongs to it: a page of the same area."""
        area = self.endpoint.rpartition(".")[0]
        return (request.endpoint or "").rpartition(".")[0] == area and (
            not self.values or self.values == request.view_args
        )


MENU: Sequence[Entry] = (
    Entry(label=_l("캠페인"), endpoint="admin.campaigns.index", icon="speakerphone"),
    Entry(label=_l("세그먼트"), endpoint="admin.segments.index", icon="filter"),
    Entry(label=_l("고객"), endpoint="admin.customers.index", icon="users"),
    Entry(label=_l("AI 추천 모델"), endpoint="admin.models.index", icon="package"),
    Entry(label=_l("추천 규칙"), endpoint="admin.rules.index", icon="list"),
    Entry(label=_l("콘텐츠"), endpoint="admin.contents.index", icon="align-left"),
)
SETTINGS: Sequence[Entry] = (
    Entry(
        label=_l("사용자 권한 관리"),
        endpoint="admin.people.index",
        icon="shield",
        least=Role.MANAGER,
    ),
    Entry(
        label=_l("쇼핑몰 정보"),
        endpoint="admin.workspace.index",
        icon="building-store",
        least=Role.MANAGER,
    ),
    Entry(label=_l("발신 계정"), endpoint="admin.accounts.index", icon="send", least=Role.MANAGER),
    Entry(label=_l("템플릿 관리"), endpoint="admin.templates.home", icon="archive"),
    Entry(label=_l("이미지 보관함"), endpoint="admin.images.index", icon="photo"),
    Entry(label=_l("외부 연동"), endpoint="admin.connections.index", icon="world"),
    Entry(label=_l("쇼핑몰 데이터 연동"), endpoint="admin.sources.index", icon="refresh"),
    Entry(label=_l("발송 설정"), endpoint="admin.policy.index", icon="moon"),
    Entry(label=_l("발송 단가"), endpoint="admin.prices.index", icon="adjustments"),
    Entry(label=_l("통합 연동"), endpoint="admin.integration.index", icon="key", least=Role.EDITOR),
    Entry(label=_l("플러그인"), endpoint="admin.plugins.index", icon="plug", least=Role.MANAGER),
    Entry(label=_l("감사 로그"), endpoint="admin.audit.index", icon="history", least=Role.MANAGER),
)
INBOX = Entry(
    label=_l("샌드박스 수신함"), endpoint="admin.inbox.index", icon="inbox", least=Role.MANAGER
)


def menu() -> list[Entry]:
    """The entries the person at hand may open."""
    shown = [*MENU, *_plugin_pages()]
    if (core().settings.data_dir / "inbox").is_dir():
        shown.append(INBOX)
    return [entry for entry in shown if may(entry.least)]


def settings() -> list[Entry]:
    """The entries of the settings the person at hand may open."""
    return [entry for entry in SETTINGS if may(entry.least)]


def _plugin_pages() -> list[Entry]:
    return [
        Entry(
            label=page.title.to(languages.current()),
            endpoint="admin.plugin_pages.show",
            icon="package",
            least=Role(page.role),
            values={"plugin": plugin, "slug": page.slug},
        )
        for plugin, offered in core().plugins.pages.items()
        for page in offered
    ]
