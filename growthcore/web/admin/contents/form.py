"""A content as its form has it: lists as text with commas, times as the shop's own."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import UNSET

from growthcore.catalog.content_input import ContentInput, Kind
from growthcore.catalog.models import Content
from growthcore.web.admin.formats import local
from growthcore.web.admin.shop import workspace

EMPTY: Mapping[str, Any] = {"kind": Kind.BLOG.value}
_TEXTS = ("kind", "title", "url")
_OPTIONAL = ("image_url", "summary", "author")
_LISTS = ("keywords", "products")


def of_content(content: Content) -> Mapping[str, Any]:
    """The form of a content that is kept."""
    kept = {name: getattr(content, name) for name in (*_TEXTS, *_OPTIONAL, "hidden")}
    lists = {name: ", ".join(getattr(content, name)) for name in _LISTS}
    return {**kept, **lists, "published_at": _minute(content.published_at)}


def told(posted: Mapping[str, str], content: Content | None = None) -> ContentInput:
    """What was filled in; a new content that is given no ID gets one."""
    fields: dict[str, Any] = {name: posted.get(name, "") for name in _TEXTS}
    fields |= {name: posted.get(name, "").strip() or None for name in _OPTIONAL}
    fields |= {name: _parts(posted.get(name, "")) for name in _LISTS}
    given = posted.get("external_id", "").strip() or f"content-{secrets.token_hex(6)}"
    return ContentInput(
        **fields,
        external_id=content.external_id if content else given,
        hidden="hidden" in posted,
        published_at=_instant(posted.get("published_at", "").strip(), content),
    )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split("[,\n]", text) if part.strip()]


def _instant(text: str, content: Content | None) -> Any:
    """The time that was entered; nothing when it is still what the form showed."""
    if not text or (content and text == _minute(content.published_at)):
        return UNSET
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(workspace().zone))
    except ValueError:
        return None  # which is then refused by its field's name


def _minute(at: datetime) -> str:
    return f"{local(at):%Y-%m-%dT%H:%M}"
