"""The page of the admin."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

from growthcore.api import PluginContext, Text
from growthcore_event_debugger import store

TITLE: Final = Text("실시간 이벤트", "Live events")
_SHOWN = 200
_NOTHING = Text(
    "아직 수집된 이벤트가 없습니다. 쇼핑몰에 스크립트를 설치하면 여기에 이벤트가 표시됩니다.",
    "No event yet. Once the script is on the shop's pages, its events show up here.",
)
_COLUMNS: Final[Mapping[str, Text]] = {
    "id": Text("번호", "No."),
    "occurred_at": Text("발생 시각 (UTC)", "Occurred at (UTC)"),
    "name": Text("이벤트", "Event"),
    "customer_id": Text("고객", "Customer"),
    "visitor_id": Text("방문자", "Visitor"),
    "value": Text("금액", "Value"),
    "properties": Text("속성", "Properties"),
    "items": Text("상품", "Items"),
}


def render(context: PluginContext, locale: str) -> str:
    """The newest events as a table."""
    with context.unit() as session:
        events = store.newest(session, _SHOWN)
    if not events:
        return Markup("<p>{}</p>").format(_NOTHING.to(locale))
    return Markup(
        '<div class="table-responsive"><table class="table">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(
        _cells("th", [title.to(locale) for title in _COLUMNS.values()]),
        Markup("").join(_row(event) for event in events),
    )


def _row(event: Mapping[str, Any]) -> Markup:
    return Markup("<tr>{}</tr>").format(_cells("td", [_shown(event[name]) for name in _COLUMNS]))


def _cells(tag: str, texts: list[str]) -> Markup:
    cell = Markup("<th>{}</th>") if tag == "th" else Markup("<td>{}</td>")
    return Markup("").join(cell.format(text) for text in texts)


def _shown(value: Any) -> str:
    if value in (None, {}, []):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
